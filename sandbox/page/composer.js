// The composer: plain text, or a slash command with its options and the bot's suggestions.

import { $, h, toast } from './dom.js';
import { Popup, closeOutside } from './popup.js';
import { bottom } from './scroll.js';
import { act, control as order, nameOf, offered, on, store, words } from './store.js';

/** The pause in typing after which the bot is asked for suggestions. */
const PAUSE_MS = 150;

const KIND = { string: 3, integer: 4, boolean: 5, user: 6, channel: 7, number: 10 };

let popup;
let text;
/** The command being written, `{command, options: Map of names to controls}`, or null. */
let writing = null;
let asked = 0;

export function start() {
  popup = new Popup($('#composer'));
  closeOutside(popup);
  $('#composer').addEventListener('submit', submit);
  $('#composer').addEventListener('keydown', keys);
  document.addEventListener('keydown', anywhere);
  plain();
  for (const kind of ['state', 'view']) on(kind, hint);
  // On a phone the focus would open the keyboard.
  if (matchMedia('(min-width: 821px)').matches) text.focus();
}

/** Sets the placeholder of the empty bar. */
function hint() {
  const place = store.channel.kind === 1 ? '@videostatus' : `#${store.channel.name}`;
  text.placeholder = `Message ${place}: type / for commands`;
}

/** Writes `/command option:value` into the bar for the person to send. */
export function propose(value) {
  const command = offered(1).find((one) => one.options?.some((option) => option.required && option.type === KIND.string));
  if (!command) {
    plain(value);
    return;
  }
  const option = command.options.find((one) => one.required);
  compose(command, { [option.name]: value });
}

/** Makes a task that takes 20 seconds, and uses the command for it. */
export async function tryOut() {
  const card = await order({ do: 'task', scene: { kind: 'progress' } });
  if (card.failed) {
    toast(card.failed);
    return;
  }
  propose(card.id);
  $('#composer').requestSubmit();
}

/** Moves a letter that is typed anywhere to the bar, as Discord does. */
function anywhere(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || [...key].length !== 1) return;
  if (target.closest('input, textarea, select, [role="menu"], [role="listbox"]')) return;
  if (key === ' ' && target.closest('button, a, summary, video, #scroll')) return;
  const field = writing ? [...writing.options.values()].at(-1) : text;
  if (field?.offsetParent) field.focus();
}

/** Shows the bar for plain text. */
function plain(value = '') {
  writing = null;
  text = h('textarea', {
    rows: 1, 'aria-label': 'Message', 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', maxlength: '2000',
    on: { input: suggest },
  });
  text.value = value;
  if (store.channel) hint();
  $('#composer .bar')?.remove();
  $('#composer').append(h('div', { class: 'bar' }, text, h('button', { type: 'submit', class: 'send', title: 'Send', 'aria-label': 'Send' }, '➤')));
  popup.hide();
}

/** Offers commands while a name is typed, and begins a command once its name is complete. */
function suggest() {
  const typed = text.value.match(/^\/(\S*)(\s[\s\S]*)?$/);
  if (!typed) {
    popup.hide();
    return;
  }
  const [, name, rest] = typed;
  const commands = offered(1).filter((command) => command.name.startsWith(name.toLowerCase()));
  const exact = commands.find((command) => command.name === name);
  if (rest !== undefined && exact) {
    compose(exact, parse(exact, rest));
    return;
  }
  popup.show('Commands', commands.map((command) => ({
    label: `/${command.name}`,
    note: words(command, 'description'),
    choose: () => compose(command, {}),
  })), text, 'no such command');
}

/** Parses `name:value` pairs. Text before them belongs to the first option, or to `first`. */
function parse(command, rest, first) {
  const names = (command.options ?? []).map((option) => option.name);
  const given = {};
  let current = first ?? names[0];
  for (const word of rest.trim().split(/\s+/)) {
    const name = names.find((one) => word.startsWith(`${one}:`));
    if (name) current = name;
    const value = name ? word.slice(name.length + 1) : word;
    if (current && value) given[current] = given[current] ? `${given[current]} ${value}` : value;
    else if (name) given[name] ??= '';
  }
  return given;
}

/** Shows the bar for a command and its options. */
function compose(command, given) {
  const options = new Map();
  writing = { command, options };
  const bar = h('div', { class: 'bar command' },
    h('button', { type: 'button', class: 'leave', title: 'Leave the command', 'aria-label': 'Leave the command', on: { click: leave } }, '×'),
    h('span', { class: 'name' }, `/${command.name}`),
    h('span', { class: 'filled' }), h('span', { class: 'unused' }),
    h('button', { type: 'submit', class: 'send', title: 'Send', 'aria-label': 'Send' }, '➤'));
  $('#composer .bar').replaceWith(bar);
  for (const option of command.options ?? []) {
    if (option.required || given[option.name] !== undefined) add(option, given[option.name]);
  }
  unused();
  const first = [...options.values()].find((control) => !control.value) ?? [...options.values()].at(-1);
  popup.hide();
  (first ?? bar.querySelector('.send')).focus();
}

function leave() {
  plain();
  text.focus();
}

function unused() {
  const { command, options } = writing;
  $('.unused').replaceChildren(...(command.options ?? []).filter((option) => !options.has(option.name)).map((option) => h('button', {
    type: 'button', title: words(option, 'description'),
    on: { click: () => { add(option); unused(); options.get(option.name).focus(); } },
  }, `+ ${option.name}`)));
}

