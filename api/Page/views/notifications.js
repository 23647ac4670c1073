// The inbox. Opening it is reading it; what comes meanwhile appears at its top.
import { h } from '../dom.js';
import { ago, moment, t } from '../i18n.js';
import { put } from '../api.js';
import { onChange } from '../changes.js';
import { list } from '../parts/list.js';
import { avatar } from '../parts/people.js';
import { square } from '../parts/photo.js';

export function notifications({ signal }) {
  const all = list('/v1/notifications', { signal, tag: 'ul', show: line, empty: () => h('p.empty', {}, t('notifications.empty')) });
  const seen = newest => put('/v1/notifications/read', { body: { upTo: newest.id } }).catch(() => {});
  let isFirst = true;
  all.addEventListener('part', e => {
    if (isFirst && e.detail.length > 0) seen(e.detail[0]);
    isFirst = false;
  });
  const drop = id => all.querySelector(`[data-line="${CSS.escape(id)}"]`)?.remove();
  onChange('notification', signal, changed => {
    const was = all.querySelector(`[data-line="${CSS.escape(changed.id)}"]`);
    if (was && changed.read) return void was.replaceWith(line(changed));
    drop(changed.id);
    all.first(changed);
    if (all.isConnected && !document.hidden) seen(changed);
  });
  onChange('notification-gone', signal, drop);
  return { title: t('nav.notifications'), content: [h('h1', { tabindex: '-1' }, t('nav.notifications')), all] };
}

function line(notification) {
  const [actor] = notification.actors;
  const href = notification.post ? `#/posts/${notification.post.id}` : actor ? `#/people/${encodeURIComponent(actor.handle)}` : '#/notifications';
  return h(`li.notification${notification.read ? '' : '.unread'}`, { 'data-line': notification.id }, h('a', { href },
    h('span.faces', {}, notification.actors.slice(0, 2).map(each => avatar(each, notification.actors.length > 1 ? 32 : 44))),
    h('span.notification-text', {}, notification.text, ' ', h('time', { datetime: notification.createdAt, title: moment(notification.createdAt) }, ago(notification.createdAt)),
      !notification.read && h('span.unseen', {}, t('notifications.new'))),
    notification.post?.photos.length > 0 && h('span.notification-photo', {}, square(notification.post.photos[0], '', 56))));
}
