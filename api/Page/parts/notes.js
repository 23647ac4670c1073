// Short notes at the edge of the screen, which a screen reader says, too; and questions before what cannot be undone.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { sentenceOf } from '../problem.js';

const shownFor = 6000;
const corner = h('div.notes', { role: 'status', 'aria-live': 'polite' });
const urgent = h('div.notes', { role: 'alert' });

export const noteCorners = () => [corner, urgent];

/** Says something for a while; `href` leads to what it is about. */
export function note(text, { href, isFailure = false } = {}) {
  const element = h('div.note', {}, href ? h('a', { href }, text) : text);
  (isFailure ? urgent : corner).append(element);
  setTimeout(() => element.remove(), shownFor);
}

/** Says why something was not done. */
export const failed = error => note(sentenceOf(error), { isFailure: true });

/** A window above the page. The browser keeps the focus in it, closes it by Escape, and gives the focus back. */
export function openDialog(title, content, { wide = false, canClose = () => true } = {}) {
  const heading = h('h2', { id: `dialog-${Math.random().toString(36).slice(2)}` }, title);
  const close = h('button.round', { type: 'button', 'aria-label': t('close'), on: { click: () => shut() } }, '×');
  const dialog = h(`dialog${wide ? '.wide' : ''}`, { 'aria-labelledby': heading.id }, h('header.dialog-head', {}, heading, close), content);
  const shut = async () => {
    if (await canClose()) dialog.close();
  };
  dialog.addEventListener('cancel', e => {
    e.preventDefault();
    shut();
  });
  dialog.addEventListener('click', e => e.target === dialog && shut());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks; true if the answer is yes. */
export const ask = (question, yes) => new Promise(resolve => {
  const dialog = openDialog(question, h('div.buttons', {},
    h('button.quiet', { type: 'button', on: { click: () => dialog.close() } }, t('cancel')),
    h('button.danger', { type: 'button', on: { click: () => { resolve(true); dialog.close(); } } }, yes)));
  dialog.addEventListener('close', () => resolve(false));
});
