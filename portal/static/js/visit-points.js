// Drawn points on a phone: a number is tapped to be next, and one that already waits on this device is not offered again.

import { deeds } from './visit-store.js';
import { news, person } from './visit-send.js';

const select = document.querySelector('#add-point select[name="listed"]');

function take(number) {
  for (const place of document.querySelectorAll(`[data-pick-listed="${number}"]`)) place.closest('li').hidden = true;
  const option = [...select.options].find((one) => one.value === number);
  if (option) { option.disabled = true; option.hidden = true; }
  if (select.value === number) select.value = [...select.options].find((one) => !one.disabled)?.value || '';
}

async function refresh() {
  const url = select.form.action;
  for (const one of await deeds(person)) {
    const number = one.url === url && one.fields.find(([name]) => name === 'listed')?.[1];
    if (number) take(number);
  }
}

export async function start() {
  if (!select) return;
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-pick-listed]');
    if (!link) return;
    event.preventDefault();
    select.value = link.dataset.pickListed;
    select.form.scrollIntoView({ block: 'start' });
    select.form.elements.place.focus({ preventScroll: true });
  });
  select.form.addEventListener('cleared', refresh);
  news.addEventListener('drained', refresh);
  await refresh();
}
