// Sends what waits, in order and each thing once: every deed has a key of its own that the server remembers.

import { arrived, deeds, put } from './visit-store.js';

const LONGEST = 90000;

export const band = document.querySelector('[data-band]');
export const person = band?.dataset.person || '';
export const news = new EventTarget();

const tell = (name, detail = {}) => news.dispatchEvent(new CustomEvent(name, { detail }));

// who is signed in now: what one person left is never sent in another's name
async function pass() {
  const answer = await fetch(band.dataset.pass, { headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(15000) });
  if (answer.redirected || answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error('later');
  const said = await answer.json();
  return String(said.person) === person ? said : null;
}

async function post(entry, token) {
  const body = new FormData();
  for (const [name, value, file] of entry.fields) { if (file) body.append(name, value, file); else body.append(name, value); }
  body.set('csrf_token', token);
  body.set('key', entry.key);
  const answer = await fetch(entry.url, { method: 'POST', body, credentials: 'same-origin', signal: AbortSignal.timeout(LONGEST), headers: { Accept: 'application/json', 'X-Requested-With': 'visit' } });
  return [answer, await answer.json().catch(() => ({}))];
}

async function sendOne(entry, token) {
  const [answer, said] = await post(entry, token);
  if (answer.ok) {
    if (entry.form) await put('known', { id: entry.id, at: said.at, fields: entry.fields, revision: said.revision, seen: said.seen });
    await arrived(entry, said.revision);
    tell('sent', { entry, said });
    return;
  }
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500 || (answer.status === 400 && !said.message)) throw new Error('later');
  // both notes are on the server now: nothing is left to send, but somebody has to be told
  const told = said.message || said.error || String(answer.status);
  await put('waiting', { ...entry, state: said.kept ? 'told' : 'refused', said: told, page: said.page || entry.page });
  tell('refused', { entry, said, status: answer.status });
}

async function drainNow() {
  if (!(await deeds(person)).some((one) => one.state === 'waiting')) return 'done';
  const allowed = await pass();
  if (!allowed) return 'signed-out';
  const tried = new Set();
  for (;;) {
    const next = (await deeds(person)).find((one) => one.state === 'waiting' && !tried.has(one.key));
    if (!next) return 'done';
    tried.add(next.key);
    tell('sending', { entry: next });
    await sendOne(next, allowed.token);
  }
}

let running = null;
let again = false;

// 'done', 'later' (no signal, or the server is busy) or 'signed-out'; one sender at a time, also between tabs
export function drain() {
  if (running) { again = true; return running; }
  const guarded = () => drainNow().catch(() => 'later');
  running = (navigator.locks ? navigator.locks.request('visit-send', guarded) : guarded()).then(async (how) => {
    running = null;
    tell('drained', { how });
    if (again && how === 'done') { again = false; return drain(); }
    again = false;
    return how;
  });
  return running;
}
