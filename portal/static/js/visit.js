// The visit desk on site: everything is kept on this device first and sent when it can be; the pages of a visit stay readable.

import { start as answers } from './visit-answers.js';
import { show } from './visit-band.js';
import { start as deedForms } from './visit-deeds.js';
import { start as photos } from './visit-photo.js';
import { start as points } from './visit-points.js';
import { band, drain, news, person } from './visit-send.js';
import { start as signatures } from './visit-sign.js';
import { deeds } from './visit-store.js';

const RETRY = 30000;
const PAGES = /^\/visit\/(\d+)(\/(site|recheck|sign|items\/[^/]+|findings\/(new|\d+)))?$/;

async function worker() {
  if (!('serviceWorker' in navigator)) return;
  const { scope } = band.dataset;
  const registration = await navigator.serviceWorker.register(band.dataset.worker, { scope });
  await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll('main a[href]')].map((one) => new URL(one.href));
  const pages = links.filter((one) => one.origin === location.origin && PAGES.test(one.pathname)).map((one) => one.pathname);
  const assets = performance.getEntriesByType('resource').map((one) => new URL(one.name)).filter((one) => one.origin === location.origin && one.pathname.startsWith('/static/')).map((one) => one.href);
  const ask = (message) => registration.active?.postMessage(message);
  ask({ keep: [...new Set([location.pathname, ...pages, band.dataset.offlinePage])], assets });
  news.addEventListener('sent', ({ detail }) => ask({ keep: [new URL(detail.entry.page, location.origin).pathname], fresh: true }));
}

async function begin() {
  await Promise.all([answers(), deedForms()]);
  photos();
  await points();
  signatures();
  if ((await deeds(person)).some((one) => one.state === 'waiting' && !one.form)) band.dataset.waited = '1';
  await show();
  document.documentElement.dataset.visitReady = '';
  addEventListener('online', async () => {
    if ((await deeds(person)).some((one) => one.state === 'waiting' && !one.form)) band.dataset.waited = '1';
    drain();
  });
  setInterval(async () => { if (navigator.onLine && (await deeds(person)).some((one) => one.state === 'waiting')) drain(); }, RETRY);
  if (navigator.onLine) drain();
  navigator.storage?.persist?.();
}

if (band && 'indexedDB' in window) {
  begin().catch(() => { /* storage is blocked: forms go the plain way */ });
  worker().catch(() => { /* no worker: the page itself still keeps what is written */ });
}
