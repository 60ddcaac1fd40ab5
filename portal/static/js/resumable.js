// One file on its way to the server in pieces: open, ask how far it is, send on from there, finish (docs/uploads.md).

const FIRST = 512 * 1024;
const SMALLEST = 128 * 1024;

export class Lost extends Error {}
export class Stopped extends Error {}
export class Refused extends Error {
  constructor(message, kind = '') { super(message); this.kind = kind; }
}

function send(method, url, { headers = {}, body = null, onSent = null, signal }) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open(method, url);
    for (const [name, value] of Object.entries({ Accept: 'application/json', 'X-Requested-With': 'upload', ...headers })) request.setRequestHeader(name, value);
    if (onSent) request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('load', () => {
      let said = {};
      try { said = JSON.parse(request.responseText || '{}'); } catch { said = {}; }
      done({ status: request.status, said, offset: request.getResponseHeader('Upload-Offset') });
    });
    request.addEventListener('error', () => fail(new Lost()));
    request.addEventListener('timeout', () => fail(new Lost()));
    request.addEventListener('abort', () => fail(new Stopped()));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    signal.addEventListener('abort', stop);
    request.timeout = 120000;
    request.send(body);
  });
}

async function sha256(buffer) {
  return globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', buffer)) : null;
}

const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

export class Resumable {
  constructor(file, { begin, token, url = '' }) {
    Object.assign(this, { file, begin, token, url, offset: 0, piece: FIRST, largest: 4 * 1024 * 1024, method: 'PATCH' });
  }

  // Goes from wherever the upload stands to its end and gives the server's answer to the finished file.
  // Lost: call again later; its message is what the server said, if it could. Stopped: the signal was raised. Refused: it will not be taken.
  async run({ signal, onProgress, onChecking, onOpen }) {
    await this.find(signal);
    onOpen?.(this.url);
    onProgress(this.offset);
    let wrong = 0;
    while (this.offset < this.file.size) {
      const part = await this.read(this.offset, Math.min(this.offset + this.piece, this.file.size));
      const digest = await sha256(part);
      const headers = { 'Upload-Offset': this.offset, 'Content-Type': 'application/offset+octet-stream', 'X-CSRFToken': this.token };
      if (digest) headers['Content-Digest'] = `sha-256=:${base64(digest)}:`;
      const began = performance.now();
      let answer;
      try {
        answer = await send(this.method, this.url, { headers, body: part, signal, onSent: (sent) => onProgress(this.offset + sent) });
      } catch (error) {
        this.piece = Math.max(SMALLEST, this.piece / 2);
        throw error;
      }
      if (answer.status === 204) {
        wrong = 0;
        this.offset = Number(answer.offset);
        if (performance.now() - began < 1500) this.piece = Math.min(this.largest, this.piece * 2);
      } else if (answer.status === 409 && answer.offset !== null && wrong < 3) {
        wrong += 1;
        this.offset = Number(answer.offset);
      } else if (this.method === 'PATCH' && [405, 501].includes(answer.status)) {
        this.method = 'POST'; // a proxy on the way lets no PATCH through
      } else this.complain(answer);
      onProgress(this.offset);
    }
    onChecking();
    const answer = await send('POST', `${this.url}/finish`, { headers: { 'X-CSRFToken': this.token }, signal });
    if (answer.status >= 300) this.complain(answer);
    return answer.said;
  }

  async find(signal) {
    if (this.url) {
      const answer = await send('GET', this.url, { signal });
      if (answer.status === 200) { if (await this.stands(answer.said, signal)) return; } else if (![404, 410].includes(answer.status)) this.complain(answer);
    }
    for (let tries = 0; tries < 2; tries += 1) {
      const body = new FormData();
      for (const [name, value] of Object.entries({ name: this.file.name, size: this.file.size, modified: this.file.lastModified || '' })) body.append(name, value);
      const answer = await send('POST', this.begin, { headers: { 'X-CSRFToken': this.token }, body, signal });
      if (answer.status >= 300) this.complain(answer);
      if (await this.stands(answer.said, signal)) return;
    }
  }

  // whether what the server has is the beginning of this very file; else it is given up
  async stands(said, signal) {
    Object.assign(this, { url: said.url, offset: said.offset, largest: said.piece });
    let at = 0;
    for (const { size, sha256: told } of said.done ? [] : said.pieces) {
      const own = await sha256(await this.read(at, at + size));
      if (own && hex(own) !== told) {
        await send('POST', `${this.url}/drop`, { headers: { 'X-CSRFToken': this.token }, signal });
        this.url = '';
        return false;
      }
      at += size;
    }
    return true;
  }

  drop() {
    if (!this.url) return Promise.resolve();
    return send('POST', `${this.url}/drop`, { headers: { 'X-CSRFToken': this.token }, signal: new AbortController().signal }).catch(() => {});
  }

  async read(from, to) {
    try { return await this.file.slice(from, to).arrayBuffer(); } catch { throw new Refused('', 'changed'); }
  }

  complain({ status, said }) {
    if (status === 0 || status >= 500 || status === 429) throw new Lost(said.message || '');
    if (status === 401) throw new Refused('', 'session');
    throw new Refused([said.message || said.error, said.instead].filter(Boolean).join(' '), status === 413 ? 'large' : '');
  }
}
