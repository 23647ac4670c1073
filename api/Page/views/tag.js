// The posts of a tag.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { list } from '../parts/list.js';
import { postCard } from '../parts/post.js';

export function tag({ values, me, signal }) {
  let shown = 0;
  const posts = list(`/v1/tags/${encodeURIComponent(values.tag)}/posts`, {
    signal, feed: true, limit: 10, show: post => postCard(post, { me, signal, eager: shown++ < 2 }), empty: () => h('p.empty', {}, t('tag.empty')),
  });
  return { title: `#${values.tag}`, content: [h('h1', { tabindex: '-1' }, `#${values.tag}`), posts] };
}
