// Follows a stream of server-sent events. EventSource cannot send the access token, so the stream is read here.
import { authorized } from './api.js';
import { problemOf } from './problem.js';

const longestPause = 30_000;

/** Reads events until the signal or `take` (by returning true) ends it; comes back where it was cut off. */
export async function follow(path, { signal, take, failed }) {
  const place = { lastId: '', retry: 2000 };
  for (let failures = 0; !signal.aborted;) {
    try {
      const headers = { Accept: 'text/event-stream', ...(place.lastId && { 'Last-Event-ID': place.lastId }) };
      const answer = await authorized('GET', path, { headers, signal });
      if (!answer.ok) throw await problemOf(answer);
      failures = 0;
      if (await read(answer.body, place, take)) return;
    } catch (e) {
      if (signal.aborted) return;
      if (e.status === 401 || e.status === 404) return failed?.(e);
      failures++;
    }
    await wait(Math.min(place.retry * 2 ** failures, longestPause), signal);
  }
}

// WHATWG HTML, 9.2.6, without what our server never sends (carriage returns, a byte order mark).
async function read(body, place, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      text += value;
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) if (give(block, place, take)) return true;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function give(block, place, take) {
  const event = { name: 'message', data: '' };
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const [field, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    if (field === 'event') event.name = value;
    else if (field === 'data') event.data += value;
    else if (field === 'id') place.lastId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) place.retry = Number(value);
  }
  return event.data !== '' && take(event.name, JSON.parse(event.data)) === true;
}

const wait = (milliseconds, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});
