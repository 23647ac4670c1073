// What one has at shops, and the code by which a till knows who buys.
import { h, fill } from '../dom.js';
import { day, number, t } from '../i18n.js';
import { get } from '../api.js';
import { failed, openDialog } from '../parts/notes.js';
import { list } from '../parts/list.js';

export function points({ signal }) {
  const shops = list('/v1/me/points', { signal, tag: 'ul', show: shopLine, empty: () => h('p.empty', {}, t('points.empty')) });
  return {
    title: t('nav.points'),
    content: [
      h('h1', { tabindex: '-1' }, t('nav.points')),
      h('section.till', {}, h('p', {}, t('points.code.about')), h('button.primary', { type: 'button', on: { click: showCode } }, t('points.code.show'))),
      shops,
    ],
  };
}

const shopLine = account => h('li.shop-line', {}, h('a', { href: `#/points/${account.merchantId}` },
  h('span.shop-name', {}, h('b', {}, account.merchantName), soon(account)),
  h('span.balance', {}, h('b', {}, number(account.available)), h('span', {}, ` ${t('points.unit')}`))));

const soon = account => account.expiring.length > 0 && h('span.handle', {},
  t('points.soon', { points: account.expiring[0].points, day: day(account.expiring[0].expiresAt) }));

// Each code is good once and for minutes; a new one is made each time.
async function showCode() {
  try {
    let made = await get('/v1/me/member-code');
    const [code, left] = [h('output.code'), h('p.center', { role: 'timer' })];
    const show = () => {
      const seconds = Math.max(0, Math.round((new Date(made.expiresAt) - Date.now()) / 1000));
      fill(code, made.code.replace(/(.{4})(?=.)/g, '$1 '));
      fill(left, seconds === 0 ? t('points.code.over') : t('points.code.left', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` }));
      code.classList.toggle('over', seconds === 0);
    };
    const renew = async () => {
      made = await get('/v1/me/member-code');
      show();
    };
    const dialog = openDialog(t('points.code.title'), h('div.center', {}, h('p', {}, t('points.code.how')), code, left,
      h('button.quiet', { type: 'button', on: { click: () => renew().catch(failed) } }, t('points.code.renew'))));
    show();
    const ticking = setInterval(show, 1000);
    dialog.addEventListener('close', () => clearInterval(ticking));
  } catch (e) {
    failed(e);
  }
}
