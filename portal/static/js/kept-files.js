// Unfinished uploads keep their file on this device, so that they go on by themselves after the page was closed or reloaded.

const NAME = 'uploads';
const DAYS = 3;

function shelf() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('files', { keyPath: 'url' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function on(mode, deed) {
  const db = await shelf();
  try {
    return await new Promise((done, fail) => {
      const asked = deed(db.transaction('files', mode).objectStore('files'));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  } finally { db.close(); }
}

// a browser that keeps nothing (a private window) still uploads; the file is then chosen again
const quietly = (deed) => deed.catch(() => undefined);

export const keep = (url, file, paused = false) => quietly(on('readwrite', (store) => store.put({ url, file, paused, at: Date.now() })));
export const forget = (url) => quietly(on('readwrite', (store) => store.delete(url)));

export async function kept(url) {
  const found = await quietly(on('readonly', (store) => store.get(url)));
  if (found && Date.now() - found.at > DAYS * 86400000) { await forget(url); return undefined; }
  return found;
}
