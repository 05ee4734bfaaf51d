// Turns the parts of Discord's Markdown that bots use into elements.

import { h } from './dom.js';
import { channel, local, look, nameOf, person, store } from './store.js';

/** Converts a whole text: first its blocks, then the markup inside lines. */
export function markdown(text) {
  const nodes = [];
  const fence = /```(?:[a-z0-9_+-]*\n)?([\s\S]+?)\n?```/gi;
  let from = 0;
  for (const match of text.matchAll(fence)) {
    nodes.push(...blocks(text.slice(from, match.index)));
    nodes.push(h('pre', {}, h('code', {}, match[1])));
    from = match.index + match[0].length;
  }
  nodes.push(...blocks(text.slice(from)));
  return nodes;
}

function blocks(text) {
  const nodes = [];
  const lines = text.replace(/^\n|\n$/g, '').split('\n');
  if (lines.length === 1 && lines[0] === '') return nodes;
  let quote = null;
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(h('div', { class: 'line' }, inline(plain.join('\n'))));
    plain = [];
  };
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n];
    const quoted = line.match(/^> (.*)$/);
    if (!quoted) quote = null;
    const heading = line.match(/^(#{1,3}) (.+)$/);
    const item = line.match(/^\s*[-*] (.+)$/);
    const small = line.match(/^-# (.+)$/);
    if (line.startsWith('>>> ')) {
      flush();
      const rest = [line.slice(4), ...lines.slice(n + 1)].join('\n');
      nodes.push(h('blockquote', {}, blocks(rest)));
      return nodes;
    }
    if (quoted) {
      flush();
      if (quote) quote.append('\n');
      else nodes.push(quote = h('blockquote'));
      quote.append(...inline(quoted[1]));
    } else if (heading) {
      flush();
      nodes.push(h(`h${heading[1].length + 2}`, {}, inline(heading[2])));
    } else if (small) {
      flush();
      nodes.push(h('small', { class: 'line' }, inline(small[1])));
    } else if (item) {
      flush();
      nodes.push(h('div', { class: 'item' }, inline(item[1])));
    } else plain.push(line);
  }
  flush();
  return nodes;
}

const mark = (tag, props) => ([, inner]) => h(tag, props, inline(inner));

/** The markup inside lines, in the order in which it is tried. */
const RULES = [
  [/^\\([^A-Za-z0-9\s])/, ([, char]) => char],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, ([, , code]) => h('code', {}, code)],
  [/^\*\*\*([\s\S]+?)\*\*\*/, ([, inner]) => h('strong', {}, h('em', {}, inline(inner)))],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, mark('strong')],
  [/^__([\s\S]+?)__(?!_)/, mark('u')],
  [/^\*(?=\S)([\s\S]+?)\*(?!\*)/, mark('em')],
  [/^_(?=\S)([\s\S]+?)_(?![A-Za-z0-9_])/, mark('em')],
  [/^~~([\s\S]+?)~~/, mark('s')],
  [/^\|\|([\s\S]+?)\|\|/, mark('span', { class: 'spoiler', tabindex: '0' })],
  [/^<t:(-?\d{1,17})(?::([tTdDfFR]))?>/, ([, seconds, style]) => moment(Number(seconds), style ?? 'f')],
  [/^<@!?(\d+)>/, ([, id]) => h('span', { class: 'mention' }, `@${nameOf(id)}`)],
  [/^<#(\d+)>/, ([, id]) => place(id)],
  [/^<\/([^:>]+):\d+>/, ([, name]) => h('span', { class: 'mention' }, `/${name}`)],
  [/^<(https?:\/\/[^\s>]+)>/, ([, url]) => link(url, url)],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, ([, label, url]) => link(url, inline(label))],
  [/^https?:\/\/[^\s<>]*[^\s<>.,:;"'\])!?*]/, ([url]) => link(url, url)],
];

function inline(text) {
  const nodes = [];
  let plain = '';
  while (text) {
    let found = null;
    // Words are skipped as a whole, because `_` inside a word is no markup.
    const word = text.match(/^[A-Za-z0-9]+/)?.[0] ?? '';
    const rules = word && !/^https?:\/\//.test(text) ? [] : RULES;
    for (const [pattern, make] of rules) {
      const match = text.match(pattern);
      if (!match) continue;
      found = match[0];
      if (plain) nodes.push(plain);
      plain = '';
      nodes.push(make(match));
      break;
    }
    if (found === null) {
      found = word || String.fromCodePoint(text.codePointAt(0));
      plain += found;
    }
    text = text.slice(found.length);
  }
  if (plain) nodes.push(plain);
  return nodes;
}

/** Makes a link. A link to a message leads to the message on this page. */
export function link(url, label) {
  const target = url.match(/^https?:\/\/[^/]+\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/);
  if (target && channel(target[1])) {
    const shown = label === url ? `# ${channel(target[1]).name || 'direct message'} › 💬` : label;
    return h('button', { type: 'button', class: 'mention', on: { click: () => jump(target[1], target[2]) } }, shown);
  }
  return h('a', { href: local(url), target: '_blank', rel: 'noreferrer noopener', title: url }, label);
}

function place(id) {
  const there = channel(id);
  if (!there) return h('span', { class: 'mention' }, '#unknown');
  return h('button', { type: 'button', class: 'mention', on: { click: () => look({ channel: there }) } }, `#${there.name}`);
}

/** Opens a message's channel and shows the message. */
export function jump(where, id) {
  look({ channel: channel(where) });
  const node = document.getElementById(`m${id}`);
  node?.scrollIntoView({ block: 'center' });
  node?.classList.add('found');
  setTimeout(() => node?.classList.remove('found'), 2000);
}

/** Makes a moment in the reader's time zone; relative ones are updated by themselves. */
function moment(seconds, style) {
  const node = h('time', { datetime: new Date(seconds * 1000).toISOString(), data: { at: String(seconds), style } });
  node.title = new Date(seconds * 1000).toLocaleString();
  tick(node);
  return node;
}

const STYLES = {
  t: { timeStyle: 'short' }, T: { timeStyle: 'medium' }, d: { dateStyle: 'short' }, D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' }, F: { dateStyle: 'full', timeStyle: 'short' },
};
const SPANS = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

function tick(node) {
  const at = Number(node.dataset.at);
  const locale = person(store.me?.id)?.locale ?? 'en-US';
  if (node.dataset.style !== 'R') {
    node.textContent = new Date(at * 1000).toLocaleString(locale, STYLES[node.dataset.style]);
    return;
  }
  const away = at - Date.now() / 1000;
  const [unit, length] = SPANS.find(([, span]) => Math.abs(away) >= span) ?? SPANS.at(-1);
  node.textContent = new Intl.RelativeTimeFormat(locale).format(Math.round(away / length), unit);
}

setInterval(() => document.querySelectorAll('time[data-style="R"]').forEach(tick), 1000);
