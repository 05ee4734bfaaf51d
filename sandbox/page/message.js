// Draws a message as Discord does.

import { avatar, h, menu, size } from './dom.js';
import { complain, rows } from './components.js';
import { jump, link, markdown } from './markdown.js';
import { act, local, nameOf, offered, store, words } from './store.js';

/** The video players, which are kept so that an edit does not stop a playing video. */
const players = new Map();

/** Draws a message; `follows` is true right after one by the same author. */
export function draw(message, follows) {
  const { body } = message;
  const reply = body.referenced_message;
  const asked = body.interaction ?? (body.interaction_metadata?.name && body.interaction_metadata);
  const header = !follows || reply || asked;
  const mine = message.pings.includes(store.me.id);
  const node = h('li', {
    id: `m${message.id}`, tabindex: '-1',
    class: ['message', header && 'first', mine && 'pinged', message.only_for && 'private'].filter(Boolean).join(' '),
    on: { contextmenu: (event) => { event.preventDefault(); actions(message, event.clientX, event.clientY); } },
  });
  if (asked) node.append(h('p', { class: 'above' }, avatar(asked.user.id, asked.user.username), h('b', {}, asked.user.username), ' used ', h('span', { class: 'command' }, `/${asked.name}`)));
  else if (reply) node.append(replied(reply));
  else if (body.message_reference) node.append(h('p', { class: 'above' }, h('i', {}, 'Original message was deleted')));
  if (header) {
    node.append(avatar(message.author, nameOf(message.author), store.bot));
    node.append(h('p', { class: 'author' },
      h('b', {}, nameOf(message.author)),
      message.author === store.bot && h('span', { class: 'app' }, 'APP'),
      h('time', { datetime: body.timestamp }, when(body.timestamp)),
      !body.content && edited(body)));
  }
  node.append(h('div', { class: 'body' },
    message.thinking
      ? h('p', { class: 'thinking' }, h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), `${nameOf(message.author)} is thinking…`)
      : content(message),
    body.attachments.map(attachment),
    body.embeds.map(embed),
    rows(message),
    message.only_for && h('p', { class: 'only' }, '👁 Only you can see this · ',
      h('button', { type: 'button', class: 'link', on: { click: () => { store.dismissed.add(message.id); node.remove(); } } }, 'Dismiss message'))));
  node.append(h('button', {
    type: 'button', class: 'more icon', title: 'More (or right click)', 'aria-label': 'More', 'aria-haspopup': 'menu',
    on: { click: ({ currentTarget }) => { const box = currentTarget.getBoundingClientRect(); actions(message, box.left, box.bottom); } },
  }, '⋯'));
  return node;
}

function content({ body }) {
  const parts = markdown(body.content);
  // Discord plays a video that is linked anywhere in the text, unless the link is in angle
  // brackets or the message has embeds.
  const links = [...body.content.matchAll(/(?<!<)https?:\/\/[^\s|>)]+/g)].map(([url]) => url);
  const plays = body.embeds.length === 0 && links.find((url) => local(url).endsWith('.mp4'));
  if (!parts.length) return [];
  parts.at(-1).append(' ', edited(body) || '');
  return [h('div', { class: 'content' }, parts), plays && player(plays, local(plays))];
}

const edited = (body) => body.edited_timestamp
  && h('span', { class: 'edited', title: new Date(body.edited_timestamp).toLocaleString() }, '(edited)');

function replied(reply) {
  const summary = reply.content || (reply.embeds[0]?.title ?? 'Click to see attachment');
  return h('p', { class: 'above reply' }, avatar(reply.author.id, reply.author.username, store.bot),
    h('b', {}, `@${reply.author.username}`), ' ',
    h('button', { type: 'button', class: 'plain', on: { click: () => jump(reply.channel_id, reply.id) } }, summary));
}

function embed(parts) {
  const fields = (parts.fields ?? []).map((field) => h('div', { class: field.inline ? 'field inline' : 'field' },
    h('dt', {}, markdown(field.name)), h('dd', {}, markdown(field.value))));
  const node = h('article', { class: 'embed' },
    h('div', { class: 'text' },
      parts.author && h('p', { class: 'embed-author' }, parts.author.name),
      parts.title && h('h3', {}, parts.url ? link(parts.url, parts.title) : markdown(parts.title)),
      parts.description && h('div', { class: 'description' }, markdown(parts.description)),
      fields.length > 0 && h('dl', {}, fields)),
    parts.thumbnail && h('img', { class: 'thumbnail', src: local(parts.thumbnail.url), alt: '' }),
    parts.image && h('img', { class: 'image', src: local(parts.image.url), alt: '' }),
    (parts.footer || parts.timestamp) && h('footer', {},
      [parts.footer?.text, parts.timestamp && when(parts.timestamp)].filter(Boolean).join(' · ')));
  // Discord treats 0 as no colour.
  if (parts.color) node.style.setProperty('--bar', `#${parts.color.toString(16).padStart(6, '0')}`);
  return node;
}

function attachment(file) {
  const url = local(file.url);
  if (file.content_type?.startsWith('video/')) return player(file.id, url, file.filename);
  if (file.content_type?.startsWith('image/')) return h('img', { class: 'picture', src: url, alt: file.description ?? file.filename });
  return h('p', { class: 'file' }, '📄 ', h('a', { href: url, download: file.filename }, file.filename), h('small', {}, size(file.size)));
}

function player(key, url, name = 'video') {
  if (!players.has(key)) {
    players.set(key, h('video', { class: 'player', src: url, controls: true, loop: true, playsinline: true, preload: 'auto', 'aria-label': name }));
    if (players.size > 50) players.delete(players.keys().next().value);
  }
  return players.get(key);
}

/** Opens a message's menu, with the bot's commands and Discord's own entries. */
function actions(message, x, y) {
  const apps = offered(3).map((command) => ({
    label: `▸ ${words(command, 'name')}`,
    run: async () => {
      const { failed } = await act({ do: 'message_command', message: message.id, name: command.name });
      if (failed) complain(message, failed);
    },
  }));
  const text = message.body.content || message.body.embeds[0]?.description;
  const copy = (label, value) => ({ label, run: () => navigator.clipboard?.writeText(value) });
  menu(x, y, 'Message', [
    ...(message.thinking ? [] : apps),
    ...(text ? [copy('Copy text', text)] : []),
    copy('Copy message ID', message.id),
    { label: 'Delete message', danger: true, run: () => act({ do: 'delete', message: message.id }) },
  ]);
}

function when(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString([], today ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' });
}
