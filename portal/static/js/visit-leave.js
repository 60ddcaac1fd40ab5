// Whoever signs out leaves no pages behind on a shared device; what has not been sent is asked about first and never thrown away.

async function clear() {
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) if (name.startsWith('visit-')) await caches.delete(name);
  for (const one of (await navigator.serviceWorker?.getRegistrations?.()) || []) if (new URL(one.scope).pathname.startsWith('/visit/')) await one.unregister();
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
      await Promise.race([clear(), new Promise((done) => { setTimeout(done, 1500); })]);
    } catch { /* nothing was kept */ }
    form.submit();
  });
}

// a session that has ended is a sign-out too
if (document.querySelector('#sign_in')) clear().catch(() => {});
