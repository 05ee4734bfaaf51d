// The channels, the people to act as, and the messages.

import { $, avatar, h, toast } from './dom.js';
import { tryOut } from './composer.js';
import { jump } from './markdown.js';
import { draw } from './message.js';
import { roving } from './roving.js';
import { atBottom, bottom } from './scroll.js';
import { control, directOf, look, nameOf, on, sees, store, visible } from './store.js';

const LOCALES = ['en-US', 'zh-CN', 'zh-TW', 'ja', 'ko', 'es-ES', 'pt-BR', 'fr', 'de', 'ru'];
/** Consecutive messages of one author within this time share one heading. */
const TOGETHER_MS = 7 * 60_000;

export function start() {
  $('#locale').append(...LOCALES.map((tag) => h('option', { value: tag }, new Intl.DisplayNames([tag], { type: 'language' }).of(tag))));
  $('#locale').addEventListener('change', ({ target }) => {
    store.me.locale = target.value;
    control({ do: 'locale', person: store.me.id, locale: target.value });
  });
  $('#dms').addEventListener('change', ({ target }) => {
    store.me.dms_closed = !target.checked;
    control({ do: 'dms', person: store.me.id, closed: !target.checked });
  });
  roving($('#messages'), (node) => node.classList.contains('message'));
  roving($('#people'), (node) => node.getAttribute('role') === 'radio', (node) => node.click());
  on('state', all);
  on('view', all);
  on('message', arrived);
  on('gateway', presence);
  on('lost', presence);
  on('found', presence);
}

function all() {
  sidebar();
  presence();
  const place = store.channel;
  const title = place.kind === 1 ? '@ videostatus' : `${place.kind === 11 ? '⌗' : '#'} ${place.name}`;
  $('#place').textContent = title;
  $('#intro').replaceChildren(...intro());
  let before;
  $('#messages').replaceChildren(...visible().map((message) => {
    const node = draw(message, follows(message, before));
    before = message;
    return node;
  }));
  $('#messages').rove();
  $('#ghosts').replaceChildren();
  bottom();
}

function intro() {
  const command = store.commands.find((one) => (one.type ?? 1) === 1);
  const name = command ? `/${command.name}` : 'a command';
  return [
    h('h2', {}, store.channel.kind === 1 ? 'Direct messages with videostatus' : `Welcome to #${store.channel.name}`),
    h('p', {}, 'Discord and the video service are played by this page; the bot is the real one. Everything is on your machine.'),
    h('p', {}, h('button', { type: 'button', class: 'button primary', on: { click: tryOut } }, '▶\uFE0E Try it: a video that takes 20 seconds')),
    h('p', {}, 'Or choose a task of the ', h('b', {}, 'video service'), ', or type ', h('code', {}, name),
      ' yourself. A right click on a message opens its menu.'),
  ];
}

const follows = (message, before) => before && before.author === message.author && !before.only_for === !message.only_for
  && new Date(message.body.timestamp) - new Date(before.body.timestamp) < TOGETHER_MS;

function arrived({ message, fresh }) {
  sidebar();
  if (fresh) notify(message);
  announce(message);
  const old = document.getElementById(`m${message.id}`);
  if (message.channel !== store.channel.id || !sees(message)) {
    old?.remove();
    return;
  }
  const sticks = atBottom();
  const list = visible();
  const before = list[list.findIndex((one) => one.id === message.id) - 1];
  const node = draw(message, follows(message, before));
  if (old) {
    const focused = old.contains(document.activeElement) && document.activeElement.dataset.custom;
    const within = old.contains(document.activeElement);
    const current = old.tabIndex === 0;
    old.replaceWith(node);
    $('#messages').rove(current ? node : undefined);
    // If the focused button is gone, its message gets the focus.
    if (within) ((focused && node.querySelector(`[data-custom="${CSS.escape(focused)}"]`)) ?? node).focus({ preventScroll: true });
  } else {
    $('#messages').append(node);
    $('#messages').rove($('#messages').contains(document.activeElement) ? undefined : node);
  }
  if (sticks) bottom();
}

/** Announces new headlines to screen readers, each once. */
let said = '';
function announce(message) {
  if (message.channel !== store.channel.id || !sees(message) || message.thinking || message.deleted) return;
  const { content, embeds } = message.body;
  const headline = (content || embeds[0]?.title || '').split('\n')[0].replace(/ · \d+%$/, '').replace(/<@(\d+)>/g, (_, id) => `@${nameOf(id)}`);
  const words = headline && `${nameOf(message.author)}: ${headline}`;
  if (!words || words === said) return;
  said = words;
  $('#news').textContent = words;
}

function notify(message) {
  if (!message.pings.length) return;
  const names = message.pings.map(nameOf).join(', ');
  const here = message.pings.includes(store.me.id) && message.channel === store.channel.id;
  if (!here) toast(`🔔 ${nameOf(message.author)} notifies ${names}`, () => jump(message.channel, message.id));
}

function presence() {
  const online = store.sessions > 0;
  $('#presence').textContent = online ? 'videostatus is online' : 'videostatus is offline';
  $('#presence').dataset.online = String(online);
}

function sidebar() {
  const badge = (who, place) => {
    const count = store.pings.get(`${who.id}/${place?.id}`);
    return count && h('span', { class: 'badge', 'aria-label': `${count} unseen` }, String(count));
  };
  const entry = (place, label) => h('button', {
    type: 'button', class: place.kind === 11 ? 'channel thread' : 'channel', 'aria-current': String(place.id === store.channel.id),
    on: { click: () => { look({ channel: place }); document.body.dataset.view = 'chat'; } },
  }, label, badge(store.me, place));
  const guild = store.channels.filter((place) => place.guild && (place.kind === 0 || place.kind === 11));
  // A thread is listed below its channel.
  const sorted = guild.filter((place) => !place.parent)
    .flatMap((place) => [place, ...guild.filter((thread) => thread.parent === place.id)]);
  const direct = directOf(store.me);
  $('#channels').replaceChildren(
    h('h2', {}, 'Channels'),
    ...sorted.map((place) => entry(place, [h('span', { class: 'hash' }, place.kind === 11 ? '└' : '#'), place.name])),
    h('h2', {}, 'Direct messages'),
    direct ? entry(direct, [avatar(store.bot, '', store.bot), 'videostatus']) : '',
  );
  const total = (who) => [...store.pings].filter(([key]) => key.startsWith(`${who.id}/`)).reduce((sum, [, count]) => sum + count, 0);
  const held = $('#people').contains(document.activeElement);
  $('#people').replaceChildren(...store.panel.roles.map(({ id, moderator }) => {
    const who = store.people.find((one) => one.id === id);
    const me = who.id === store.me.id;
    const count = me ? 0 : total(who);
    return h('button', {
      type: 'button', role: 'radio', 'aria-checked': String(me), class: 'person', data: { name: who.name },
      title: moderator ? 'A moderator: Manage Messages, Manage Server' : 'An ordinary member',
      on: { click: () => look({ me: who }) },
    }, avatar(who.id, who.name), h('span', {}, who.name), moderator && h('small', {}, 'mod'),
    count > 0 && h('span', { class: 'badge' }, String(count)));
  }));
  $('#people').rove($('#people [aria-checked="true"]'));
  if (held) $('#people [aria-checked="true"]').focus();
  $('#locale').value = store.me.locale;
  $('#dms').checked = !store.me.dms_closed;
}
