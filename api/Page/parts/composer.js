// The window in which a post is made: photos go up while the words are still being written.
import { h, fill, icon } from '../dom.js';
import { number, t } from '../i18n.js';
import { post } from '../api.js';
import { changed } from '../changes.js';
import { Said, sentenceOf } from '../problem.js';
import { refresh, upload } from './upload.js';
import { field, form } from './form.js';
import { ask, note, openDialog } from './notes.js';

const most = 10;
const largest = 20_000_000;
const longest = 2200;

export function compose() {
  const photos = [];
  const tray = h('ul.tray', { 'aria-label': t('compose.photos') });
  const picker = h('input', { type: 'file', accept: 'image/jpeg,image/png,image/webp,image/gif,image/heic,.heic', multiple: true, name: 'files' });
  const drop = h('label.drop', {}, icon('camera'), h('b', {}, t('compose.add')), h('span', {}, t('compose.addHint', { count: most })), picker);
  const caption = h('textarea', { name: 'caption', rows: '4', maxlength: String(longest), placeholder: t('compose.placeholder') });
  const left = h('span.count', { 'aria-hidden': 'true' }, `0 / ${number(longest)}`);
  caption.addEventListener('input', () => (left.textContent = `${number([...caption.value].length)} / ${number(longest)}`));
  let sent = false;

  const add = files => {
    for (const file of files) {
      if (photos.length === most) return note(t('compose.tooMany', { count: most }), { isFailure: true });
      const item = trayItem(file, () => {
        photos.splice(photos.indexOf(item), 1);
        item.element.remove();
      });
      photos.push(item);
      tray.append(item.element);
    }
  };
  picker.addEventListener('change', () => { add(picker.files); picker.value = ''; });

  const writing = form([field(t('compose.caption'), caption), left], {
    submit: t('compose.publish'),
    send: async values => {
      await Promise.allSettled(photos.map(photo => photo.uploaded));
      if (photos.some(photo => photo.isBroken())) throw new Said(t('compose.broken'));
      const photoIds = await Promise.all(photos.map(async photo => (await photo.uploaded).id));
      const published = await post('/v1/posts', { caption: values.caption, photoIds });
      sent = true;
      dialog.close();
      changed('published', published);
      note(t('compose.published'), { href: `#/posts/${published.id}` });
      photos.forEach(photo => photo.follow(published.id));
    },
  });
  const dialog = openDialog(t('compose.title'), h('div.compose', {}, drop, tray, writing), {
    wide: true,
    canClose: async () => sent || (photos.length === 0 && caption.value === '') || ask(t('compose.discardAsk'), t('compose.discard')),
  });
  dialog.addEventListener('close', () => sent || photos.forEach(photo => photo.cancel()));
  dialog.addEventListener('dragover', e => e.preventDefault());
  dialog.addEventListener('drop', e => { e.preventDefault(); add([...e.dataTransfer.files].filter(file => file.type.startsWith('image/'))); });
}

// A photo in the window, with what has become of it so far.
function trayItem(file, removed) {
  const ending = new AbortController();
  const address = URL.createObjectURL(file);
  const state = h('span.tray-state', { role: 'status' });
  const bar = h('progress', { max: '100', value: '0', 'aria-label': t('compose.progress', { name: file.name }) });
  const retry = h('button.quiet.small', { type: 'button', hidden: true, on: { click: begin } }, t('again'));
  const close = h('button.round.small', { type: 'button', 'aria-label': t('compose.remove', { name: file.name }), on: { click: () => { cancel(); removed(); } } }, '×');
  const element = h('li.tray-item', {}, h('img', { src: address, alt: file.name, on: { error: e => e.target.classList.add('unknown') } }), bar, state, retry, close);
  let problem = null;
  let post = null;
  let isFinal = false;

  function report({ step, percent, photo }) {
    bar.value = step === 'sending' ? percent * 0.7 : step === 'processing' ? 70 + percent * 0.3 : 100;
    element.dataset.step = step;
    const text = step === 'rejected' ? t(`reason.${photo.reason}`) : t(`upload.${step}`, { percent });
    if (state.textContent !== text) fill(state, text);
    if (step === 'rejected') problem = new Said(text);
    isFinal = step === 'ready' || step === 'rejected';
    if (isFinal && post) refresh(post);
  }

  function begin() {
    [problem, retry.hidden] = [null, true];
    item.uploaded = file.size > largest ? Promise.reject(new Said(t('reason.too_large')))
      : upload(file, { signal: ending.signal, report });
    item.uploaded.catch(e => {
      if (ending.signal.aborted) return;
      problem = e;
      element.dataset.step = 'failed';
      fill(state, sentenceOf(e));
      retry.hidden = e instanceof Said;
    });
  }

  const cancel = () => { ending.abort(); URL.revokeObjectURL(address); };
  const item = {
    element, cancel, uploaded: null,
    isBroken: () => problem !== null,
    // From here on the post shows the photo.
    follow: id => {
      post = id;
      if (isFinal) refresh(id);
      URL.revokeObjectURL(address);
    },
  };
  begin();
  return item;
}
