// The inbox, live: how many lines are unread, and each line as it comes. Only a tab that is looked at keeps the stream open.
import { changed } from './changes.js';
import { follow } from './events.js';
import { note } from './parts/notes.js';

let ending = null;
let unread = 0;
let wasUnread = 0;

export const unreadCount = () => unread;

/** Begins to follow the inbox of whoever is signed in. */
export function open() {
  document.addEventListener('visibilitychange', turn);
  turn();
}

/** Ends it. */
export function close() {
  document.removeEventListener('visibilitychange', turn);
  ending?.abort();
  ending = null;
  [unread, wasUnread] = [0, 0];
}

function turn() {
  if (document.hidden) {
    ending?.abort();
    ending = null;
  } else if (ending === null) {
    ending = new AbortController();
    follow('/v1/notifications/stream', { signal: ending.signal, take });
  }
}

function take(name, data) {
  if (name === 'notification') {
    changed('notification', data);
    if (!data.read) note(data.text, { href: data.post ? `#/posts/${data.post.id}` : '#/notifications' });
  } else if (name === 'gone') {
    changed('notification-gone', data.id);
  } else if (name === 'unread') {
    unread = data.count;
    if (unread !== wasUnread) changed('unread', unread);
    wasUnread = unread;
  }
  return false;
}
