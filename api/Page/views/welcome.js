// Signing in and up, for those who are nobody yet.
import { h, fill } from '../dom.js';
import { language, speak, t } from '../i18n.js';
import { post } from '../api.js';
import { begin } from '../session.js';
import { field, form, languageChoice } from '../parts/form.js';

export function welcome() {
  const body = h('div.welcome-form');
  const tabs = [['in', signIn], ['up', signUp]].map(([name, make]) => ({
    name, make, button: h('button', { type: 'button', on: { click: () => show(name, true) } }, t(`welcome.${name}`)),
  }));
  function show(name, moves = false) {
    for (const tab of tabs) {
      tab.button.setAttribute('aria-pressed', String(tab.name === name));
      if (tab.name === name) fill(body, tab.make());
    }
    if (moves) body.querySelector('input')?.focus();
  }
  show('in');
  document.title = 'StyleShare';
  return [
    h('main.welcome', {},
      h('section.hero', {},
        h('h1.logo', { tabindex: '-1' }, 'Style', h('b', {}, 'Share')),
        h('p.promise', {}, t('welcome.promise')),
        h('p.promise-more', {}, t('welcome.more')),
        h('div.swatches', { 'aria-hidden': 'true' }, ['a', 'b', 'c', 'd', 'e', 'f'].map(name => h(`i.swatch-${name}`)))),
      h('section.entry', {},
        h('div.tabs', { role: 'group', 'aria-label': t('welcome.label') }, tabs.map(tab => tab.button)),
        body,
        languageChoice(language(), speak),
        h('p.legal', {}, h('a', { href: '/docs' }, t('welcome.docs'))))),
  ];
}

const signIn = () => form([
  field(t('field.login'), h('input', { name: 'login', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true })),
  field(t('field.password'), h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true })),
], {
  submit: t('welcome.in'),
  fieldOf: { bad_credentials: 'password' },
  send: async values => begin(await post('/v1/sessions', values)),
});

const signUp = () => form([
  field(t('field.displayName'), h('input', { name: 'displayName', autocomplete: 'name', maxlength: '50', required: true })),
  field(t('field.handle'), h('input', { name: 'handle', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '30', required: true }), t('hint.handle')),
  field(t('field.email'), h('input', { name: 'email', type: 'email', autocomplete: 'email', required: true })),
  field(t('field.password'), h('input', { name: 'password', type: 'password', autocomplete: 'new-password', maxlength: '128', required: true }), t('hint.password')),
], {
  submit: t('welcome.up'),
  fieldOf: { handle_taken: 'handle', email_taken: 'email' },
  send: async values => begin(await post('/v1/accounts', { ...values, locale: language() })),
});
