// Who is signed in, in this browser: the pair of tokens, shared by all tabs.
import { changed } from './changes.js';
import { Problem, problemOf } from './problem.js';

const place = 'styleshare.session';
const earlier = 30_000; // a token is renewed this long before it ends, for clocks differ and answers take time
let renewal = null;

const load = () => {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
};

/** A name that nobody else makes up; also where the page is not served over HTTPS. */
export const randomName = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

export const isSignedIn = () => load() !== null;

/** Keeps what signing in or up was answered with. */
export function begin(tokens) {
  keep(tokens);
  changed('session');
}

/** Ends the session here; the server is told by whoever calls. */
export function end() {
  localStorage.removeItem(place);
  changed('session');
}

function keep({ accessToken, refreshToken, expiresIn }) {
  const endsAt = Date.now() + expiresIn * 1000;
  localStorage.setItem(place, JSON.stringify({ accessToken, refreshToken, endsAt, renewal: randomName() }));
}

/** A good access token; null if nobody is signed in. `refused` is one that the server did not take. */
export async function accessToken(refused = null) {
  const session = load();
  if (session === null) return null;
  if (session.accessToken !== refused && session.endsAt - earlier > Date.now()) return session.accessToken;
  renewal ??= renew(session).finally(() => (renewal = null));
  return renewal;
}

// A refresh token is good once, and one that comes twice ends the session. Tabs that renew at the same moment, and one whose
// answer was lost, send the same key, so that the server answers all of them with the same new pair.
async function renew(session) {
  for (let tries = 1; ; tries++) {
    const current = load();
    if (current === null) return null;
    if (current.accessToken !== session.accessToken) return current.accessToken; // another tab was first
    try {
      const answer = await fetch('/v1/sessions/refresh', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': session.renewal },
        body: JSON.stringify({ refreshToken: session.refreshToken }),
      });
      if (answer.ok) {
        const tokens = await answer.json();
        if (load()?.accessToken === session.accessToken) keep(tokens);
        return tokens.accessToken;
      }
      if (answer.status === 401) {
        if (load()?.accessToken === session.accessToken) end();
        return null;
      }
      if (tries === 4) throw await problemOf(answer);
    } catch (e) {
      if (e instanceof Problem || tries === 4) throw e;
    }
    await new Promise(resolve => setTimeout(resolve, 300 * tries));
  }
}

// Signed in or out in another tab.
addEventListener('storage', e => {
  if (e.key === place && (e.oldValue === null) !== (e.newValue === null)) changed('session');
});
