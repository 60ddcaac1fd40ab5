// The band that says what is safe: how much is kept on this device, what it is, and how to send it.

import { deeds, drop, put } from './visit-store.js';
import { band, drain, news, person } from './visit-send.js';

const line = band?.querySelector('[data-keep-line]');
const list = band?.querySelector('[data-band-list]');
const rows = band?.querySelector('[data-band-rows]');
const retry = band?.querySelector('[data-band-retry]');
const text = band?.dataset || {};
let how = 'done';
let busy = false;
let landed = recent();

// the page that is loaded after the last parcel has arrived still says so
function recent() {
  try { const at = Number(sessionStorage.getItem('visit-landed')); return Date.now() - at < 20000 ? at : 0; } catch { return 0; }
}

function land() {
  landed = Date.now();
  try { sessionStorage.setItem('visit-landed', String(landed)); } catch { /* said on this page only */ }
}

const clock = (at) => new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at));
const size = (bytes) => (bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`);

function button(label, deed, kind = '') {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `btn btn-s ${kind}`;
  made.textContent = label;
  made.addEventListener('click', deed);
  return made;
}

function row(entry) {
  const made = document.createElement('li');
  made.className = 'band-row';
  const photos = entry.fields.filter(([, value]) => value instanceof Blob);
  if (photos.length) {
    const picture = document.createElement('img');
    picture.alt = '';
    picture.src = URL.createObjectURL(photos[0][1]);
    picture.addEventListener('load', () => URL.revokeObjectURL(picture.src), { once: true });
    picture.addEventListener('error', () => picture.remove(), { once: true });
    made.append(picture);
  }
  const words = document.createElement('p');
  words.append(Object.assign(document.createElement('b'), { textContent: entry.label }));
  const facts = [clock(entry.at), ...(photos.length ? [size(photos.reduce((sum, [, file]) => sum + file.size, 0))] : [])];
  words.append(Object.assign(document.createElement('small'), { textContent: facts.join(' · ') }));
  if (entry.state !== 'waiting') words.append(Object.assign(document.createElement('span'), { className: 'stop', textContent: `${entry.state === 'told' ? '' : `${text.textRefused} `}${entry.said}` }));
  if (entry.state === 'draft') words.lastChild.textContent = text.textDraft;
  made.append(words);
  if (entry.page && entry.page !== location.pathname) {
    const open = Object.assign(document.createElement('a'), { href: entry.page, textContent: text.textOpen });
    if (entry.state === 'told') open.addEventListener('click', () => drop('waiting', entry.id));
    made.append(open);
  }
  if (entry.state === 'refused') {
    made.append(button(text.textAgain, async () => { await put('waiting', { ...entry, state: 'waiting', said: '' }); show(); drain(); }));
    made.append(button(text.textDiscard, async () => { if (confirm(text.textSure)) { await drop('waiting', entry.id); show(); } }, 'btn-text'));
  } else if (entry.state === 'told') {
    made.append(button(text.textSeen, async () => { await drop('waiting', entry.id); show(); }));
  }
  return made;
}

function words(waiting, drafts) {
  const photos = waiting.reduce((sum, one) => sum + one.fields.filter(([, value]) => value instanceof Blob).length, 0);
  const counted = (photos ? text.textPhotos : text.textWaiting).replace('%(n)s', waiting.length).replace('%(photos)s', photos);
  if (waiting.length && busy) return text.textSending.replace('%(n)s', waiting.length);
  if (waiting.length && how === 'signed-out') return `${counted} ${text.textSignedOut}`;
  if (waiting.length) return `${navigator.onLine ? '' : `${text.textNoSignal} `}${counted}`;
  if (!navigator.onLine) return text.textOffline;
  if (landed) return text.textLanded.replace('%(when)s', clock(landed));
  return drafts.length ? text.textDrafts.replace('%(n)s', drafts.length) : '';
}

export async function show() {
  const all = await deeds(person);
  const waiting = all.filter((one) => one.state === 'waiting');
  const shown = all.filter((one) => one.state !== 'draft' || one.page !== location.pathname);
  const said = words(waiting, shown.filter((one) => one.state === 'draft'));
  const stale = !navigator.onLine && Date.now() - Number(text.made) > 60000;
  line.textContent = [said, stale ? text.textAsOf.replace('%(when)s', clock(Number(text.made))) : ''].join(' ').trim();
  line.parentElement.hidden = !line.textContent;
  retry.hidden = !waiting.length || busy || !navigator.onLine;
  list.hidden = !shown.length;
  if (shown.some((one) => ['refused', 'told'].includes(one.state))) list.open = true;
  rows.replaceChildren(...shown.map(row));
  band.classList.toggle('offline-safe', Boolean(landed) && !all.length && navigator.onLine);
  band.hidden = line.parentElement.hidden && !shown.length;
}

if (band) {
  retry.addEventListener('click', () => drain());
  news.addEventListener('sending', () => { busy = true; show(); });
  news.addEventListener('sent', ({ detail }) => { if (band.dataset.waited) land(); });
  news.addEventListener('drained', ({ detail }) => { busy = false; how = detail.how; show(); });
  addEventListener('offline', show);
}
