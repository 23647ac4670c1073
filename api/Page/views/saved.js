// What one keeps for oneself.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { list } from '../parts/list.js';
import { tile } from './person.js';

export function saved({ signal }) {
  const posts = list('/v1/me/saved', { signal, show: tile, tag: 'div', limit: 30, empty: () => h('p.empty', {}, t('saved.empty')) });
  posts.classList.add('grid');
  return { title: t('nav.saved'), content: [h('h1', { tabindex: '-1' }, t('nav.saved')), posts] };
}
