// Autosave: a changed form is posted after a pause; what could not be sent is kept here and sent later.
// The server answers JSON: 2xx {"saved", "out": {"name": "text"}, "revision", "hidden": {"field": "value"}, "unsaved": "what is not saved yet"};
// 409 {"message", "hidden": {…}} when another window saved; other 4xx {"error": "…"} are shown and not repeated.

const PAUSE = 800;
const WAITS = [3000, 6000, 12000, 30000];

function clock() {
  return new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date());
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.text = form.dataset;
    this.url = form.dataset.autosave || form.action;
    this.key = `kept:${form.dataset.autosaveKey || location.pathname}`;
    this.pause = Number(form.dataset.autosavePause || PAUSE);
    this.state = form.querySelector('[data-autosave-state]') || document.querySelector('[data-autosave-state]');
    this.timer = 0;
    this.tries = 0;
    this.running = this.again = false;
    for (const kind of ['input', 'change']) form.addEventListener(kind, (event) => { if (event.target.type !== 'file') this.soon(this.pause); });
    form.addEventListener('submit', (event) => {
      clearTimeout(this.timer);
      this.timer = 0;
      // two saves at once would contradict each other: the button waits for the one under way
      if (this.running) { event.preventDefault(); this.waiting = event.submitter || true; } else this.forget();
    });
    addEventListener('online', () => this.kept() && this.soon(0));
    // leaving with an unsent change: send it on the way out, or keep it for the next visit
    addEventListener('pagehide', () => {
      if (this.timer && !(navigator.onLine && navigator.sendBeacon?.(this.url, new FormData(this.form)))) this.keep();
    });
    this.restore();
  }

  soon(wait) {
    if (this.rival?.isConnected) return; // another window saved: nothing is sent before somebody has chosen
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = 0; this.save(); }, wait);
  }

  show(kind, text) {
    if (!this.state) return;
    this.state.replaceChildren(icon({ saved: 'check', saving: 'sync', kept: 'offline', refused: 'warn' }[kind]), document.createTextNode(text));
    this.state.classList.toggle('saved-wait', kind === 'kept' || kind === 'refused');
  }

  async save() {
    if (this.running) { this.again = true; return; }
    this.running = true;
    this.show('saving', this.text.textSaving);
    try {
      const body = new FormData(this.form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(this.url, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json', 'X-Requested-With': 'autosave' } });
      const said = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {};
      if (answer.status >= 500 || answer.status === 429) throw new Error('later');
      this.tries = 0;
      if (answer.ok && !said.error) this.took(said);
      else if (answer.status === 409 && said.hidden) { this.keep(); this.show('refused', this.text.textRefused); this.another(said); }
      else { if (answer.status === 409) this.forget(); else this.keep(); this.show('refused', said.error ? `${this.text.textRefused} · ${said.message || said.error}` : this.text.textRefused); }
    } catch {
      this.keep();
      this.show('kept', this.text.textKept);
      this.soon(WAITS[Math.min(this.tries, WAITS.length - 1)]);
      this.tries += 1;
    }
    this.running = false;
    this.then();
  }

  took(said) {
    if (said.unsaved) { this.keep(); this.show('refused', said.unsaved); } else { this.forget(); this.show('saved', `${this.text.textSaved} ${said.saved || clock()}`); }
    for (const [name, value] of Object.entries(said.out || {})) {
      for (const place of document.querySelectorAll(`[data-autosave-out="${CSS.escape(name)}"]`)) place.textContent = value;
    }
    // the next save builds on this one; another window's save is then noticed by the server
    this.build(said.revision === undefined ? said.hidden : { revision: said.revision });
    this.form.dispatchEvent(new CustomEvent('autosaved', { bubbles: true, detail: said }));
  }

  build(hidden) {
    for (const [name, value] of Object.entries(hidden || {})) if (this.form.elements[name]) this.form.elements[name].value = value;
  }

  then() {
    if (this.waiting) {
      const button = this.waiting === true ? undefined : this.waiting;
      this.waiting = this.again = false;
      clearTimeout(this.timer);
      this.timer = 0;
      this.form.requestSubmit(button);
    } else if (this.again) { this.again = false; this.soon(0); }
  }

  // another window saved something else: what was typed stays, and the reader says which of the two holds
  another(said) {
    const note = document.createElement('div');
    note.className = 'note note-stop';
    note.setAttribute('role', 'alert');
    const line = document.createElement('p');
    line.textContent = said.message || said.error;
    const acts = document.createElement('p');
    acts.className = 'acts';
    const choice = (label, act) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-s';
      button.textContent = label;
      button.addEventListener('click', () => { note.remove(); act(); });
      acts.append(button);
    };
    choice(this.text.textMine, () => { this.build(said.hidden); this.soon(0); });
    choice(this.text.textTheirs, () => { this.forget(); location.reload(); });
    note.append(line, acts);
    this.rival = note;
    this.form.prepend(note);
  }

  keep() {
    const fields = [...new FormData(this.form)].filter(([name, value]) => name !== 'csrf_token' && typeof value === 'string');
    try { localStorage.setItem(this.key, JSON.stringify(fields)); } catch { /* storage is blocked: the form itself still holds it */ }
  }

  kept() {
    try { return JSON.parse(localStorage.getItem(this.key) || 'null'); } catch { return null; }
  }

  forget() {
    try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ }
  }

  restore() {
    const fields = this.kept();
    if (!fields) return;
    const values = new Map();
    for (const [name, value] of fields) values.set(name, [...(values.get(name) || []), value]);
    // what was kept builds on a state that somebody has replaced since: the reader chooses, nothing is sent by itself
    const stale = [...this.form.elements].some((one) => one.type === 'hidden' && one.name !== 'csrf_token' && values.has(one.name) && values.get(one.name)[0] !== one.value);
    for (const control of this.form.elements) {
      if (!control.name || control.name === 'csrf_token' || ['file', 'hidden', 'submit', 'button'].includes(control.type)) continue;
      const kept = values.get(control.name) || [];
      if (control.type === 'checkbox' || control.type === 'radio') control.checked = kept.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = kept.includes(option.value);
      else if (kept.length) control.value = kept.shift();
    }
    this.show('kept', this.text.textRestored);
    if (stale) this.another({ message: this.text.textStale }); else this.soon(0);
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) new Autosave(form);
