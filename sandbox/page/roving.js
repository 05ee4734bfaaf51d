// Lists that are one stop of the Tab key. The arrow keys go from entry to entry, and Tab goes
// from the current entry to its controls.

const CONTROLS = 'a, button, input, select, video, summary, [tabindex]';

/** Makes `list` such a list. `list.rove(node)` makes an entry the current one; without an entry the
 * current one stays, or the last becomes it. */
export function roving(list, isEntry, arrived) {
  const entries = () => [...list.children].filter(isEntry);
  const give = (entry, current) => {
    entry.tabIndex = current ? 0 : -1;
    for (const control of entry.querySelectorAll(CONTROLS)) control.tabIndex = current ? 0 : -1;
  };
  list.rove = (node) => {
    const all = entries();
    const current = node ?? all.find((entry) => entry.tabIndex === 0) ?? all.at(-1);
    for (const entry of all) give(entry, entry === current);
  };
  list.addEventListener('focusin', ({ target }) => {
    const entry = entries().find((one) => one.contains(target));
    if (entry && entry.tabIndex !== 0) list.rove(entry);
  });
  list.addEventListener('keydown', (event) => {
    const all = entries();
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = all.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = all[(at + step + all.length) % all.length];
    list.rove(next);
    next.focus();
    arrived?.(next);
  });
}
