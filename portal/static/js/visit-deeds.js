// Forms that are sent by their button (a point, a problem, photos, a signature): kept first, then sent; nothing typed is lost.

import { drop, fieldsOf, fill, get, newKey, put } from './visit-store.js';
import { band, drain, news, person } from './visit-send.js';
import { show } from './visit-band.js';
import { whereNow } from './visit-photo.js';

const draftOf = (form) => `${person}:${new URL(form.action).pathname}#${form.id}`;

function entryOf(form, fields, n) {
  const name = form.dataset.names ? fields.find(([field]) => form.dataset.names.split(' ').includes(field))?.[1] : '';
  return { id: `deed:${newKey()}`, person, form: false, url: form.action, page: form.dataset.page || location.pathname,
    label: [form.dataset.label, name].filter(Boolean).join(' · '), fields, key: newKey(), at: Date.now() + n, state: 'waiting', said: '' };
}

// each photo goes by itself: a small parcel arrives where a large one does not
async function entriesOf(form, submitter) {
  const fields = fieldsOf(form, submitter);
  const files = fields.filter(([, value]) => value instanceof File && value.type !== 'image/x-signature' && form.querySelector('input[type=file]'));
  if (!files.length) return [entryOf(form, fields, 0)];
  const place = await whereNow();
  const extra = place ? [['device_place', place]] : [];
  const time = ([, file]) => ['device_time', String(file.lastModified)];
  if (form.dataset.split === undefined) return [entryOf(form, [...fields, ...files.map(time), ...extra], 0)];
  const plain = fields.filter(([, value]) => !(value instanceof File));
  return files.map((file, n) => entryOf(form, [...plain, file, time(file), ...extra], n));
}

function complain(form, text) {
  let place = form.querySelector('[data-form-message]');
  if (!place) {
    place = Object.assign(document.createElement('p'), { className: 'msg-err', tabIndex: -1 });
    place.dataset.formMessage = '';
    place.setAttribute('role', 'alert');
    form.prepend(place);
  }
  place.textContent = text;
  place.focus();
}

function missing(form) {
  return (form.dataset.needs || '').split(' ').filter(Boolean).find((name) => {
    const control = form.elements[name];
    return !(control instanceof RadioNodeList ? control.value : control?.value.trim());
  });
}

async function submit(event) {
  const form = event.target.closest('form[data-keep]');
  if (!form) return;
  // what the form lacks the server says best; without a signal the first gap is shown here
  const gap = missing(form);
  if (gap && navigator.onLine && !form.querySelector('input[type=file]')?.files.length) return;
  event.preventDefault();
  if (gap) { complain(form, band.dataset.textIncomplete); form.querySelector(`[name="${gap}"]`)?.focus(); return; }
  if (form.dataset.sending) return;
  form.dataset.sending = '1';
  try {
    const entries = await entriesOf(form, event.submitter);
    for (const entry of entries) await put('waiting', entry);
    await drop('drafts', draftOf(form));
    let last = null;
    const wrong = [];
    const sent = ({ detail }) => { if (entries.some((one) => one.id === detail.entry.id)) last = detail.said; };
    const refused = ({ detail }) => { if (entries.some((one) => one.id === detail.entry.id)) wrong.push(detail); };
    news.addEventListener('sent', sent);
    news.addEventListener('refused', refused);
    await drain();
    news.removeEventListener('sent', sent);
    news.removeEventListener('refused', refused);
    if (wrong.length && entries.length === 1) {
      // the form is still here with all that was typed: it says what to put right
      await drop('waiting', entries[0].id);
      complain(form, wrong[0].said.message || wrong[0].said.error);
      await show();
      return;
    }
    if (last) { leave(last.page); return; }
    band.dataset.waited = '1';
    form.reset();
    form.dispatchEvent(new Event('cleared'));
    await show();
    band.scrollIntoView({ block: 'nearest' });
  } finally {
    delete form.dataset.sending;
  }
}

function leave(page) {
  const [path] = page.split('#');
  location.assign(page);
  if (path === location.pathname) location.reload();
}

async function restore(form) {
  const kept = await get('drafts', draftOf(form));
  if (!kept) return;
  fill(form, kept.fields);
  form.closest('details')?.setAttribute('open', '');
}

export async function start() {
  document.addEventListener('submit', submit);
  const forms = [...document.querySelectorAll('form[data-keep]:not([data-split])')];
  for (const form of forms) {
    form.addEventListener('input', () => put('drafts', { id: draftOf(form), fields: fieldsOf(form) }));
    form.addEventListener('reset', () => drop('drafts', draftOf(form)));
  }
  const asked = new URLSearchParams(location.search).get('item');
  const item = document.querySelector('form[data-keep] select[name="item"]');
  if (asked && item && !item.value) item.value = asked;
  await Promise.all(forms.map(restore));
}

// what waited on this page and has arrived now belongs on it; a form that is being filled in is not disturbed
news.addEventListener('drained', ({ detail }) => {
  if (detail.how !== 'done' || !band.dataset.waited || document.querySelector('form[data-sending]')) return;
  delete band.dataset.waited;
  if (!document.activeElement?.closest('form[data-keep-answer]')) location.reload();
});
