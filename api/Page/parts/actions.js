// What one does with a post. Each shows at once what it does, and takes it back if the API says no.
import { h, icon, fill } from '../dom.js';
import { short, t } from '../i18n.js';
import { post as send, put, remove } from '../api.js';
import { changed, onChange } from '../changes.js';
import { ask, failed, note } from './notes.js';

export const likeButton = (post, signal) => toggle(post, signal, { what: 'liked', count: 'likes', path: 'like', drawing: 'heart' });

export const saveButton = (post, signal) => toggle(post, signal, { what: 'saved', count: 'saves', path: 'save', drawing: 'save', hidesCount: true });

function toggle(post, signal, { what, count, path, drawing, hidesCount = false }) {
  const button = h(`button.action.${path}`, { type: 'button', on: { click: run } });
  const show = () => {
    const on = post.viewer[what];
    button.setAttribute('aria-pressed', String(on));
    button.setAttribute('aria-label', hidesCount ? t(`post.${path}`) : t(`post.${path}Count`, { count: post.counts[count] }));
    fill(button, icon(drawing), !hidesCount && post.counts[count] > 0 && h('span', {}, short(post.counts[count])));
  };
  async function run() {
    const turn = on => changed('post-viewer', { id: post.id, what, count, on, by: on ? 1 : -1 });
    const on = !post.viewer[what];
    turn(on);
    try {
      await (on ? put : remove)(`/v1/posts/${post.id}/${path}`);
    } catch (e) {
      turn(!on);
      failed(e);
    }
  }
  // The same post may be shown by several lists, each with a copy of its own.
  onChange('post-viewer', signal, change => {
    if (change.id !== post.id || change.what !== what || post.viewer[what] === change.on) return;
    post.viewer[what] = change.on;
    post.counts[count] += change.by;
    show();
  });
  show();
  return button;
}

/** How many comments there are; in a list it leads to them. */
export function commentCount(post, signal, whole) {
  const element = whole ? h('span.action') : h('a.action', { href: `#/posts/${post.id}` });
  const show = () => {
    element.setAttribute('aria-label', t('post.commentCount', { count: post.counts.comments }));
    if (whole) element.setAttribute('role', 'img');
    fill(element, icon('comment'), post.counts.comments > 0 && h('span', {}, short(post.counts.comments)));
  };
  onChange('comments', signal, change => {
    if (change.id !== post.id) return;
    post.counts.comments += change.by;
    show();
  });
  show();
  return element;
}

/** Makes a link that tells by whom somebody came, and hands it to the device or the clipboard. */
export function shareButton(post) {
  const share = async () => {
    try {
      const { url } = await send('/v1/shares', { postId: post.id, channel: 'link' });
      if (navigator.share) return await navigator.share({ url });
      await navigator.clipboard.writeText(url);
      note(t('post.linkCopied'));
    } catch (e) {
      if (e.name !== 'AbortError') failed(e);
    }
  };
  return h('button.action', { type: 'button', 'aria-label': t('post.share'), on: { click: share } }, icon('share'));
}

export function deleteButton(post, whole) {
  const run = async () => {
    if (!(await ask(t('post.deleteAsk'), t('post.delete')))) return;
    try {
      await remove(`/v1/posts/${post.id}`);
      changed('post-deleted', post.id);
      note(t('post.deleted'));
      if (whole) location.hash = '/';
    } catch (e) {
      failed(e);
    }
  };
  return h('button.round', { type: 'button', 'aria-label': t('post.delete'), on: { click: run } }, icon('close'));
}
