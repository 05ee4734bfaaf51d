// The side panel: ready-made tasks, tasks that the person describes, and the switches.

import { $, h, toast } from './dom.js';
import { propose } from './composer.js';
import { control, on, store } from './store.js';

const SCENES = [
  ['progress', 'Done in 20 s', 'progress, then a ping'],
  ['finished', 'Done already', 'so there is no ping'],
  ['fails', 'Fails in 8 s', 'with a reason'],
  ['unknown', 'Unknown ID', 'nobody knows it'],
  ['large', '30 MB video', 'too large for Discord'],
  ['outage', 'Stumbles', 'no answer for 15\u00A0s'],
  ['never', 'Never ends', 'the bot stops after 3 min'],
  ['example1', 'Example 1', 'of the API page: waiting'],
  ['example2', 'Example 2', 'of the API page: done'],
];

const SWITCHES = [
  ['expire_tokens', 'Let 15 minutes pass', 'so the bot can’t edit by its reply any more'],
  ['service', 'Take service down', 'it answers with an error until it is up again'],
  ['cut_gateway', 'Break the connection', 'between Discord and the bot'],
  ['restart_bot', 'Kill the bot', 'and start it again on its database'],
  ['script', 'A script asks', 'over HTTP, with no command'],
];

export function start() {
  $('#service').append(
    h('h2', {}, 'Video service ', h('small', {}, 'choose a task, then send the command')),
    h('div', { class: 'scenes' }, SCENES.map(([kind, title, note]) => h('button', {
      type: 'button', data: { scene: kind }, on: { click: () => make({ kind }) },
    }, h('b', {}, title), h('small', {}, note)))),
    own(),
    h('div', { class: 'switches', role: 'group', 'aria-label': 'Switches' }, SWITCHES.map(([kind, title, note]) => h('button', {
      type: 'button', data: { switch: kind }, on: { click: () => flip(kind) },
    }, h('b', {}, title), h('small', {}, note)))),
    h('ul', { id: 'tasks', 'aria-label': 'Tasks made' }),
  );
  on('state', show);
  on('panel', show);
  setInterval(tasks, 1000);
}

async function make(scene) {
  const card = await control({ do: 'task', scene });
  if (card.failed) {
    toast(card.failed);
    return;
  }
  document.body.dataset.view = 'chat';
  propose(card.id);
}

function flip(kind) {
  if (kind === 'service') control({ do: 'service', down: !store.panel.down });
  else control({ do: kind, channel: store.channel.id, person: store.me.id });
}

function own() {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    make({ kind: 'own', seconds: Number(form.get('seconds')), ending: form.get('ending'), prompt: form.get('prompt') });
  };
  const endings = { video: 'a video', large: 'a 30 MB video', no_video: 'no video', fails: 'a failure' };
  return h('details', {}, h('summary', {}, 'Make your own'),
    h('form', { on: { submit } },
      h('label', {}, 'Seconds ', h('input', { name: 'seconds', type: 'number', min: '0', max: '86400', value: '10', required: true })),
      h('label', {}, 'Ends with ', h('select', { name: 'ending' }, Object.entries(endings).map(([value, label]) => h('option', { value }, label)))),
      h('label', { class: 'wide' }, 'Prompt ', h('textarea', { name: 'prompt', rows: 2, maxlength: '4000', placeholder: 'A cat that sleeps on a piano…' })),
      h('button', { type: 'submit', class: 'button primary' }, 'Make the task')));
}

function show() {
  const button = $('[data-switch="service"]');
  $('b', button).textContent = store.panel.down ? 'Take service up' : 'Take service down';
  button.setAttribute('aria-pressed', String(store.panel.down));
  tasks();
}

/** Draws the newest tasks with their progress. */
function tasks() {
  const newest = store.panel.tasks.slice(-3).reverse();
  $('#tasks').replaceChildren(...newest.map((task) => {
    const age = (Date.now() - task.at) / 1000;
    const left = task.seconds === null ? null : Math.max(0, Math.ceil(task.seconds - age));
    const state = left === null ? '' : left > 0 ? `${left} s left` : 'over';
    return h('li', {}, h('button', {
      type: 'button', title: 'Ask for it again', on: { click: () => { document.body.dataset.view = 'chat'; propose(task.id); } },
    }, h('code', {}, task.id)), h('span', {}, task.title), h('small', {}, state));
  }));
}
