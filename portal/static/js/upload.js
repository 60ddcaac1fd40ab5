// Evidence upload: several files, each with its own bar; without scripts the form is plain multipart.

const NS = 'http://www.w3.org/2000/svg';

function fill(text, values) {
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`%(${name})s`, value), text);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function icon(name) {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(NS, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

function megabytes(bytes) {
  return (bytes / 1048576).toFixed(1);
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes(bytes)} MB`;
}

class Tile {
  constructor(file, form, list) {
    this.file = file;
    this.text = form.dataset;
    this.root = element('li', 'evi');
    this.name = element('p', 'evi-name', file.name);
    this.facts = element('p', 'evi-facts facts');
    this.why = element('p', 'why');
    this.bar = element('progress');
    this.acts = element('div', 'evi-act');
    const picture = element('span', 'evi-pic');
    picture.append(icon('file'));
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute('aria-label', file.name);
    this.root.append(picture, this.name, this.facts, this.bar, this.acts);
    this.say(size(file.size), this.text.textWaiting);
    list.hidden = false;
    list.append(this.root);
  }

  say(...facts) {
    this.facts.replaceChildren(...facts.filter(Boolean).map((one) => element('span', '', one)));
  }

  tool(name, label, act) {
    const button = element('button', 'tool');
    button.type = 'button';
    button.setAttribute('aria-label', `${label} ${this.file.name}`);
    button.append(icon(name));
    button.addEventListener('click', act);
    this.acts.replaceChildren(button);
  }

  fail(reason, retry) {
    this.root.classList.add('evi-fail');
    this.bar.remove();
    this.say(size(this.file.size));
    this.why.replaceChildren(element('b', '', `${this.text.textFailed} `), document.createTextNode(reason));
    this.why.setAttribute('role', 'alert');
    this.facts.after(this.why);
    this.acts.replaceChildren();
    if (retry) {
      const button = element('button', 'btn btn-s');
      button.type = 'button';
      button.append(icon('retry'), document.createTextNode(this.text.textRetry));
      button.addEventListener('click', () => { this.reset(); retry(); });
      this.acts.append(button);
    }
    const close = element('button', 'tool');
    close.type = 'button';
    close.setAttribute('aria-label', `${this.text.textDismiss} ${this.file.name}`);
    close.append(icon('cross'));
    close.addEventListener('click', () => this.root.remove());
    this.acts.append(close);
  }

  reset() {
    this.root.classList.remove('evi-fail');
    this.why.remove();
    this.bar.value = 0;
    this.facts.after(this.bar);
  }

  done(answer) {
    if (answer.html) {
      const shelf = document.createElement('template');
      shelf.innerHTML = answer.html;
      const target = document.querySelector('[data-upload-list]');
      if (target) { target.append(shelf.content); this.root.remove(); } else { this.root.replaceWith(shelf.content); }
      return;
    }
    this.bar.remove();
    this.acts.replaceChildren();
    if (answer.url) {
      const link = element('a', '', answer.name || this.file.name);
      link.href = answer.url;
      this.name.replaceChildren(link);
    }
    this.say(...(answer.facts || [size(this.file.size)]));
    const state = element('p', 'evi-facts');
    const tag = element('span', 'tag tag-done');
    tag.append(icon('s-done'), document.createTextNode(this.text.textDone));
    state.append(tag);
    this.root.append(state);
  }
}

class Uploader {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector('[data-upload-tiles]');
    this.input = form.querySelector('input[type="file"]');
    this.drop = form.querySelector('[data-drop]');
    this.queue = Promise.resolve();
    form.querySelector('[data-plain]')?.setAttribute('hidden', '');
    this.input.addEventListener('change', () => { this.take([...this.input.files]); this.input.value = ''; });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.take([...this.input.files]); });
    for (const kind of ['dragenter', 'dragover']) this.drop.addEventListener(kind, (event) => { event.preventDefault(); this.drop.classList.add('is-over'); });
    for (const kind of ['dragleave', 'drop']) this.drop.addEventListener(kind, () => this.drop.classList.remove('is-over'));
    this.drop.addEventListener('drop', (event) => { event.preventDefault(); this.take([...event.dataTransfer.files]); });
  }

  take(files) {
    for (const file of files) {
      const tile = new Tile(file, this.form, this.list);
      const wrong = this.refusal(file);
      if (wrong) tile.fail(wrong); else this.enqueue(file, tile);
    }
  }

  refusal(file) {
    const text = this.form.dataset;
    if (file.size > Number(text.limit || Infinity)) return text.textLarge;
    const allowed = (text.accept || '').split(',').map((one) => one.trim().toLowerCase()).filter((one) => one.startsWith('.'));
    if (allowed.length && !allowed.some((one) => file.name.toLowerCase().endsWith(one))) return text.textType;
    return '';
  }

  // one after the other: fairer to slow lines, and the server locks the case for each
  enqueue(file, tile) {
    this.queue = this.queue.then(() => this.send(file, tile));
  }

  send(file, tile) {
    if (!tile.root.isConnected) return Promise.resolve();
    return new Promise((finished) => {
      const text = this.form.dataset;
      const body = new FormData(this.form);
      body.delete(this.input.name);
      body.append(this.input.name, file, file.name);
      const request = new XMLHttpRequest();
      const began = Date.now();
      const again = () => this.enqueue(file, tile);
      request.open('POST', this.form.action);
      request.setRequestHeader('X-Requested-With', 'upload');
      request.setRequestHeader('Accept', 'application/json');
      request.upload.addEventListener('progress', (event) => {
        if (!event.lengthComputable) return;
        tile.bar.value = 100 * event.loaded / event.total;
        const left = (Date.now() - began) / 1000 * (event.total - event.loaded) / Math.max(event.loaded, 1);
        if (event.loaded < event.total) tile.say(fill(text.textSent, { done: megabytes(event.loaded), all: megabytes(event.total) }), left >= 2 && fill(text.textSeconds, { n: Math.ceil(left) }));
        else tile.say(text.textChecking);
      });
      request.addEventListener('error', () => { tile.fail(text.textNetwork, again); finished(); });
      request.addEventListener('abort', () => { tile.root.remove(); finished(); });
      request.addEventListener('load', () => {
        let answer = null;
        try { answer = JSON.parse(request.responseText); } catch { answer = null; }
        if (request.status >= 200 && request.status < 300 && !answer?.error) {
          // a page instead of JSON means that the plain route answered: show the list as the server has it
          if (answer) tile.done(answer); else location.reload();
        } else if (request.status === 413) tile.fail(answer?.error || text.textLarge);
        else tile.fail(answer?.error || text.textServer, request.status >= 500 || request.status === 429 ? again : null);
        finished();
      });
      tile.tool('cross', text.textCancel, () => request.abort());
      request.send(body);
    });
  }
}

for (const form of document.querySelectorAll('form[data-upload]')) new Uploader(form);
