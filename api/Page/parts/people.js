// People in short: their picture, a line with their names, the button that follows them.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { put, remove } from '../api.js';
import { changed, onChange } from '../changes.js';
import { failed } from './notes.js';

/** Somebody's picture, or their first letter. It says nothing to a screen reader: the name is beside it. */
export function avatar(user, size = 40) {
  const style = { width: `${size}px`, height: `${size}px`, 'font-size': `${Math.round(size * 0.42)}px` };
  if (user.avatar) return h('img.avatar', { src: user.avatar.url, alt: '', width: size, height: size, loading: 'lazy', decoding: 'async', style });
  const hue = [...user.handle].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return h('span.avatar', { 'aria-hidden': 'true', style: { ...style, '--hue': String(hue) } }, [...user.displayName][0]?.toUpperCase() ?? '?');
}

export const pathOf = user => `#/people/${encodeURIComponent(user.handle)}`;

/** A line of a list of people. */
export const personLine = (user, ...rest) => h('li.person-line', {},
  h('a.person', { href: pathOf(user) }, avatar(user, 44), h('span.names', {}, h('b', {}, user.displayName), h('span.handle', {}, `@${user.handle}`))),
  rest);

/** Follows and unfollows. */
export function followButton(user, signal) {
  let following = user.viewer.following;
  const button = h('button', { type: 'button', on: { click: toggle } });
  const show = () => {
    button.className = following ? 'quiet' : 'primary';
    button.textContent = t(following ? 'person.unfollow' : 'person.follow');
    button.setAttribute('aria-pressed', String(following));
    button.setAttribute('aria-label', `${button.textContent} @${user.handle}`);
  };
  async function toggle() {
    following = !following;
    show();
    try {
      await (following ? put : remove)(`/v1/users/${user.id}/follow`);
      changed('follow', { id: user.id, following });
    } catch (e) {
      following = !following;
      show();
      failed(e);
    }
  }
  onChange('follow', signal, change => {
    if (change.id !== user.id) return;
    following = change.following;
    show();
  });
  show();
  return button;
}
