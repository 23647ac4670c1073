// Who follows somebody, and whom they follow.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { get } from '../api.js';
import { list } from '../parts/list.js';
import { personLine } from '../parts/people.js';

export async function people({ values, signal }) {
  const which = values.which === 'following' ? 'following' : 'followers';
  const user = await get(`/v1/users/${encodeURIComponent(values.handle)}`, { signal });
  const title = t(`people.${which}`, { name: user.displayName });
  return {
    title,
    content: [
      h('h1', { tabindex: '-1' }, title),
      list(`/v1/users/${user.id}/${which}`, { signal, tag: 'ul', show: each => personLine(each), limit: 50 }),
    ],
  };
}
