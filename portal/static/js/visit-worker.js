// The visit desk's worker: keeps the pages of the visits that this person opened, and the scripts and styles they need.
// The server marks what may be kept and for whom (Visit-Kept-For); nothing else is kept. DIGEST and ASSETS stand before this line.

const SHELL = `visit-shell:${DIGEST}`;
const PAGES = 'visit-pages:';
const PATIENCE = 5000;
const OLDEST = 72 * 3600 * 1000;
const FRESH = 5 * 60 * 1000;
const NEVER = ['/visit/worker.js', '/visit/pass'];
// Grows when somebody signs out: what was asked for before is not kept after.
let generation = 0;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(ASSETS)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('visit-shell:') && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || NEVER.includes(url.pathname)) return;
  if (url.pathname.startsWith('/static/')) event.respondWith(asset(request));
  else if (url.pathname.startsWith('/visit/')) event.respondWith(page(event, request));
});

self.addEventListener('message', (event) => {
  const { keep = [], assets = [], fresh = false, leave = false } = event.data || {};
  if (leave) generation += 1;
  const born = generation;
  event.waitUntil((async () => {
    if (leave) {
      for (const name of await caches.keys()) if (name.startsWith(PAGES)) await caches.delete(name);
      event.ports[0]?.postMessage('left');
      return;
    }
    const shell = await caches.open(SHELL);
    for (const address of assets) if (!(await shell.match(address))) await shell.add(address).catch(() => {});
    for (const address of keep) await fetchAndKeep(address, fresh, born).catch(() => {});
  })());
});

// an address carries the digest of what it gives, so what is kept under it never grows old
async function asset(request) {
  return (await caches.match(request, { ignoreVary: true })) || fetch(request);
}

async function page(event, request) {
  const born = generation;
  const kept = await keptCopy(request);
  const network = fetch(request).then((answer) => {
    const copy = answer.clone();
    event.waitUntil(keepPage(request.url, copy, born));
    return answer;
  });
  try {
    if (!kept) return await network;
    // a signal that carries nothing is none
    return await Promise.race([network, new Promise((_done, fail) => { setTimeout(() => fail(new Error('late')), PATIENCE); })]);
  } catch {
    network.catch(() => {});
    return kept || (request.mode === 'navigate' && (await keptCopy(new Request('/visit/offline')))) || Response.error();
  }
}

async function keptCopy(request) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const shelf = await caches.open(name);
    const found = (await shelf.match(request, { ignoreVary: true })) || (request.mode === 'navigate' && (await shelf.match(request, { ignoreVary: true, ignoreSearch: true })));
    if (found && Date.now() - Date.parse(found.headers.get('Date')) < OLDEST) return found;
  }
  return undefined;
}

async function keepPage(address, answer, born) {
  const person = answer.headers.get('Visit-Kept-For');
  if (!answer.ok || answer.redirected || !person || born !== generation) return;
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== PAGES + person) await caches.delete(name);
  await (await caches.open(PAGES + person)).put(address, answer);
  if (born !== generation) await caches.delete(PAGES + person);
}

async function fetchAndKeep(address, fresh, born) {
  const kept = await keptCopy(new Request(address));
  if (kept && !fresh && Date.now() - Date.parse(kept.headers.get('Date')) < FRESH) return;
  await keepPage(new URL(address, self.location.origin).href, await fetch(address, { credentials: 'same-origin', headers: { Accept: 'text/html' } }), born);
}
