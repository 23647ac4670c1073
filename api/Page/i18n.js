// Texts in the person's language, and numbers and times as people there write them.
import { changed } from './changes.js';
import { english } from './texts/en.js';
import { korean } from './texts/ko.js';

const place = 'styleshare.language';
const languages = { en: english, ko: korean };
let current = languages[localStorage.getItem(place)] ? localStorage.getItem(place) : preferred();
document.documentElement.lang = current;

function preferred() {
  const first = navigator.languages.map(tag => tag.slice(0, 2)).find(tag => languages[tag]);
  return first ?? 'en';
}

export const language = () => current;

/** Speaks another language from here on. */
export function speak(tag) {
  if (!languages[tag] || tag === current) return;
  current = tag;
  localStorage.setItem(place, tag);
  document.documentElement.lang = tag;
  changed('language');
}

/** A text, with `{names}` filled in; texts of a number have forms. What has no text is its own name. */
export function t(name, values = {}) {
  let text = languages[current][name] ?? name;
  if (typeof text !== 'string') text = text[new Intl.PluralRules(current).select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, key) => (typeof values[key] === 'number' ? number(values[key]) : values[key] ?? ''));
}

export const number = value => new Intl.NumberFormat(current).format(value);

/** 1,234 as it is, 12,345 as 12K or 1.2만. */
export const short = value =>
  value < 10_000 ? number(value) : new Intl.NumberFormat(current, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

export const money = (amount, currency) => {
  const format = new Intl.NumberFormat(current, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};

export const day = time => new Intl.DateTimeFormat(current, { dateStyle: 'medium' }).format(new Date(time));
export const moment = time => new Intl.DateTimeFormat(current, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

const units = [['minute', 60], ['hour', 3600], ['day', 86_400], ['week', 604_800]];

/** How long ago, up to some weeks; then the day. */
export function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  if (seconds < 60) return t('time.now');
  if (seconds > 4 * 604_800) return day(time);
  const [unit, length] = units.findLast(([, length]) => seconds >= length);
  return new Intl.RelativeTimeFormat(current, { numeric: 'auto', style: 'short' }).format(-Math.floor(seconds / length), unit);
}
