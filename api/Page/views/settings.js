// One's profile, picture, language, and the way out.
import { h, fill } from '../dom.js';
import { speak, t } from '../i18n.js';
import { get, patch, remove } from '../api.js';
import { changed } from '../changes.js';
import { Said, sentenceOf } from '../problem.js';
import { end } from '../session.js';
import { avatar } from '../parts/people.js';
import { field, form, languageChoice } from '../parts/form.js';
import { failed, note } from '../parts/notes.js';
import { eventually, upload, watch } from '../parts/upload.js';

export async function settings({ signal }) {
  const me = await get('/v1/me', { signal });
  return {
    title: t('nav.settings'),
    content: [
      h('h1', { tabindex: '-1' }, t('nav.settings')),
      picture(me, signal),
      h('section.panel', {}, h('h2', {}, t('settings.profile')), profile(me)),
      h('section.panel', {}, h('h2', {}, t('language')), languageChoice(document.documentElement.lang, choose)),
      h('section.panel', {}, h('h2', {}, t('settings.session')), h('p.handle', {}, `@${me.handle} · ${me.email}`),
        h('button.danger', { type: 'button', on: { click: leave } }, t('settings.leave')), ' ', h('a', { href: '/docs' }, t('welcome.docs'))),
    ],
  };
}

const profile = me => form([
  field(t('field.displayName'), h('input', { name: 'displayName', value: me.displayName, maxlength: '50', autocomplete: 'name' })),
  field(t('field.bio'), h('textarea', { name: 'bio', rows: '3', maxlength: '300', value: me.bio })),
], {
  submit: t('settings.keep'),
  send: async values => {
    await patch('/v1/me', values);
    note(t('settings.kept'));
    changed('me');
  },
});

// A picture is shown once it is ready, which the service knows by itself.
function picture(me, signal) {
  const shown = h('div', {}, avatar(me, 96));
  const state = h('p.handle', { role: 'status' });
  const picker = h('input.unseen', { type: 'file', id: 'avatar-file', accept: 'image/*' });
  picker.addEventListener('change', async () => {
    const [file] = picker.files;
    picker.value = '';
    if (!file) return;
    try {
      const photo = await upload(file, { signal, report: step => fill(state, t(`upload.${step.step}`, step)) });
      await patch('/v1/me', { avatarPhotoId: photo.id });
      await ready(photo.id, signal);
      await eventually(() => get('/v1/me', { signal }), now => now.avatar && now.avatar.url !== me.avatar?.url);
      changed('me');
    } catch (e) {
      fill(state, sentenceOf(e));
    }
  });
  const drop = async () => {
    await patch('/v1/me', { avatarPhotoId: null }).then(() => changed('me'), failed);
  };
  return h('section.panel.picture', {}, shown, h('div', {}, h('h2', {}, t('settings.picture')), state,
    h('div.buttons', {}, picker, h('label.button.quiet', { for: 'avatar-file' }, t('settings.choose')),
      me.avatar && h('button.quiet', { type: 'button', on: { click: drop } }, t('settings.drop')))));
}

async function ready(id, signal) {
  const photo = await get(`/v1/photos/${id}`, { signal });
  const final = await new Promise(resolve => watch(photo, { signal, report: ({ step, photo: now }) => /ready|rejected/.test(step) && resolve(now) }));
  if (final.state === 'rejected') throw new Said(t(`reason.${final.reason}`));
}

// The texts of notifications and mails follow.
async function choose(tag) {
  await patch('/v1/me', { locale: tag }).catch(failed);
  speak(tag);
}

async function leave() {
  await remove('/v1/sessions/current').catch(() => {});
  history.replaceState(null, '', '/');
  end();
}
