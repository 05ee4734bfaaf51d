// Helpers that make elements. Text is always set as text, so nothing from the bot or the video
// service is ever parsed as HTML.

/** Makes an element of properties (`on` for listeners, `data` for data attributes) and children. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'class') node.className = value;
    else if (name in node && typeof value !== 'string') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

export const $ = (selector, root = document) => root.querySelector(selector);

/** Makes an author's round picture: the bot's icon, or a letter. */
export function avatar(id, name, bot) {
  if (id === bot) return h('span', { class: 'avatar bot', 'aria-hidden': 'true' });
  const hue = (name.codePointAt(0) ?? 0) % 5;
  return h('span', { class: 'avatar', data: { hue: String(hue) }, 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase());
}

/** Shows a small notice that disappears by itself; a click calls `act`. */
export function toast(text, act) {
  const close = () => node.remove();
  const node = h('button', { type: 'button', class: 'toast', on: { click: () => { close(); act?.(); } } }, text);
  $('#toasts').append(node);
  setTimeout(close, 6000);
}

/** Opens a menu of items `{label, run, danger}` at a place. */
export function menu(x, y, title, items) {
  $('.menu')?.remove();
  const before = document.activeElement;
  const close = (focus) => {
    node.remove();
    document.removeEventListener('pointerdown', outside, true);
    if (focus) before?.focus();
  };
  const outside = (event) => node.contains(event.target) || close(false);
  const buttons = items.map((item) => h('button', {
    type: 'button', role: 'menuitem', class: item.danger ? 'danger' : '',
    on: { click: () => { close(true); item.run(); } },
  }, item.label));
  const keys = (event) => {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) buttons[(at + step + buttons.length) % buttons.length].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else return;
    event.preventDefault();
  };
  const node = h('div', { class: 'menu', role: 'menu', 'aria-label': title, on: { keydown: keys } }, buttons);
  $('#chat').append(node);
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - node.offsetWidth - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, innerHeight - node.offsetHeight - 8))}px`;
  document.addEventListener('pointerdown', outside, true);
  buttons[0]?.focus();
}

/** Returns a number of bytes for people to read. */
export function size(bytes) {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
