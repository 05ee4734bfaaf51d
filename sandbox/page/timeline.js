// The timeline: the traffic between the bot, Discord and the video service, in plain words.

import { $, h } from './dom.js';
import { on, store } from './store.js';

/** How many entries are shown; the oldest go first. */
const SHOWN = 200;

const CALLBACKS = {
  4: 'answers at once', 5: 'acknowledges: “thinking…”', 6: 'acknowledges the press', 7: 'changes the message at once',
  8: 'suggests values', 9: 'opens a form',
};

/** Sentences about the bot by method and route. */
const SENTENCES = {
  'POST /interactions/{id}/{token}/callback': ({ body }) => CALLBACKS[body.match(/"type":\s*(\d+)\s*\}?$/)?.[1] ?? body.match(/"type":\s*(\d+)/)?.[1]] ?? 'answers',
  'PATCH /webhooks/{app}/{token}/messages/@original': 'edits its answer, by the token',
  'GET /webhooks/{app}/{token}/messages/@original': 'reads its answer, by the token',
  'DELETE /webhooks/{app}/{token}/messages/@original': 'deletes its answer',
  'POST /webhooks/{app}/{token}': 'sends one more answer',
  'POST /channels/{channel}/messages': 'posts a message',
  'PATCH /channels/{channel}/messages/{message}': 'edits its message, by the channel',
  'GET /channels/{channel}/messages/{message}': 'reads a message',
  'DELETE /channels/{channel}/messages/{message}': 'deletes a message',
  'GET /channels/{channel}': 'looks at a channel',
  'POST /users/@me/channels': 'opens direct messages',
  'GET /applications/@me': 'logs in',
  'GET /oauth2/applications/@me': 'logs in',
  'GET /applications/{app}/commands': 'reads its commands',
  'PUT /applications/{app}/commands': 'registers its commands',
  'GET /gateway': 'asks for the gateway',
  'GET /gateway/bot': 'asks for the gateway',
  'GET /': 'connects to the gateway',
  'GET /ws': 'connects to the gateway',
  'GET /v1/video/query': ({ path }) => `asks about ${new URLSearchParams(path.split('?')[1]).get('id')}`,
  'GET /media/{*path}': ({ path }) => `downloads ${path.replace('/media', '')}`,
};

const TO = { discord: 'Discord', video: 'Service', media: 'Media' };

/** The entries by their subject: `r5` is a request, `n5` a note. */
const nodes = new Map();
/** The queries since the last other entry, by their text. A repeated query with the same status
 * is counted and gets no entry of its own. */
const queries = new Map();
let sessions = null;

/** The labels of the filter's buttons, and the kinds of entries that each shows. */
const FILTERS = { Discord: ['discord', 'gateway'], Service: ['video', 'media'], You: ['person'] };

/** True while the newest entry is kept in sight, until somebody scrolls up. */
let following = true;

export function start() {
  const list = $('#entries');
  list.addEventListener('scroll', () => { following = list.scrollHeight - list.scrollTop - list.clientHeight < 40; });
  new ResizeObserver(() => following && newest()).observe(list);
  $('#kinds').append(...Object.entries(FILTERS).map(([name, kinds]) => h('button', {
    type: 'button', 'aria-pressed': 'true', on: { click: ({ currentTarget }) => filter(currentTarget, kinds) },
  }, name)));
  on('state', all);
  on('request', request);
  on('panel', notes);
  on('gateway', gateway);
}

/** Shows or hides entries of these kinds. */
function filter(button, kinds) {
  const shown = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(shown));
  for (const kind of kinds) $('#entries').classList.toggle(`no-${kind}`, !shown);
  if (following) newest();
}

/** Scrolls to the newest entry. */
export function newest() {
  $('#entries').scrollTop = $('#entries').scrollHeight;
}

function all() {
  nodes.clear();
  queries.clear();
  sessions = store.sessions;
  $('#entries').replaceChildren();
  const past = [
    ...[...store.requests.values()].map((item) => ({ at: item.at, tell: () => request(item) })),
    ...store.panel.notes.map((item) => ({ at: item.at, tell: () => note(item) })),
  ];
  past.sort((a, b) => a.at - b.at).forEach(({ tell }) => tell());
  newest();
}

const notes = () => store.panel.notes.forEach((item) => nodes.has(`n${item.n}`) || note(item));

function note(item) {
  nodes.set(`n${item.n}`, add('person', item.at, 'You', item.text));
}

function gateway() {
  if (sessions === store.sessions) return;
  sessions = store.sessions;
  add('gateway', Date.now(), 'Gateway', sessions ? 'the bot is connected' : 'the bot is not connected');
}

function request(item) {
  const known = nodes.get(`r${item.n}`);
  if (known) {
    fill(known, item);
    return;
  }
  const query = item.side === 'video';
  // A query is shown once it is answered, so that its repetitions can be recognised.
  if (query && !item.answered_at) return;
  const name = `${item.method} ${item.route}`;
  const sentence = SENTENCES[name] ?? name;
  const words = typeof sentence === 'function' ? sentence(item) : sentence;
  const before = query && queries.get(words);
  if (before?.status === item.status) {
    before.times += 1;
    before.node.querySelector('.times').textContent = `×${before.times}`;
    fill(before.node, item);
    return;
  }
  const node = add(item.side, item.at, TO[item.side], words);
  if (query) queries.set(words, { node, status: item.status, times: 1 });
  node.dataset.key = `r${item.n}`;
  nodes.set(node.dataset.key, node);
  fill(node, item);
}

/** Fills in the answer to a request, and its exact text. */
function fill(node, item) {
  const status = node.querySelector('.status');
  const long = item.route === '/' || item.route === '/ws';
  status.textContent = item.status ?? (item.answered_at && !long ? 'cut' : '…');
  status.dataset.good = String(item.status === null ? long : item.status < 400);
  const took = item.answered_at && !long ? `${item.answered_at - item.at} ms` : '';
  const part = (label, text) => (text ? [h('p', {}, label), h('pre', { tabindex: '0', 'aria-label': label }, shorten(text))] : []);
  node.querySelector('.details').replaceChildren(h('code', {}, `${item.method} ${shorten(item.path)}`), ` ${took}`,
    ...part('Sent', item.body), ...part('Answered', item.answer));
  if (following) newest();
}

/** Shortens interaction tokens, which are long and tell people nothing. */
const shorten = (text) => text.replace(/aW50ZXJhY3Rpb246\w+/g, '{token}');

function add(kind, at, who, words) {
  const list = $('#entries');
  const line = [
    h('time', {}, new Date(at).toLocaleTimeString([], { hour12: false })), h('span', { class: 'who' }, who),
    h('span', { class: 'words' }, words), h('span', { class: 'times' }), h('span', { class: 'status' }),
  ];
  const node = h('li', { data: { kind } }, kind === 'person' || kind === 'gateway'
    ? h('p', { class: 'line' }, line)
    : h('details', {}, h('summary', { class: 'line' }, line), h('div', { class: 'details' })));
  list.append(node);
  if (kind !== 'video') queries.clear();
  while (list.children.length > SHOWN) {
    nodes.delete(list.firstElementChild.dataset.key);
    list.firstElementChild.remove();
  }
  if (following) newest();
  return node;
}
