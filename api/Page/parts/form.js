// Forms whose errors stand at their fields.
import { h, fill } from '../dom.js';
import { t } from '../i18n.js';
import { Problem, sentenceOf, sentenceOfField } from '../problem.js';

let count = 0;

/** A labelled field. `input` is made by `h`; its `name` is the API's name of the field. */
export function field(label, input, hint) {
  const id = `field-${++count}`;
  input.id = id;
  const error = h('p.field-error', { id: `${id}-error` });
  const help = hint && h('p.field-hint', { id: `${id}-hint` }, hint);
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
  input.setAttribute('aria-describedby', described);
  input.addEventListener('input', () => say(''));
  const say = text => {
    error.textContent = text;
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  const element = h('div.field', {}, h('label', { for: id }, label), input, help, error);
  return Object.assign(element, { input, say });
}

/**
 * A form. `send` gets the values and does it; what the API says of a field is shown there, anything else above the button.
 * `fieldOf` names the field that a code of the API is about.
 */
export function form(fields, { submit, send, fieldOf = {} }) {
  const general = h('p.form-error', { role: 'alert' });
  const button = h('button.primary.block', { type: 'submit' }, submit);
  const element = h('form', { novalidate: true, on: { submit: run } }, fields, general, button);
  const byName = name => fields.find(each => each.input && each.input.name === name);

  async function run(e) {
    e.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    fill(general);
    fields.forEach(each => each.say?.(''));
    try {
      await send(Object.fromEntries(fields.filter(each => each.input).map(each => [each.input.name, each.input.value])));
    } catch (problem) {
      show(problem);
    } finally {
      button.disabled = false;
    }
  }

  function show(problem) {
    let first = null;
    const at = (name, text) => {
      const place = byName(name);
      place?.say(text);
      first ??= place;
      return place !== undefined;
    };
    if (problem instanceof Problem && Object.keys(problem.errors).length > 0) {
      for (const [name, messages] of Object.entries(problem.errors))
        if (!at(name, sentenceOfField(name, messages))) general.textContent = messages.join(' ');
    } else if (!at(fieldOf[problem.code], sentenceOf(problem))) {
      general.textContent = sentenceOf(problem);
    }
    first?.input.focus();
  }

  return element;
}

/** Switches the language. */
export const languageChoice = (current, choose) => h('div.languages', { role: 'group', 'aria-label': t('language') },
  [['en', 'English'], ['ko', '한국어']].map(([tag, name]) =>
    h('button', { type: 'button', lang: tag, 'aria-pressed': String(tag === current), on: { click: () => choose(tag) } }, name)));
