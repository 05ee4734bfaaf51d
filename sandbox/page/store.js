// The state of the page: the sandbox, kept up to date by the feed, and the present view.

const listeners = {};

/** The state of the page. Maps are in order of arrival. */
export const store = {
  bot: '', origins: [], people: [], channels: [], commands: [], sessions: 0,
  messages: new Map(), requests: new Map(),
  panel: { roles: [], tasks: [], notes: [], down: false },
  /** The person to act as, and the channel in view. */
  me: null, channel: null,
  /** The ephemeral messages that were dismissed. */
  dismissed: new Set(),
  /** The number of unseen notifications by `person/channel`. */
  pings: new Map(),
};

/** Calls `run` at every `state`, `message`, `request`, `gateway`, `panel` or `view`. */
export function on(kind, run) {
  (listeners[kind] ??= []).push(run);
}

export function emit(kind, value) {
  for (const run of listeners[kind] ?? []) run(value);
}

const take = {
  state(news) {
    Object.assign(store, {
      bot: news.bot, origins: news.origins, people: news.people, channels: news.channels,
      commands: news.commands, sessions: news.sessions, panel: news.panel,
      messages: new Map(news.messages.map((message) => [message.id, message])),
      requests: new Map(news.requests.map((request) => [request.n, request])),
    });
    store.me = person(store.me?.id ?? sessionStorage.me) ?? store.people[0];
    store.channel = channel(store.channel?.id ?? sessionStorage.channel) ?? store.channels[0];
  },
  message(news) {
    const { message } = news;
    const fresh = !store.messages.has(message.id);
    store.messages.set(message.id, message);
    if (fresh) for (const id of message.pings) count(id, message);
    news.fresh = fresh;
  },
  request(news) {
    store.requests.set(news.n, news);
    if (store.requests.size > 500) store.requests.delete(store.requests.keys().next().value);
  },
  gateway(news) {
    store.sessions = news.sessions;
    store.commands = news.commands;
  },
  panel(news) {
    store.panel = news.panel;
  },
};

function count(id, message) {
  const seen = id === store.me.id && message.channel === store.channel.id && !document.hidden;
  const key = `${id}/${message.channel}`;
  if (!seen) store.pings.set(key, (store.pings.get(key) ?? 0) + 1);
}

/** Follows the feed. The browser reconnects by itself. */
export function follow() {
  const feed = new EventSource('/api/feed');
  feed.onmessage = ({ data }) => {
    const news = JSON.parse(data);
    take[news.event]?.(news);
    emit(news.event, news);
  };
  feed.onerror = () => emit('lost');
  feed.onopen = () => emit('found');
}

/** Changes the person to act as, or the channel in view. */
export function look({ me = store.me, channel: place = store.channel }) {
  const alien = place.guild === null && !place.members.includes(me.id);
  store.me = me;
  store.channel = alien ? directOf(me) : place;
  sessionStorage.me = me.id;
  sessionStorage.channel = store.channel.id;
  store.pings.delete(`${me.id}/${store.channel.id}`);
  emit('view');
}

export const person = (id) => store.people.find((one) => one.id === id);
export const channel = (id) => store.channels.find((one) => one.id === id);
export const directOf = (who) => store.channels.find((one) => one.kind === 1 && one.members.includes(who.id));
export const nameOf = (id) => (id === store.bot ? 'videostatus' : person(id)?.name ?? 'somebody');

/** Returns the messages of the present channel that the present person sees. */
export function visible() {
  return [...store.messages.values()].filter((message) => sees(message) && message.channel === store.channel.id);
}

export const sees = (message) => !message.deleted && !store.dismissed.has(message.id)
  && (!message.only_for || message.only_for === store.me.id);

/** Returns the commands of a type (1 slash, 3 message) that are offered in this channel. */
export function offered(type) {
  const context = store.channel.guild ? 0 : 1;
  return store.commands.filter((command) => (command.type ?? 1) === type
    && (command.contexts ?? [0, 1]).includes(context));
}

/** Returns a text of a command or option in the person's language. */
export const words = (thing, key) => thing[`${key}_localizations`]?.[store.me.locale] ?? thing[key];

async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    return response.ok ? await response.json() : { failed: `the sandbox answers ${response.status}` };
  } catch {
    return { failed: 'the sandbox does not answer: was it stopped?' };
  }
}

/** Performs an action in the chat as the present person. */
export const act = (what) => post('/api/act', { person: store.me.id, ...what });
/** Turns a switch of the side panel. */
export const control = (what) => post('/api/control', what);

/** Returns an address that the page can load: the stand-ins' files come through its own origin. */
export function local(url) {
  for (const origin of store.origins) if (url.startsWith(`${origin}/`)) return url.slice(origin.length);
  return url;
}
