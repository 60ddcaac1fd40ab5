// On site without signal: a form marked data-keep is kept on this device with its photos and sent when the network is back.
// The server answers JSON {"page": "…"} when asked for it; whatever it refuses is sent once more as a page, which shows why.

const banner = document.querySelector('[data-keep-banner]');
const person = banner?.dataset.person || '';

function shelf() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open('visit', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('waiting', { keyPath: 'id', autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function on(mode, deed) {
  const db = await shelf();
  return new Promise((done, fail) => {
    const asked = deed(db.transaction('waiting', mode).objectStore('waiting'));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

const keep = (url, fields) => on('readwrite', (store) => store.add({ url, fields, person, refused: '' }));
const change = (entry) => on('readwrite', (store) => store.put(entry));
const drop = (id) => on('readwrite', (store) => store.delete(id));
const mine = async () => (await on('readonly', (store) => store.getAll())).filter((one) => one.person === person);

function post(url, body) {
  return fetch(url, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json', 'X-Requested-With': 'keep' } });
}

async function tell() {
  const entries = await mine();
  const waiting = entries.filter((one) => !one.refused);
  const text = banner.dataset;
  const line = banner.querySelector('[data-keep-line]');
  line.textContent = waiting.length ? text.textWaiting.replace('%(n)s', waiting.length) : text.textOffline;
  const list = banner.querySelector('[data-keep-refused]');
  list.replaceChildren(...entries.filter((one) => one.refused).map((one) => {
    const row = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = text.textDiscard;
    button.addEventListener('click', async () => { await drop(one.id); tell(); });
    row.append(`${text.textRefused} ${one.refused} `, button);
    return row;
  }));
  line.parentElement.hidden = !waiting.length && navigator.onLine;
  banner.hidden = line.parentElement.hidden && !list.children.length;
}

let sending = false;

async function send() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    for (const entry of (await mine()).filter((one) => !one.refused)) {
      const body = new FormData();
      for (const [name, value, file] of entry.fields) {
        if (file) body.append(name, value, file); else body.append(name, value);
      }
      const token = document.querySelector('input[name="csrf_token"]');
      if (token) body.set('csrf_token', token.value);
      const answer = await post(entry.url, body);
      if (answer.ok) { await drop(entry.id); sent += 1; continue; }
      if (answer.status === 401 || answer.status === 429 || answer.status >= 500) break;
      const said = await answer.json().catch(() => ({}));
      await change({ ...entry, refused: said.message || said.error || String(answer.status) });
    }
  } catch { /* no network after all: the next 'online' tries again */ }
  sending = false;
  await tell();
  if (sent) location.reload();
}

async function submit(event) {
  const form = event.target.closest('form[data-keep]');
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form);
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const answer = await post(form.action, body);
    if (answer.ok) {
      const said = await answer.json();
      const [path] = said.page.split('#');
      location.assign(said.page);
      if (path === location.pathname) location.reload();
      return;
    }
    if (button) button.disabled = false;
    form.submit();
  } catch {
    if (button) button.disabled = false;
    const fields = [...body].filter(([name]) => name !== 'csrf_token').map(([name, value]) => (
      value instanceof File ? (value.size ? [name, value, value.name] : null) : [name, value])).filter(Boolean);
    await keep(form.action, fields);
    form.reset();
    await tell();
    banner.scrollIntoView({ block: 'nearest' });
  }
}

if (banner && 'indexedDB' in window) {
  document.addEventListener('submit', (event) => { submit(event); });
  addEventListener('online', send);
  addEventListener('offline', tell);
  tell().then(send).catch(() => { /* storage is blocked: forms go the plain way */ });
}
