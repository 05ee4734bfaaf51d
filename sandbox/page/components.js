// The components of a message: buttons, links and menus.

import { $, h } from './dom.js';
import { act, local } from './store.js';

const STYLE = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'secondary' };

/** Draws the rows of components of a message. */
export function rows(message) {
  return (message.body.components ?? []).map((row) => h('div', { class: 'row' },
    (row.components ?? []).map((part) => (part.type === 2 ? button(message, part) : part.type === 3 && select(message, part)))));
}

function button(message, part) {
  const label = [part.emoji?.name, part.label].filter(Boolean).join(' ');
  if (part.style === 5) {
    return h('a', { class: 'button secondary', href: local(part.url), target: '_blank', rel: 'noreferrer noopener', title: part.url }, label, ' ↗\uFE0E');
  }
  const press = ({ currentTarget }) => use(message, currentTarget, { do: 'press', custom_id: part.custom_id });
  return h('button', {
    type: 'button', class: `button ${STYLE[part.style]}`, disabled: Boolean(part.disabled),
    data: { custom: part.custom_id }, on: { click: press },
  }, label);
}

/** Draws a menu, which opens below its button; several options may be chosen before it is sent. */
function select(message, part) {
  const most = part.max_values ?? 1;
  const least = part.min_values ?? 1;
  const chosen = new Set(part.options.filter((option) => option.default).map((option) => option.value));
  const send = () => {
    close();
    use(message, opener, { do: 'select', custom_id: part.custom_id, values: [...chosen] });
  };
  const choose = (option, node) => {
    if (most === 1) {
      chosen.clear();
      chosen.add(option.value);
      send();
      return;
    }
    if (!chosen.delete(option.value) && chosen.size < most) chosen.add(option.value);
    node.setAttribute('aria-selected', String(chosen.has(option.value)));
    done.disabled = chosen.size < least;
  };
  const options = part.options.map((option) => h('button', {
    type: 'button', role: 'option', 'aria-selected': String(chosen.has(option.value)),
    on: { click: ({ currentTarget }) => choose(option, currentTarget) },
  }, h('b', {}, option.label), option.description && h('small', {}, option.description)));
  const done = h('button', { type: 'button', class: 'button primary', disabled: chosen.size < least, on: { click: send } }, 'Choose');
  const name = part.placeholder ?? 'Make a selection';
  const choices = h('div', { role: 'listbox', 'aria-label': name, 'aria-multiselectable': String(most > 1) }, options);
  const list = h('div', { class: 'options', hidden: true }, choices, most > 1 && done);
  const close = () => {
    list.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
  };
  const keys = (event) => {
    const all = [...list.querySelectorAll('button')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      close();
      opener.focus();
    } else if (step && !list.hidden) {
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else return;
    event.preventDefault();
  };
  const opener = h('button', {
    type: 'button', class: 'opener', disabled: Boolean(part.disabled), 'aria-haspopup': 'listbox', 'aria-expanded': 'false',
    data: { custom: part.custom_id },
    on: {
      click: () => {
        list.hidden = !list.hidden;
        opener.setAttribute('aria-expanded', String(!list.hidden));
        if (list.hidden) return;
        options[0]?.focus({ preventScroll: true });
        list.scrollIntoView({ block: 'nearest' });
      },
    },
  }, name, h('span', { 'aria-hidden': 'true' }, '⌄'));
  return h('div', { class: 'select', on: { keydown: keys } }, opener, list);
}

async function use(message, node, what) {
  if (node.classList.contains('busy')) return;
  node.classList.add('busy');
  $('.complaint', node.closest('.body'))?.remove();
  const { failed } = await act({ message: message.id, ...what });
  node.classList.remove('busy');
  if (failed) complain(message, failed);
}

/** Shows below a message that an interaction failed, as Discord does. */
export function complain(message, why) {
  const body = document.querySelector(`#m${message.id} .body`);
  body?.querySelector('.complaint')?.remove();
  body?.append(h('p', { class: 'complaint', role: 'alert', title: why }, `This interaction failed: ${why}`));
}
