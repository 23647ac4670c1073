// Shows what the address says, behind its `#`: `#/posts/{id}`. Going back shows what was there, where it was.
import { h, fill } from './dom.js';
import { t } from './i18n.js';
import { sentenceOf } from './problem.js';

const kept = 8; // views one can go back to without asking the server again
const views = new Map();
let routes = [];
let main = null;
let current = null;
let steps = 0;

/** Begins to show views in an element. */
export function start(element, table) {
  main = element;
  routes = table;
  history.scrollRestoration = 'manual';
  addEventListener('popstate', show); // the same listener twice is one
  show();
}

/** Goes to an address, such as `/posts/…`. */
export function go(path) {
  if (location.hash === `#${path}`) again();
  else location.hash = path;
}

/** Shows the current address anew. */
export function again() {
  drop(current?.key);
  current = null;
  show();
}

/** Forgets all that was shown: somebody else is signed in, or the language is another. */
export function forget() {
  for (const key of [...views.keys()]) drop(key);
  current = null;
}

function show() {
  if (main === null || !main.isConnected) return;
  if (current !== null) current.scroll = scrollY;
  const key = history.state?.key ?? mark();
  if (views.has(key)) return reveal(views.get(key));
  const [path, query = ''] = (location.hash.slice(1) || '/').split('?');
  const parts = path.split('/').filter(part => part !== '').map(part => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const { make, values } = find(parts);
  const entry = { key, element: h('div.view'), ending: new AbortController(), scroll: 0, title: '' };
  views.set(key, entry);
  for (const oldest of [...views.keys()].slice(0, -kept)) drop(oldest);
  reveal(entry);
  build(entry, make, { values, query: new URLSearchParams(query), signal: entry.ending.signal });
}

function mark() {
  const key = `${Date.now()}-${steps++}`;
  history.replaceState({ key }, '');
  return key;
}

function find(parts) {
  for (const { path, make } of routes) {
    const wanted = path.split('/').filter(part => part !== '');
    if (wanted.length === parts.length && wanted.every((part, i) => part.startsWith(':') || part === parts[i]))
      return { make, values: Object.fromEntries(wanted.map((part, i) => [part.slice(1), parts[i]])) };
  }
  return { make: routes.at(-1).make, values: {} };
}

async function build(entry, make, asked) {
  const waits = setTimeout(() => fill(entry.element, h('p.loading', { role: 'status' }, t('loading'))), 200);
  try {
    const view = await make(asked);
    clearTimeout(waits);
    if (asked.signal.aborted) return;
    entry.title = view.title;
    fill(entry.element, view.content);
  } catch (e) {
    clearTimeout(waits);
    if (asked.signal.aborted) return;
    entry.title = t('problem.title');
    fill(entry.element, h('h1', { tabindex: '-1' }, t('problem.title')), h('p.empty', { role: 'alert' }, sentenceOf(e)),
      h('p.center', {}, h('button.quiet', { type: 'button', on: { click: again } }, t('again'))));
  }
  if (current === entry) announce(entry);
}

function reveal(entry) {
  current = entry;
  fill(main, entry.element);
  scrollTo(0, entry.scroll);
  if (entry.title) announce(entry);
  main.dispatchEvent(new CustomEvent('shown', { bubbles: true }));
}

// A screen reader hears where it is, and the keyboard goes on from there.
function announce(entry) {
  document.title = `${entry.title} · StyleShare`;
  const heading = entry.element.querySelector('h1');
  if (heading && !document.querySelector('dialog[open]')) heading.focus({ preventScroll: true });
}

function drop(key) {
  views.get(key)?.ending.abort();
  views.delete(key);
}
