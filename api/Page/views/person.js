// Somebody's page: who they are, and their posts as a grid.
import { h } from '../dom.js';
import { short, t } from '../i18n.js';
import { get, put, remove } from '../api.js';
import { onChange } from '../changes.js';
import { avatar, followButton } from '../parts/people.js';
import { ask, failed, note } from '../parts/notes.js';
import { list } from '../parts/list.js';
import { square } from '../parts/photo.js';
import { altOf } from '../parts/post.js';
import { again } from '../router.js';

export async function person({ values, me, signal }) {
  const user = await get(`/v1/users/${encodeURIComponent(values.handle)}`, { signal });
  const mine = user.id === me.id;
  const hides = user.viewer?.blocking;
  const posts = list(`/v1/users/${user.id}/posts`, { signal, show: tile, limit: 30, empty: () => h('p.empty', {}, t(mine ? 'person.noneOfMine' : 'person.none')) });
  posts.classList.add('grid');
  if (mine) onChange('published', signal, post => posts.first(post));
  return {
    title: user.displayName,
    content: [
      h('header.profile', {}, avatar(user, 88), h('div.profile-text', {},
        h('h1', { tabindex: '-1' }, user.displayName),
        h('p.handle', {}, `@${user.handle}`, user.viewer?.followedBy && h('span.tag.small', {}, t('person.followsYou'))),
        counts(user, signal))),
      user.bio && h('p.bio', {}, user.bio),
      h('div.buttons', {}, mine
        ? [['/settings', 'nav.settings'], ['/saved', 'nav.saved']].map(([path, name]) => h('a.button.quiet', { href: `#${path}` }, t(name)))
        : [!hides && followButton(user, signal), muteButton(user), blockButton(user)]),
      h('h2.unseen', {}, t('person.posts', { count: 2 })),
      hides ? h('p.empty', {}, t('person.isBlocked')) : posts,
    ],
  };
}

/** A post as a square of a grid. */
export const tile = post => h('a.tile', { href: `#/posts/${post.id}`, 'aria-label': altOf(post) },
  post.photos.length > 0 ? square(post.photos[0], '', 200) : h('span.tile-text', {}, post.caption),
  post.photos.length > 1 && h('span.tile-more', { 'aria-hidden': 'true' }, String(post.photos.length)));

function counts(user, signal) {
  const followers = h('b', {}, short(user.counts.followers));
  onChange('follow', signal, change => {
    if (change.id !== user.id) return;
    user.counts.followers += change.following ? 1 : -1;
    followers.textContent = short(user.counts.followers);
  });
  const named = name => ` ${t(`person.${name}`, { count: user.counts[name] })}`;
  const path = `#/people/${encodeURIComponent(user.handle)}`;
  return h('ul.counts', {},
    h('li', {}, h('b', {}, short(user.counts.posts)), named('posts')),
    h('li', {}, h('a', { href: `${path}/followers` }, followers, named('followers'))),
    h('li', {}, h('a', { href: `${path}/following` }, h('b', {}, short(user.counts.following)), named('following'))));
}

function muteButton(user) {
  const on = user.viewer.muting;
  return h('button.quiet', { type: 'button', 'aria-pressed': String(on), on: { click: () => settle(user, 'mute', on) } }, t(on ? 'person.unmute' : 'person.mute'));
}

const blockButton = user => h('button.quiet', {
  type: 'button', on: {
    click: async () => {
      const on = user.viewer.blocking;
      if (on || (await ask(t('person.blockAsk', { name: user.displayName }), t('person.block')))) await settle(user, 'block', on);
    },
  },
}, t(user.viewer.blocking ? 'person.unblock' : 'person.block'));

async function settle(user, what, on) {
  try {
    await (on ? remove : put)(`/v1/users/${user.id}/${what}`);
    note(t(`person.${on ? 'un' : ''}${what === 'mute' ? 'muted' : 'blocked'}`, { name: user.displayName }));
    again();
  } catch (e) {
    failed(e);
  }
}
