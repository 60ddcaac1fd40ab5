// Autosave: a changed form is posted after a pause; what could not be sent is kept here and sent later.
// The server answers JSON: 2xx {"out": {"name": "text"}} fills [data-autosave-out="name"]; 4xx {"error": "…"} is shown and not repeated.

const PAUSE = 800;
const RETRY = 10000;

function clock() {
  return new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).format(new Date());
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave || form.action;
    this.key = `kept:${form.dataset.autosaveKey || location.pathname}`;
    this.state = form.querySelector('[data-autosave-state]') || document.querySelector('[data-autosave-state]');
    this.timer = 0;
    this.running = false;
    this.again = false;
    form.addEventListener('input', (event) => { if (event.target.type !== 'file') this.soon(PAUSE); });
    form.addEventListener('change', (event) => { if (event.target.type !== 'file') this.soon(PAUSE); });
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
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = 0; this.save(); }, wait);
  }

  show(kind, text) {
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

  async save() {
    if (this.running) { this.again = true; return; }
    this.running = true;
    const text = this.form.dataset;
    this.show('saving', text.textSaving);
    try {
      const body = new FormData(this.form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(this.url, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json', 'X-Requested-With': 'autosave' } });
      const said = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {};
      if (answer.ok && !said.error) {
        this.forget();
        this.show('saved', `${text.textSaved} ${said.saved || clock()}`);
        for (const [name, value] of Object.entries(said.out || {})) {
          for (const place of document.querySelectorAll(`[data-autosave-out="${CSS.escape(name)}"]`)) place.textContent = value;
        }
        // the next save builds on this one; another tab's save is then noticed by the server
        if (said.revision !== undefined && this.form.elements.revision) this.form.elements.revision.value = said.revision;
        this.form.dispatchEvent(new CustomEvent('autosaved', { bubbles: true, detail: said }));
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error('later');
      } else {
        this.forget();
        this.show('refused', said.error ? `${text.textRefused}: ${said.message || said.error}` : text.textRefused);
      }
    } catch {
      this.keep();
      this.show('kept', text.textKept);
      this.soon(RETRY);
    }
    this.running = false;
    if (this.waiting) {
      const button = this.waiting === true ? undefined : this.waiting;
      this.waiting = this.again = false;
      clearTimeout(this.timer);
      this.timer = 0;
      this.form.requestSubmit(button);
      return;
    }
    if (this.again) { this.again = false; this.soon(0); }
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
    for (const control of this.form.elements) {
      if (!control.name || control.name === 'csrf_token' || ['file', 'hidden', 'submit', 'button'].includes(control.type)) continue;
      const kept = values.get(control.name) || [];
      if (control.type === 'checkbox' || control.type === 'radio') control.checked = kept.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = kept.includes(option.value);
      else if (kept.length) control.value = kept.shift();
    }
    this.show('kept', this.form.dataset.textRestored);
    this.soon(0);
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) new Autosave(form);
