// A post as it stands in a list and on its own page.
import { h, icon } from '../dom.js';
import { ago, moment, money, t } from '../i18n.js';
import { onChange } from '../changes.js';
import { avatar, pathOf } from './people.js';
import { gallery } from './photo.js';
import { refresh, watch } from './upload.js';
import { likeButton, saveButton, shareButton, deleteButton, commentCount } from './actions.js';

const sizes = '(min-width: 720px) 600px, 100vw';
let cards = 0;

/** A post; `whole` on its own page. It changes with what is done to it elsewhere on the page. */
export function postCard(post, { me, signal, whole = false, eager = false }) {
  const id = `post-${++cards}`;
  const element = h(`article.card${whole ? '.whole' : ''}`, { 'aria-labelledby': `${id}-by`, tabindex: whole ? null : '-1', 'data-post': post.id },
    header(post, id, { me, whole }), photos(post, eager),
    // Words without photos come first: they are the post.
    post.photos.length > 0 ? [actions(post, { signal, whole }), text(post, whole)] : [text(post, whole), actions(post, { signal, whole })],
    things(post));
  if (me?.id === post.author.id) {
    for (const photo of post.photos.filter(each => each.state === 'processing'))
      watch(photo, { signal, report: ({ step }) => (step === 'ready' || step === 'rejected') && refresh(post.id) });
  }
  onChange('post-deleted', signal, gone => gone === post.id && element.remove());
  onChange('post', signal, other => {
    if (other.id !== post.id || JSON.stringify(other.photos) === JSON.stringify(post.photos)) return;
    post.photos = other.photos;
    element.querySelector('.photos')?.replaceWith(photos(post, true));
  });
  return element;
}

const header = (post, id, { me, whole }) => h('header.card-head', {},
  h('a.person', { href: pathOf(post.author), id: `${id}-by` }, avatar(post.author), h('span.names', {},
    h('b', {}, post.author.displayName), h('span.handle', {}, `@${post.author.handle}`))),
  h('a.time', { href: `#/posts/${post.id}` },
    h('time', { datetime: post.createdAt, title: moment(post.createdAt) }, ago(post.createdAt)),
    post.editedAt && ` · ${t('post.edited')}`),
  me?.id === post.author.id && deleteButton(post, whole));

/** What a screen reader says of the post's photos. */
export const altOf = post => {
  const words = post.caption.replace(/\s+/g, ' ').trim();
  const name = post.author.displayName;
  return words ? t('photo.alt', { name, text: words.length > 100 ? `${words.slice(0, 99)}…` : words }) : t('photo.altBare', { name });
};

const photos = (post, eager) => post.photos.length > 0 && h('div.photos', {}, gallery(post.photos, altOf(post), { sizes, eager }));

const actions = (post, { signal, whole }) => h('div.actions', { role: 'group', 'aria-label': t('post.actions') },
  likeButton(post, signal), commentCount(post, signal, whole), shareButton(post), h('span.space'), saveButton(post, signal));

function text(post, whole) {
  if (!post.caption) return null;
  const element = h('p.caption', { lang: /[\u3131-\uD79D]/.test(post.caption) ? 'ko' : 'en' }, marked(post));
  if (!whole && post.caption.length > 320) element.classList.add('long');
  return element;
}

/** A caption in which the tags and the people lead somewhere. */
function marked(post) {
  return post.caption.split(/([#＃][\p{L}\p{M}\p{N}_]+|@[A-Za-z0-9_.]+)/u).map(part => {
    const name = part.slice(1).normalize('NFC').toLowerCase();
    if (/^[#＃]/.test(part) && post.tags.includes(name)) return h('a', { href: `#/tags/${encodeURIComponent(name)}` }, part);
    const handle = name.replace(/\.+$/, '');
    if (part.startsWith('@') && post.mentions.includes(handle)) {
      return [h('a', { href: `#/people/${encodeURIComponent(handle)}` }, part.slice(0, handle.length + 1)), part.slice(handle.length + 1)];
    }
    return part;
  });
}

const things = post => post.items.length > 0 && h('ul.things', { 'aria-label': t('post.things') }, post.items.map(item => h('li', {},
  h('b', {}, item.name), item.brand && h('span.handle', {}, item.brand),
  item.price !== undefined && item.currency && h('span.price', {}, money(item.price, item.currency)),
  item.url && /^https?:/.test(item.url) && h('a', { href: item.url, rel: 'noopener noreferrer nofollow', target: '_blank' }, t('post.shop')))));
