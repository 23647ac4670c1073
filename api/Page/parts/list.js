// Lists that go on as one scrolls, part by part, by the API's cursors.
import { h, fill } from '../dom.js';
import { t } from '../i18n.js';
import { get } from '../api.js';
import { sentenceOf } from '../problem.js';

/**
 * A list of `path`, each item made by `show`. `empty` is shown if there is nothing. Gives the element with `first`, which puts
 * an item at its beginning.
 */
export function list(path, { show, empty, signal, tag = 'div', feed = false, limit = 20 }) {
  const items = h(`${tag}.items`, feed ? { role: 'feed', 'aria-busy': 'false' } : {});
  const status = h('div.list-status', { 'aria-live': 'polite' });
  const element = h('div.list', {}, items, status);
  let next = '';
  let busy = false;

  async function more() {
    if (busy || next === null) return;
    busy = true;
    if (feed) items.setAttribute('aria-busy', 'true');
    fill(status, h('p.loading', {}, t('loading')));
    try {
      const join = path.includes('?') ? '&' : '?';
      const part = await get(`${path}${join}limit=${limit}${next && `&cursor=${encodeURIComponent(next)}`}`, { signal });
      next = part.next;
      for (const item of part.items) items.append(show(item));
      element.dispatchEvent(new CustomEvent('part', { detail: part.items }));
      fill(status, next !== null ? button(t('list.more'))
        : items.childElementCount === 0 ? empty?.() ?? h('p.empty', {}, t('list.empty')) : null);
    } catch (e) {
      if (signal.aborted) return;
      fill(status, h('p.empty', { role: 'alert' }, sentenceOf(e)), button(t('again')));
    } finally {
      busy = false;
      if (feed) items.setAttribute('aria-busy', 'false');
    }
    // A first part that does not fill the screen is no end.
    if (next !== null && status.isConnected && status.getBoundingClientRect().top < innerHeight * 2 && status.querySelector('[role=alert]') === null)
      more();
  }

  const button = text => h('p.center', {}, h('button.quiet', { type: 'button', on: { click: more } }, text));
  const near = new IntersectionObserver(seen => seen.some(entry => entry.isIntersecting) && more(), { rootMargin: '800px' });
  near.observe(status);
  signal.addEventListener('abort', () => near.disconnect());

  element.first = item => {
    items.prepend(show(item));
    if (status.querySelector('.empty')) fill(status);
  };
  return element;
}
