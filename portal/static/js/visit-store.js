// What this device holds of a visit: deeds that wait for the signal, drafts of open forms, and how a form last stood on the server.

let opened = null;

function shelf() {
  opened ||= new Promise((done, fail) => {
    const asked = indexedDB.open('visit', 2);
    asked.onupgradeneeded = () => {
      for (const name of asked.result.objectStoreNames) asked.result.deleteObjectStore(name);
      for (const name of ['waiting', 'drafts', 'known']) asked.result.createObjectStore(name, { keyPath: 'id' });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => { opened = null; fail(asked.error); };
  });
  return opened;
}

async function on(store, mode, deed) {
  const db = await shelf();
  return new Promise((done, fail) => {
    const transaction = db.transaction(store, mode, { durability: 'strict' });
    const asked = deed(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

export const put = (store, row) => on(store, 'readwrite', (shelf) => shelf.put(row));
export const get = (store, id) => on(store, 'readonly', (shelf) => shelf.get(id));
export const drop = (store, id) => on(store, 'readwrite', (shelf) => shelf.delete(id));

// the deeds of one person in the order in which they were done
export async function deeds(person) {
  const all = await on('waiting', 'readonly', (shelf) => shelf.getAll());
  return all.filter((one) => one.person === person).sort((a, b) => a.at - b.at);
}

// takes a deed away unless it was changed while it was under way; then the newer one goes on from what was saved
export async function arrived(sent, revision) {
  const now = await get('waiting', sent.id);
  if (!now) return;
  if (now.key === sent.key) { await drop('waiting', sent.id); return; }
  if (revision === undefined) return;
  const fields = now.fields.map(([name, ...rest]) => (name === 'revision' ? [name, String(revision)] : [name, ...rest]));
  await put('waiting', { ...now, fields });
}

export function fieldsOf(form, submitter) {
  return [...new FormData(form, submitter || undefined)]
    .filter(([name, value]) => name !== 'csrf_token' && !(value instanceof File && !value.size))
    .map(([name, value]) => (value instanceof File ? [name, value, value.name] : [name, value]));
}

export function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) || []), value]);
  for (const control of form.elements) {
    if (!control.name || ['csrf_token', 'seen'].includes(control.name) || ['submit', 'button'].includes(control.type)) continue;
    const kept = values.get(control.name) || [];
    if (control.type === 'file') {
      const files = new DataTransfer();
      for (const file of kept) if (file instanceof File) files.items.add(file);
      if (files.files.length) control.files = files.files;
    } else if (control.type === 'checkbox' || control.type === 'radio') {
      control.checked = kept.includes(control.value);
    } else if (kept.length) {
      control.value = kept.shift();
    }
  }
}

export const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, '0')).join(''));
