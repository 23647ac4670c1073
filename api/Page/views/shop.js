// What one has at one shop, and how it came and went.
import { h } from '../dom.js';
import { day, moment, number, t } from '../i18n.js';
import { authorized, get } from '../api.js';
import { list } from '../parts/list.js';

export async function shop({ values, query, signal }) {
  // Who came by somebody's link comes to this shop through them; only a caller who is known does.
  const share = query.get('share');
  if (share && /^\w+$/.test(share)) await authorized('GET', `/s/${share}`, { headers: { Accept: 'text/html' }, signal }).catch(() => {});
  const account = await get(`/v1/me/points/${encodeURIComponent(values.id)}`, { signal });
  const entries = list(`/v1/me/points/${account.merchantId}/entries`, { signal, tag: 'tbody', show: entry, empty: () => h('p.empty', {}, t('points.none')) });
  return {
    title: account.merchantName,
    content: [
      h('h1', { tabindex: '-1' }, account.merchantName),
      h('dl.figures', {}, figure('available', account.available), figure('held', account.held), figure('balance', account.balance),
        account.owed > 0 && figure('owed', account.owed)),
      account.expiring.length > 0 && h('section', {}, h('h2', {}, t('points.expiring')), h('ul.expiring', {}, account.expiring.map(lot =>
        h('li', {}, h('b', {}, number(lot.points)), ` ${t('points.until', { day: day(lot.expiresAt) })}`)))),
      h('h2', { id: 'history' }, t('points.history')),
      inTable(entries),
    ],
  };
}

const figure = (name, value) => h('div', {}, h('dt', {}, t(`points.${name}`)), h('dd', {}, number(value)));

function inTable(entries) {
  const body = entries.querySelector('tbody');
  const table = h('table.history', { 'aria-labelledby': 'history' }, h('thead', {}, h('tr', {},
    ['what', 'points', 'after'].map(name => h('th', { scope: 'col' }, t(`points.column.${name}`))))));
  body.replaceWith(table);
  table.append(body);
  return entries;
}

const entry = line => h('tr', {},
  h('th', { scope: 'row' }, h('b', {}, t(`points.kind.${line.kind}`)), h('time', { datetime: line.createdAt }, moment(line.createdAt)),
    /^[0-9a-f-]{36}/.test(line.reference) ? null : h('span.handle', {}, line.reference),
    line.expiresAt && h('span.handle', {}, t('points.until', { day: day(line.expiresAt) }))),
  h(`td.${line.points < 0 ? 'less' : 'more'}`, {}, `${line.points > 0 ? '+' : '−'}${number(Math.abs(line.points))}`),
  h('td', {}, number(line.balanceAfter)));
