// What the API says when it does not do what was asked (RFC 9457), and what a person is told of it.
import { language, t } from './i18n.js';

export class Problem extends Error {
  constructor(status, code, detail, errors = {}) {
    super(detail);
    Object.assign(this, { status, code, detail, errors });
  }
}

/** Something that is wrong on our side of the line, in words for a person already. */
export class Said extends Error {}

/** The problem in an answer, whatever a proxy made of it. */
export async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  return new Problem(answer.status, body.code ?? 'unexpected', body.detail ?? '', body.errors ?? {});
}

/** A sentence for a person. The API's own are English. */
export function sentenceOf(error) {
  if (error instanceof Said) return error.message;
  if (!(error instanceof Problem)) return t('problem.away');
  const own = t(`problem.${error.code}`);
  if (own !== `problem.${error.code}`) return own;
  return language() === 'en' && error.detail ? error.detail : t('problem.unexpected');
}

/** What is wrong with a field: a rule that is known here, or the API's own words. */
export function sentenceOfField(name, messages) {
  const rule = t(`rule.${name}`);
  return language() === 'en' || rule === `rule.${name}` ? messages.join(' ') : rule;
}
