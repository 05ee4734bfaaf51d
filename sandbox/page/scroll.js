// Knows whether the newest message is in sight, and scrolls to it.

import { $ } from './dom.js';

export const atBottom = () => {
  const box = $('#scroll');
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
};

/** Scrolls to the newest message, now and again once pictures have their size. */
export function bottom() {
  const box = $('#scroll');
  const down = () => box.scrollTo({ top: box.scrollHeight });
  requestAnimationFrame(down);
  for (const media of box.querySelectorAll('li:last-child :is(img, video), li:nth-last-child(2) :is(img, video)')) {
    for (const event of ['load', 'loadedmetadata']) media.addEventListener(event, down, { once: true });
  }
}
