// Whether the newest message is in sight, and bringing it there.

import { $ } from './dom.js';

export const atBottom = () => {
  const box = $('#scroll');
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
};

/** Shows the newest message, now and once pictures have their size. */
export function bottom() {
  const box = $('#scroll');
  const down = () => box.scrollTo({ top: box.scrollHeight });
  requestAnimationFrame(down);
  for (const media of box.querySelectorAll('li:last-child :is(img, video), li:nth-last-child(2) :is(img, video)')) {
    for (const event of ['load', 'loadedmetadata']) media.addEventListener(event, down, { once: true });
  }
}
