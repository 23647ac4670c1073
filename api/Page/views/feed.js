// Home: what those whom one follows published, and oneself.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { onChange } from '../changes.js';
import { list } from '../parts/list.js';
import { postCard } from '../parts/post.js';
import { tagCloud } from './discover.js';

export function feed({ me, signal }) {
  let shown = 0;
  const posts = list('/v1/feed', {
    signal, feed: true, limit: 10,
    show: post => postCard(post, { me, signal, eager: shown++ < 2 }),
    empty: () => h('div.empty', {}, h('p', {}, t('feed.empty')), tagCloud()),
  });
  onChange('published', signal, post => posts.first(post));
  return { title: t('nav.feed'), content: [h('h1.unseen', { tabindex: '-1' }, t('nav.feed')), posts] };
}
