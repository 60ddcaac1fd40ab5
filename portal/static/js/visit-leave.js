// Whoever signs out leaves no pages behind on a shared device; what has not been sent is asked about first and never thrown away.

// the worker lets go first: a page that is on its way to it would be kept after everything was cleared
function letGo(worker) {
  return new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    setTimeout(done, 800);
    worker.postMessage({ leave: true }, [channel.port2]);
  });
}

async function clear() {
  if (!('caches' in window)) return;
  const desks = ((await navigator.serviceWorker?.getRegistrations?.()) || []).filter((one) => new URL(one.scope).pathname.startsWith('/visit/'));
  for (const one of desks) if (one.active) await letGo(one.active);
  for (const name of await caches.keys()) if (name.startsWith('visit-')) await caches.delete(name);
  for (const one of desks) await one.unregister();
}

async function unsent() {
  const known = await indexedDB.databases?.();
  if (known && !known.some((one) => one.name === 'visit')) return 0;
  const { person } = document.querySelector('[data-band]')?.dataset || {};
  if (!person) return 0;
  const { deeds } = await import('./visit-store.js');
  return (await deeds(person)).filter((one) => one.state === 'waiting').length;
}

for (const form of document.querySelectorAll('[data-sign-out]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const left = await unsent();
      const band = document.querySelector('[data-band]');
      if (left && !confirm(band.dataset.textLeaving.replace('%(n)s', left))) return;
      await Promise.race([clear(), new Promise((done) => { setTimeout(done, 2500); })]);
    } catch { /* nothing was kept */ }
    form.submit();
  });
}

// a session that has ended is a sign-out too
if (document.querySelector('#sign_in')) clear().catch(() => {});
