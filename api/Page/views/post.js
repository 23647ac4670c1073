// A post with its comments.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { get } from '../api.js';
import { comments } from '../parts/comments.js';
import { postCard } from '../parts/post.js';

export async function post({ values, me, signal }) {
  const found = await get(`/v1/posts/${encodeURIComponent(values.id)}`, { signal });
  const title = t('post.title', { name: found.author.displayName });
  return {
    title,
    content: [h('h1.unseen', { tabindex: '-1' }, title), postCard(found, { me, signal, whole: true, eager: true }), comments(found, { me, signal })],
  };
}
