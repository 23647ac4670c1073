// Photos, laid out before a byte of them is there: their size, their main colour and a placeholder come with the post.
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { thumbnail } from '../thumbhash.js';

const tallest = 4 / 5;
const widest = 1.91;

const clamp = ratio => Math.min(widest, Math.max(tallest, ratio));
const ratioOf = photo => (photo?.width && photo?.height ? photo.width / photo.height : 1);
const sources = (photo, type) => photo.renditions.filter(each => each.contentType === type && each.name !== 'square');
const set = renditions => renditions.map(each => `${each.url} ${each.width}w`).join(', ');

/** One photo in a frame; `ratio` of the frame if it is not the photo's own. */
export function frame(photo, { alt, sizes, ratio = clamp(ratioOf(photo)), eager = false }) {
  const element = h('div.frame', { style: { 'aspect-ratio': String(ratio), ...(photo.color && { 'background-color': photo.color }) } });
  const blurred = photo.placeholder ? thumbnail(photo.placeholder) : null;
  if (blurred) element.append(blurred);
  if (photo.state !== 'ready') {
    element.append(h('p.frame-note', {}, icon('camera'), t(photo.state === 'rejected' ? 'photo.rejected' : 'photo.processing')));
    return element;
  }
  element.append(picture(photo, { alt, sizes, eager, seen: () => element.classList.add('seen') }));
  return element;
}

function picture(photo, { alt, sizes, eager, seen }) {
  const [jpeg, webp] = [sources(photo, 'image/jpeg'), sources(photo, 'image/webp')];
  const middle = jpeg.find(each => each.name === 'medium') ?? jpeg[0];
  const image = h('img', {
    alt, sizes, srcset: set(jpeg), width: photo.width, height: photo.height,
    loading: eager ? 'eager' : 'lazy', decoding: 'async', on: { load: seen },
  });
  const element = h('picture', {}, webp.length > 0 && h('source', { type: 'image/webp', srcset: set(webp), sizes }), image);
  image.src = middle.url; // last, when it has its choice
  return element;
}

/** The square of a photo, for grids and small places. */
export function square(photo, alt, size) {
  const ready = photo?.renditions?.find(each => each.name === 'square' && each.contentType === 'image/webp');
  const better = photo?.renditions?.find(each => each.name === 'small' && each.contentType === 'image/webp') ?? ready;
  const element = h('div.frame', { style: { 'aspect-ratio': '1', ...(photo?.color && { 'background-color': photo.color }) } });
  const blurred = photo?.placeholder ? thumbnail(photo.placeholder) : null;
  if (blurred) element.append(blurred);
  const chosen = size > 100 ? better : ready;
  if (chosen) element.append(h('img', { alt, src: chosen.url, loading: 'lazy', decoding: 'async', on: { load: () => element.classList.add('seen') } }));
  else element.append(h('p.frame-note', {}, icon('camera')));
  return element;
}

/** The photos of a post, side by side: swiped, scrolled, or gone through by buttons and arrow keys. */
export function gallery(photos, alt, { sizes, eager }) {
  const ratio = clamp(ratioOf(photos[0]));
  const nameOf = i => (photos.length === 1 ? alt : t('photo.of', { alt, i: i + 1, count: photos.length }));
  if (photos.length === 1) return frame(photos[0], { alt, sizes, ratio, eager });
  const strip = h('div.strip', { tabindex: '0' }, photos.map((photo, i) => frame(photo, { alt: nameOf(i), sizes, ratio, eager: eager && i === 0 })));
  const place = h('span.gallery-place', { 'aria-hidden': 'true' }, `1 / ${photos.length}`);
  const step = by => strip.scrollBy({ left: by * strip.clientWidth, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  const [back, next] = [[-1, 'back'], [1, 'next']].map(([by, name]) =>
    h(`button.gallery-${name}`, { type: 'button', 'aria-label': t(`photo.${name}`), on: { click: () => step(by) } }, icon(name)));
  const update = () => {
    const at = Math.round(strip.scrollLeft / (strip.clientWidth || 1));
    place.textContent = `${at + 1} / ${photos.length}`;
    back.hidden = at === 0;
    next.hidden = at === photos.length - 1;
  };
  strip.addEventListener('scroll', update, { passive: true });
  back.hidden = true;
  return h('div.gallery', { role: 'group', 'aria-roledescription': t('photo.gallery'), 'aria-label': alt }, strip, back, next, place);
}
