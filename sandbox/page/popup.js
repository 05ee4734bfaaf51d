// The list above the composer: commands, suggestions, or a line of help.

import { $, h } from './dom.js';

export class Popup {
  constructor(parent) {
    this.node = h('div', { id: 'popup', hidden: true });
    this.items = [];
    this.at = 0;
    parent.prepend(this.node);
  }

  /** Shows a heading and items `{label, note, choose}` for an input. */
  show(title, items, input, empty) {
    this.items = items;
    this.at = 0;
    this.input = input;
    const options = items.map((item, n) => h('div', {
      id: `choice${n}`, role: 'option', class: 'choice',
      // The input keeps the focus.
      on: { pointerdown: (event) => { event.preventDefault(); item.choose(); } },
    }, h('b', {}, item.label), item.note && h('span', {}, item.note)));
    this.node.replaceChildren(
      h('p', { class: 'title' }, title),
      items.length ? h('div', { role: 'listbox', 'aria-label': title }, options) : '',
      !items.length && empty ? h('p', { class: 'empty' }, empty) : '',
    );
    this.node.hidden = false;
    this.expanded(items.length > 0);
    this.mark();
  }

  hide() {
    this.node.hidden = true;
    this.items = [];
    this.expanded(false);
    this.input?.removeAttribute('aria-activedescendant');
  }

  /** Sets `aria-expanded`, except on a field of several lines, which is no combobox. */
  expanded(whether) {
    if (this.input?.getAttribute('role') === 'combobox') this.input.setAttribute('aria-expanded', String(whether));
  }

  mark() {
    this.node.querySelectorAll('.choice').forEach((node, n) => {
      node.setAttribute('aria-selected', String(n === this.at));
      if (n === this.at) node.scrollIntoView({ block: 'nearest' });
    });
    if (this.items.length) this.input.setAttribute('aria-activedescendant', `choice${this.at}`);
  }

  /** Handles a key of the list. Returns whether it was one. */
  key(event) {
    if (this.node.hidden || !this.items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.mark();
    } else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) {
      this.items[this.at].choose();
    } else if (event.key === 'Escape') this.hide();
    else return false;
    event.preventDefault();
    return true;
  }
}

/** Closes the list when the focus goes elsewhere. */
export function closeOutside(popup) {
  $('#composer').addEventListener('focusout', ({ relatedTarget }) => {
    if (!relatedTarget?.closest?.('#composer')) popup.hide();
  });
}
