// Finding tags and people.
import { h } from '../dom.js';
import { language, t } from '../i18n.js';
import { get } from '../api.js';
import { field, form } from '../parts/form.js';

const tags = {
  en: ['ootd', 'streetstyle', 'vintage', 'minimal', 'denim', 'workwear', 'thrifted', 'knitwear'],
  ko: ['ootd', '데일리룩', '오오티디', '가을코디', '출근룩', '빈티지', '미니멀룩', '성수'],
};

/** Tags to begin with. */
export const tagCloud = () => h('ul.tags', { 'aria-label': t('discover.tags') },
  tags[language()].map(tag => h('li', {}, h('a.tag', { href: `#/tags/${encodeURIComponent(tag)}` }, `#${tag}`))));

export function discover() {
  const input = h('input', { name: 'what', type: 'search', autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off', placeholder: t('discover.placeholder') });
  const asked = field(t('discover.label'), input, t('discover.hint'));
  const search = form([asked], {
    submit: t('discover.go'),
    fieldOf: { user_not_found: 'what' },
    send: async ({ what }) => {
      const name = what.trim();
      if (name === '') return asked.say(t('discover.hint'));
      if (!name.startsWith('@')) return void (location.hash = `/tags/${encodeURIComponent(name.replace(/^[#＃]/, ''))}`);
      const user = await get(`/v1/users/${encodeURIComponent(name.slice(1))}`);
      location.hash = `/people/${encodeURIComponent(user.handle)}`;
    },
  });
  search.setAttribute('role', 'search');
  return { title: t('nav.discover'), content: [h('h1', { tabindex: '-1' }, t('nav.discover')), search, h('h2', {}, t('discover.tags')), tagCloud()] };
}
