// The beginning: who is signed in decides what there is to see.
import { fill, h } from './dom.js';
import { get } from './api.js';
import { onChange } from './changes.js';
import { t } from './i18n.js';
import * as inbox from './inbox.js';
import { sentenceOf } from './problem.js';
import * as router from './router.js';
import { isSignedIn } from './session.js';
import { shell } from './shell.js';
import { discover } from './views/discover.js';
import { feed } from './views/feed.js';
import { notifications } from './views/notifications.js';
import { people } from './views/people.js';
import { person } from './views/person.js';
import { points } from './views/points.js';
import { post } from './views/post.js';
import { saved } from './views/saved.js';
import { settings } from './views/settings.js';
import { shop } from './views/shop.js';
import { tag } from './views/tag.js';
import { welcome } from './views/welcome.js';

let ending = new AbortController();
let me = null;

const routes = [
  ['/', feed], ['/discover', discover], ['/tags/:tag', tag], ['/posts/:id', post], ['/people/:handle', person],
  ['/people/:handle/:which', people], ['/notifications', notifications], ['/points', points], ['/points/:id', shop],
  ['/merchants/:id', shop], ['/saved', saved], ['/settings', settings], ['/', feed],
].map(([path, view]) => ({ path, make: asked => view({ ...asked, me }) }));

// Links of shares lead to `/posts/…` and `/merchants/…`; what is shown is behind the `#`.
if (location.pathname !== '/') history.replaceState(null, '', `/#${location.pathname}${location.search}`);

async function begin() {
  ending.abort();
  ending = new AbortController();
  inbox.close();
  router.forget();
  me = null;
  if (isSignedIn()) await home();
  else fill(document.body, welcome(ending.signal));
}

async function home() {
  try {
    me = await get('/v1/me');
  } catch (e) {
    if (!isSignedIn()) return; // ended meanwhile, and begun anew by that
    fill(document.body, h('main.lonely', {}, h('h1', {}, t('problem.title')), h('p.empty', { role: 'alert' }, sentenceOf(e)),
      h('p.center', {}, h('button.primary', { type: 'button', on: { click: begin } }, t('again')))));
    return;
  }
  const { main, nodes } = shell(me, ending.signal);
  fill(document.body, nodes);
  router.start(main, routes);
  inbox.open();
}

const always = new AbortController().signal;
onChange('session', always, begin);
onChange('me', always, begin);
onChange('language', always, begin);
await begin();
