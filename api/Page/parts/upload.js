// One photo on its way: announced, sent straight to object storage, completed, and followed until it is ready or rejected.
import { get, post } from '../api.js';
import { changed } from '../changes.js';
import { follow } from '../events.js';
import { t } from '../i18n.js';
import { Problem, Said, problemOf } from '../problem.js';

/**
 * Uploads a file. `report` hears of each step: `{ step: 'sending' | 'processing' | 'ready' | 'rejected', percent, photo }`.
 * Ends when the photo is uploaded, with the photo; what becomes of it then is reported.
 */
export async function upload(file, { signal, report }) {
  const { photo, upload: place } = await announce(file, signal);
  report({ step: 'sending', percent: 0, photo });
  await send(file, place, signal, percent => report({ step: 'sending', percent, photo }));
  const completed = await post(`/v1/photos/${photo.id}/complete`, {}, { signal });
  report({ step: 'processing', percent: 0, photo: completed });
  watch(completed, { signal, report });
  return completed;
}

// What is refused by its type or size alone would be rejected for the same reason later.
async function announce(file, signal) {
  try {
    return await post('/v1/photos', { contentType: typeOf(file), bytes: file.size }, { signal });
  } catch (e) {
    if (e.errors?.contentType) throw new Said(t('reason.unsupported_format'));
    if (e.errors?.bytes) throw new Said(t(file.size > 0 ? 'reason.too_large' : 'reason.not_an_image'));
    throw e;
  }
}

/** Follows a photo until it is ready or rejected. */
export function watch(photo, { signal, report }) {
  if (photo.state === 'ready' || photo.state === 'rejected') return void report({ step: photo.state, percent: 100, photo });
  follow(`/v1/photos/${photo.id}/events`, {
    signal,
    take: (name, data) => {
      if (name === 'progress') report({ step: 'processing', percent: data.percent ?? 0, photo });
      if (name !== 'ready' && name !== 'rejected') return false;
      report({ step: name, percent: 100, photo: data });
      return true;
    },
  });
}

/** Has all who show a post show it with what its photos have become. */
export async function refresh(id) {
  const isFinal = photo => photo.state === 'ready' || photo.state === 'rejected';
  const current = await eventually(() => get(`/v1/posts/${id}`), post => post.photos.every(isFinal)).catch(() => null);
  if (current) changed('post', current);
}

/** Asks until the answer is good: posts and people learn of a photo a moment after it is ready. The last answer if it never is. */
export async function eventually(ask, isGood) {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (isGood(answer) || tries === 8) return answer;
    await new Promise(resolve => setTimeout(resolve, 100 * 2 ** tries));
  }
}

// Browsers do not know HEIC everywhere; the server looks into the file itself.
const typeOf = file => file.type || (/\.hei[cf]$/i.test(file.name) ? 'image/heic' : 'application/octet-stream');

// fetch tells nothing of an upload's progress; XMLHttpRequest does.
const send = (file, { method, url, headers }, signal, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
  request.upload.onprogress = e => e.lengthComputable && progress(Math.round((100 * e.loaded) / e.total));
  request.onload = async () => {
    if (request.status >= 200 && request.status < 300) return resolve();
    reject(await problemOf(new Response(request.responseText || '{}', { status: request.status })));
  };
  request.onerror = () => reject(new Problem(0, 'upload_failed', ''));
  request.onabort = () => reject(signal.reason);
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.send(file);
});
