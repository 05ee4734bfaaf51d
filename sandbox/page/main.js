// Starts the parts of the page.

import { $ } from './dom.js';
import * as chat from './chat.js';
import * as composer from './composer.js';
import * as panel from './panel.js';
import * as timeline from './timeline.js';
import { follow } from './store.js';

/** Sets the light or dark theme: the system's, until the person chooses one. */
function theme() {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  if (localStorage.theme) root.dataset.theme = localStorage.theme;
  $('#theme').addEventListener('click', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    localStorage.theme = root.dataset.theme;
  });
}

/** Switches between the three columns, of which a phone shows one at a time. */
function tabs() {
  $('#tabs').addEventListener('click', ({ target }) => {
    if (!target.dataset.view) return;
    document.body.dataset.view = target.dataset.view;
    timeline.newest();
  });
}

theme();
tabs();
for (const part of [chat, composer, panel, timeline]) part.start();
follow();