function add(option, value) {
  const control = input(option);
  if (value) control.value = value;
  control.dataset.option = option.name;
  control.setAttribute('aria-label', `${option.name}: ${words(option, 'description')}`);
  control.addEventListener('focus', () => help(option, control));
  control.addEventListener('input', () => spread(option, control) || help(option, control));
  writing.options.set(option.name, control);
  $('.filled').append(h('label', { class: 'option' }, h('span', {}, option.name), control));
}

/** Spreads text that is pasted or typed as in the documentation, `id:… private:true`, over the
 * options that it names. Returns whether it named any. */
function spread(option, control) {
  const { command, options } = writing;
  const names = (command.options ?? []).map((one) => one.name);
  const named = control.value.split(/\s+/).some((word) => names.some((name) => word.startsWith(`${name}:`) && (name !== option.name || word.length > name.length + 1)));
  if (!named) return false;
  const given = Object.fromEntries([...options].map(([name, one]) => [name, one.value]));
  delete given[option.name];
  compose(command, { ...given, ...parse(command, control.value, option.name) });
  return true;
}

function input(option) {
  const from = (pairs) => h('select', {}, pairs.map(([value, label]) => h('option', { value }, label)));
  if (option.choices?.length) return from(option.choices.map((choice) => [String(choice.value), words(choice, 'name')]));
  switch (option.type) {
    case KIND.boolean: return from([['true', 'True'], ['false', 'False']]);
    case KIND.channel: return from(store.channels.filter((place) => place.guild).map((place) => [place.id, `#${place.name}`]));
    case KIND.user: return from(store.people.map((one) => [one.id, `@${nameOf(one.id)}`]));
    case KIND.integer: case KIND.number: return h('input', { type: 'number' });
    default: return h('input', { type: 'text', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'popup', 'aria-autocomplete': 'list', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none', maxlength: String(option.max_length ?? 6000) });
  }
}

/** Shows what an option is for, and the values that the bot suggests for it. */
async function help(option, control) {
  control.closest('.option').classList.remove('missing');
  const title = `${option.name}: ${words(option, 'description')}`;
  popup.show(title, [], control);
  if (!option.autocomplete) return;
  asked += 1;
  const mine = asked;
  await new Promise((done) => { setTimeout(done, PAUSE_MS); });
  if (mine !== asked || !writing) return;
  const { name } = writing.command;
  const answer = await act({ do: 'autocomplete', channel: store.channel.id, name, options: values(true), focused: option.name });
  if (mine !== asked || document.activeElement !== control) return;
  // The present value is no choice: Enter sends it.
  const choices = (answer.data?.choices ?? []).filter((choice) => String(choice.value) !== control.value);
  popup.show(title, choices.map((choice) => ({
    label: words(choice, 'name'),
    choose: () => {
      asked += 1;
      control.value = choice.value;
      popup.hide();
    },
  })), control, answer.failed);
}

/** Returns the options as Discord sends them, for suggestions also half-typed ones. */
function values(halfTyped) {
  const given = {};
  for (const [name, control] of writing.options) {
    const { type } = writing.command.options.find((option) => option.name === name);
    if (control.value === '' && !halfTyped) continue;
    if (type === KIND.boolean) given[name] = control.value === 'true';
    else if (type === KIND.integer || type === KIND.number) given[name] = Number(control.value);
    else given[name] = control.value;
  }
  return given;
}

function keys(event) {
  if (event.isComposing || popup.key(event)) return;
  if (event.key === 'Enter' && !event.shiftKey && event.target.matches('textarea, input, select')) {
    event.preventDefault();
    $('#composer').requestSubmit();
  } else if (event.key === 'Escape' && writing) {
    leave();
  } else if (event.key === 'Backspace' && writing && event.target.matches('.option input') && event.target.value === '') {
    event.preventDefault();
    drop(event.target);
  }
}

/** Removes an empty option on Backspace, and the whole command if the option is required. */
function drop(control) {
  const { options, command } = writing;
  if (command.options.find((option) => option.name === control.dataset.option).required) {
    leave();
    return;
  }
  options.delete(control.dataset.option);
  control.closest('.option').remove();
  unused();
  [...options.values()].at(-1)?.focus();
}

async function submit(event) {
  event.preventDefault();
  if (!writing) {
    const content = text.value.trim();
    if (!content || content.startsWith('/')) return;
    plain();
    text.focus();
    await act({ do: 'say', channel: store.channel.id, content });
    return;
  }
  const missing = [...writing.options].find(([name, control]) => control.value.trim() === ''
    && writing.command.options.find((option) => option.name === name).required);
  if (missing) {
    missing[1].focus();
    // Suggestions that were requested earlier must not replace this hint.
    asked += 1;
    missing[1].closest('.option').classList.add('missing');
    popup.show('This option is required. Specify a value.', [], missing[1]);
    return;
  }
  const { command } = writing;
  const options = values(false);
  leave();
  await send(command, options);
}

/** Sends a command, and shows a placeholder of its message until the bot answers. */
async function send(command, options) {
  const ghost = h('p', { class: 'ghost' }, h('b', {}, store.me.name), ' used ', h('span', { class: 'command' }, `/${command.name}`), ' · Sending command…');
  $('#ghosts').append(ghost);
  bottom();
  const { failed } = await act({ do: 'command', channel: store.channel.id, name: command.name, options });
  if (!failed) {
    ghost.remove();
    return;
  }
  ghost.classList.add('failed');
  ghost.replaceChildren(h('b', {}, '! The application did not respond'), h('small', {}, failed),
    h('button', { type: 'button', class: 'link', on: { click: () => ghost.remove() } }, 'Dismiss message'));
  bottom();
}
