// Calls the public API, and nothing else.
import { Problem, problemOf } from './problem.js';
import { accessToken, randomName } from './session.js';

const tries = 3;

export const get = (path, options) => call('GET', path, options);
export const put = (path, options) => call('PUT', path, options);
export const patch = (path, body) => call('PATCH', path, { body });
export const remove = path => call('DELETE', path);

/** A POST; its key lets it be sent again when nobody knows whether it arrived. */
export const post = (path, body, options) => call('POST', path, { body, key: randomName(), ...options });

/** Sends a request and gives the answer's body; throws a Problem if it is refused. */
export async function call(method, path, options = {}) {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === tries;
    let answer;
    try {
      answer = await authorized(method, path, options);
    } catch (e) {
      if (last || options.signal?.aborted || e instanceof Problem) throw e;
      await pause(attempt, options.signal);
      continue;
    }
    if (answer.ok) return answer.status === 204 ? null : answer.json().catch(() => null);
    const problem = await problemOf(answer);
    const passes = answer.status === 503 || problem.code === 'request_in_progress';
    if (last || !passes) throw problem;
    await pause(Number(answer.headers.get('Retry-After')) || attempt, options.signal);
  }
}

/** The same for those who read the answer themselves. A token that the server does not take is renewed once. */
export async function authorized(method, path, options = {}) {
  const token = await accessToken();
  const answer = await send(method, path, options, token);
  if (answer.status !== 401 || token === null) return answer;
  const renewed = await accessToken(token);
  return renewed === null ? answer : send(method, path, options, renewed);
}

function send(method, path, { body, key, headers, signal }, token) {
  const all = { 'Accept-Language': document.documentElement.lang, ...headers };
  if (body !== undefined) all['Content-Type'] = 'application/json';
  if (key !== undefined) all['Idempotency-Key'] = key;
  if (token !== null) all.Authorization = `Bearer ${token}`;
  return fetch(path, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), signal, cache: 'no-cache' });
}

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, Math.min(seconds, 5) * 1000);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});
