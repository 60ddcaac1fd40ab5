// Where a photo was taken: asked only of somebody who has allowed it here, shown before it is sent.

const ALLOWED = 'visit-place';
const boxes = [...document.querySelectorAll('[data-place-allowed]')];

const allowed = () => { try { return localStorage.getItem(ALLOWED) === '1'; } catch { return false; } };

function ask() {
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done([`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`, Math.round(coords.accuracy)]),
      (error) => done([null, error.code]), { enableHighAccuracy: true, maximumAge: 60000, timeout: 8000 });
  });
}

export async function whereNow() {
  if (!allowed() || !('geolocation' in navigator)) return '';
  return (await ask())[0] || '';
}

async function say(box) {
  const line = box.closest('[data-place]').querySelector('[data-place-line]');
  if (!box.checked) { line.textContent = ''; return; }
  line.textContent = box.dataset.textAsking;
  const [place, extra] = await ask();
  line.textContent = place ? box.dataset.textPlace.replace('%(place)s', place).replace('%(metres)s', extra) : box.dataset.textNone;
}

export function start() {
  if (!('geolocation' in navigator)) return;
  for (const box of boxes) {
    box.closest('[data-place]').hidden = false;
    box.checked = allowed();
    if (box.checked) say(box);
    box.addEventListener('change', () => {
      try { localStorage.setItem(ALLOWED, box.checked ? '1' : '0'); } catch { /* asked again next time */ }
      say(box);
    });
  }
}
