// Forms that save themselves on site: what is written is on this device at once, and on the server as soon as it can be.

import { drop, fieldsOf, fill, get, newKey, put } from './visit-store.js';
import { band, drain, news, person } from './visit-send.js';
import { show } from './visit-band.js';

const NOTED = 150;
const PAUSE = 800;

class Answer {
  constructor(form) {
    this.form = form;
    this.id = `answer:${person}:${new URL(form.action).pathname}`;
    this.state = form.querySelector('[data-autosave-state]') || document.querySelector('[data-autosave-state]');
    this.timers = [];
    form.addEventListener('input', () => this.changed());
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => this.submit(event));
    addEventListener('pagehide', () => { if (this.dirty) this.note(); });
    news.addEventListener('sending', ({ detail }) => { if (detail.entry.id === this.id) this.say('saving', form.dataset.textSaving); });
    news.addEventListener('sent', ({ detail }) => { if (detail.entry.id === this.id) this.sent(detail); });
    news.addEventListener('refused', ({ detail }) => { if (detail.entry.id === this.id) this.refused(detail); });
    news.addEventListener('drained', async ({ detail }) => { if (detail.how !== 'done' && (await get('waiting', this.id))) this.say('kept', form.dataset.textKept); });
    this.restored = this.restore();
  }

  say(kind, text) {
    if (!this.state) return;
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'i');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', { saved: '#i-check', saving: '#i-sync', kept: '#i-offline', refused: '#i-warn' }[kind]);
    svg.append(use);
    this.state.replaceChildren(svg, document.createTextNode(text));
    this.state.classList.toggle('saved-wait', kind === 'kept' || kind === 'refused');
  }

  // a choice without which the server would refuse: until it is made the text is a draft on this device
  get complete() {
    return (this.form.dataset.needs || '').split(' ').filter(Boolean).every((name) => {
      const control = this.form.elements[name];
      return control && (control instanceof RadioNodeList ? control.value : control.value.trim());
    });
  }

  changed() {
    this.dirty = true;
    this.timers.forEach(clearTimeout);
    this.timers = [setTimeout(() => this.note(), NOTED), setTimeout(() => this.send(), PAUSE)];
  }

  async note() {
    this.dirty = false;
    const before = await get('waiting', this.id).catch(() => null);
    await put('waiting', {
      id: this.id, person, form: true, url: this.form.action, page: location.pathname, label: this.form.dataset.label,
      fields: fieldsOf(this.form), key: newKey(), at: before?.at || Date.now(), state: this.complete ? 'waiting' : 'draft', said: '' });
  }

  async send() {
    this.timers.forEach(clearTimeout);
    if (this.dirty) await this.note();
    if (!this.complete) { this.say('kept', this.form.dataset.textDraft); return 'draft'; }
    const how = await drain();
    show();
    return how;
  }

  sent({ said }) {
    if (said.revision !== undefined && this.form.elements.revision) this.form.elements.revision.value = said.revision;
    if (said.seen !== undefined && this.form.elements.seen) this.form.elements.seen.value = said.seen;
    for (const [name, value] of Object.entries(said.out || {})) {
      for (const place of document.querySelectorAll(`[data-autosave-out="${CSS.escape(name)}"]`)) place.textContent = value;
    }
    if (!this.dirty) this.say('saved', `${this.form.dataset.textSaved} ${said.saved}`);
  }

  async refused({ entry, said, status }) {
    this.say('refused', `${this.form.dataset.textRefused} · ${said.message || said.error}`);
    // what the form itself shows to be wrong is put right in the form: its text stays a draft
    if (status === 422) await put('waiting', { ...(await get('waiting', this.id)), state: 'draft' });
    if (said.kept) { await drop('waiting', entry.id); location.assign(said.page); location.reload(); }
  }

  async submit(event) {
    const button = event.submitter;
    if (!this.complete) {
      if (navigator.onLine) return;
      event.preventDefault();
      this.say('kept', this.form.dataset.textDraft);
      return;
    }
    event.preventDefault();
    this.dirty = true;
    const how = await this.send();
    const left = await get('waiting', this.id);
    if (left && how === 'done') return;
    location.assign(button?.dataset.next || this.form.dataset.next || location.href);
  }

  async restore() {
    const kept = await get('waiting', this.id);
    if (kept) {
      fill(this.form, kept.fields);
      this.say('kept', this.form.dataset.textRestored);
      return;
    }
    // a page that this device kept may be older than what was saved since
    const known = await get('known', this.id);
    if (!known || !(known.at > Number(band.dataset.made))) return;
    fill(this.form, known.fields);
    if (known.revision !== undefined && this.form.elements.revision) this.form.elements.revision.value = known.revision;
    if (known.seen !== undefined && this.form.elements.seen) this.form.elements.seen.value = known.seen;
  }
}

export const start = () => Promise.all([...document.querySelectorAll('form[data-keep-answer]')].map((form) => new Answer(form).restored));
