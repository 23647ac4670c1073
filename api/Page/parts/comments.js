// The comments of a post, newest first, and the field to write one.
import { h } from '../dom.js';
import { ago, moment, t } from '../i18n.js';
import { post as send, remove } from '../api.js';
import { changed } from '../changes.js';
import { avatar, pathOf } from './people.js';
import { ask, failed } from './notes.js';
import { field, form } from './form.js';
import { list } from './list.js';

export function comments(post, { me, signal }) {
  const show = comment => {
    const mine = me && [comment.author.id, post.author.id].includes(me.id);
    const line = h('li.comment', {}, avatar(comment.author, 34), h('div.comment-body', {},
      h('a.comment-by', { href: pathOf(comment.author) }, h('b', {}, comment.author.displayName)),
      h('time', { datetime: comment.createdAt, title: moment(comment.createdAt) }, ago(comment.createdAt)),
      h('p', {}, comment.text)),
    mine && h('button.round.small', {
      type: 'button', 'aria-label': t('comment.delete', { name: comment.author.displayName }), on: { click: () => drop(comment, line) },
    }, '×'));
    return line;
  };

  async function drop(comment, line) {
    if (!(await ask(t('comment.deleteAsk'), t('post.delete')))) return;
    try {
      await remove(`/v1/comments/${comment.id}`);
      line.remove();
      changed('comments', { id: post.id, by: -1 });
    } catch (e) {
      failed(e);
    }
  }

  const all = list(`/v1/posts/${post.id}/comments`, { show, signal, tag: 'ul', empty: () => h('p.empty.small', {}, t('comment.none')) });
  const input = h('textarea', { name: 'text', rows: '2', maxlength: '1000', placeholder: t('comment.placeholder') });
  const writing = form([field(t('comment.label'), input)], {
    submit: t('comment.send'),
    send: async ({ text }) => {
      all.first(await send(`/v1/posts/${post.id}/comments`, { text }));
      input.value = '';
      changed('comments', { id: post.id, by: 1 });
    },
  });
  writing.classList.add('comment-form');
  return h('section.comments', { 'aria-labelledby': 'comments-title' }, h('h2', { id: 'comments-title' }, t('comment.title')), writing, all);
}
