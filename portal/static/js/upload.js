// Evidence upload: drop or choose, two files at a time, each with bar, pause and resume; without scripts the form is plain multipart.

import { forget, keep, kept } from './kept-files.js';
import { renew } from './parts.js';
import { Lost, Refused, Resumable, Stopped } from './resumable.js';
import { Tile } from './upload-tile.js';

const AT_ONCE = 2;
const WAITS = [2000, 4000, 8000, 15000, 30000];

const waiting = [];
let running = 0;

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    waiting.shift().go().finally(() => { running -= 1; next(); });
  }
}

class Sending {
  constructor(file, form, list, url = '') {
    this.file = file;
    this.text = form.dataset;
    this.way = new Resumable(file, { begin: form.dataset.begin, token: form.elements.csrf_token?.value || '', url });
    this.tile = new Tile(file, form.dataset);
    this.tries = 0;
    list.hidden = false;
    list.append(this.tile.root);
  }

  get cancelTool() { return ['tool', 'cross', this.text.textCancel, () => this.cancel()]; }
  get continueButton() { return ['btn', 'upload', this.text.textContinue, () => this.wake()]; }

  queue() {
    this.tile.offer(this.cancelTool);
    waiting.push(this);
    next();
  }

  async go() {
    if (this.cancelled) return;
    this.stop = new AbortController();
    const began = performance.now();
    let first = null;
    this.tile.offer(['tool', 'pause', this.text.textPause, () => this.pause()], this.cancelTool);
    try {
      const answer = await this.way.run({
        signal: this.stop.signal,
        onOpen: (url) => keep(url, this.file),
        onProgress: (done) => {
          first ??= done;
          const left = (performance.now() - began) / 1000 * (this.file.size - done) / Math.max(done - first, 1);
          if (done > first) this.tries = 0;
          this.tile.sent(done, done > first ? left : 0);
        },
        onChecking: () => { this.tile.say(this.text.textChecking); this.tile.offer(); },
      });
      forget(this.way.url);
      this.tile.done(answer);
      renew(answer.parts, answer.version);
    } catch (error) {
      if (error instanceof Lost) this.lost(error.message);
      else if (error instanceof Refused) this.refused(error);
      else if (!(error instanceof Stopped)) { this.lost(); throw error; }
    }
  }

  // waits for the line, or for what the server says is away, and goes on by itself
  lost(why = '') {
    this.tile.say(this.tile.amount, why || this.text.textOffline);
    this.tile.offer(this.continueButton, this.cancelTool);
    this.timer = setTimeout(() => this.wake(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
    this.online = () => this.wake();
    addEventListener('online', this.online);
  }

  wake() {
    clearTimeout(this.timer);
    removeEventListener('online', this.online);
    this.queue();
  }

  pause() {
    this.stop.abort();
    if (this.way.url) keep(this.way.url, this.file, true);
    this.rest();
  }

  rest() {
    this.tile.say(this.tile.amount, this.text.textPaused);
    this.tile.offer(this.continueButton, this.cancelTool);
  }

  refused({ message, kind }) {
    const reason = { session: this.text.textSession, changed: this.text.textChanged, large: this.text.textLarge }[kind] || message || this.text.textServer;
    const close = ['tool', 'cross', this.text.textDismiss, () => this.cancel()];
    const retry = ['btn', 'retry', this.text.textContinue, () => { this.tile.again(); this.queue(); }];
    if (kind === 'session') this.tile.fail(reason, retry, close); else { forget(this.way.url); this.tile.fail(reason, close); }
  }

  cancel() {
    this.cancelled = true;
    this.stop?.abort();
    clearTimeout(this.timer);
    removeEventListener('online', this.online);
    forget(this.way.url);
    this.way.drop();
    this.tile.root.remove();
  }
}

class Uploader {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector('[data-upload-tiles]');
    this.input = form.querySelector('input[type="file"]');
    this.drop = form.querySelector('[data-drop]');
    this.left = [...(form.closest('.ask')?.querySelectorAll('[data-unfinished]') || [])];
    form.classList.add('is-live');
    form.querySelector('[data-plain]')?.setAttribute('hidden', '');
    this.input.addEventListener('change', () => { this.take([...this.input.files]); this.input.value = ''; });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.take([...this.input.files]); });
    for (const kind of ['dragenter', 'dragover']) this.drop.addEventListener(kind, () => this.drop.classList.add('is-over'));
    for (const kind of ['dragleave', 'drop']) this.drop.addEventListener(kind, () => this.drop.classList.remove('is-over'));
    this.drop.addEventListener('drop', (event) => this.take([...event.dataTransfer.files]));
    for (const one of this.left) this.resume(one);
  }

  // an upload that was interrupted goes on if its file is still on this device
  async resume(place) {
    const found = await kept(place.dataset.unfinished);
    if (!found || !place.isConnected) return;
    place.hidden = true;
    const sending = new Sending(found.file, this.form, this.list, place.dataset.unfinished);
    if (found.paused) sending.rest(); else sending.queue();
  }

  take(files) {
    for (const file of files) {
      const same = this.left.find((one) => !one.hidden && one.dataset.name === file.name && Number(one.dataset.size) === file.size
        && (globalThis.crypto?.subtle || one.dataset.modified === String(file.lastModified)));
      if (same) same.hidden = true;
      const sending = new Sending(file, this.form, this.list, same?.dataset.unfinished);
      const wrong = this.refusal(file);
      if (wrong) sending.refused(new Refused(wrong)); else sending.queue();
    }
  }

  refusal(file) {
    const text = this.form.dataset;
    if (file.size > Number(text.limit || Infinity)) return text.textLarge;
    const allowed = (text.accept || '').split(',').map((one) => one.trim().toLowerCase()).filter((one) => one.startsWith('.'));
    return allowed.length && !allowed.some((one) => file.name.toLowerCase().endsWith(one)) ? text.textType : '';
  }
}

// a file dropped beside the zone must not make the browser leave the page
for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => { if (event.dataTransfer?.types.includes('Files')) event.preventDefault(); });
for (const form of document.querySelectorAll('form[data-upload][data-begin]')) new Uploader(form);
