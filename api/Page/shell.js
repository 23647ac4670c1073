// What is around every view: the way to the parts of the page, and the place where views are shown.
import { h, icon } from './dom.js';
import { t } from './i18n.js';
import { onChange } from './changes.js';
import { unreadCount } from './inbox.js';
import { compose } from './parts/composer.js';
import { avatar } from './parts/people.js';
import { noteCorners } from './parts/notes.js';

/** The page for somebody who is signed in. */
export function shell(me, signal) {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const badge = h('span.badge', { hidden: true });
  const bell = link('/notifications', 'bell', t('nav.notifications'), badge);
  const show = () => {
    const count = unreadCount();
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? '99+' : String(count);
    bell.setAttribute('aria-label', count === 0 ? t('nav.notifications') : t('nav.unread', { count }));
  };
  onChange('unread', signal, show);
  show();

  const mine = link(`/people/${me.handle}`, 'person', t('nav.me'));
  mine.querySelector('svg').replaceWith(avatar(me, 26));
  const nav = h('nav.bar', { 'aria-label': t('nav.label') },
    h('a.logo', { href: '#/', 'aria-label': 'StyleShare' }, 'Style', h('b', {}, 'Share')),
    link('/', 'home', t('nav.feed')),
    link('/discover', 'search', t('nav.discover')),
    h('button.nav-item.new', { type: 'button', on: { click: compose } }, icon('plus'), h('span', {}, t('nav.new'))),
    bell,
    link('/points', 'points', t('nav.points')),
    mine,
    link('/saved', 'save', t('nav.saved'), null, 'wide-only'),
    link('/settings', 'settings', t('nav.settings'), null, 'wide-only'));
  main.addEventListener('shown', () => mark(nav));
  const skip = h('a.skip', { href: '#main', on: { click: e => { e.preventDefault(); (main.querySelector('h1') ?? main).focus(); } } }, t('nav.skip'));
  return { main, nodes: [skip, nav, main, ...noteCorners()] };
}

const link = (path, drawing, name, extra = null, kind = '') =>
  h(`a.nav-item${kind && `.${kind}`}`, { href: `#${path}` }, icon(drawing), h('span', {}, name), extra);

function mark(nav) {
  const here = location.hash.replace(/\?.*/, '') || '#/';
  for (const item of nav.querySelectorAll('a.nav-item')) {
    if (decodeURIComponent(item.getAttribute('href')) === decodeURIComponent(here)) item.setAttribute('aria-current', 'page');
    else item.removeAttribute('aria-current');
  }
}
