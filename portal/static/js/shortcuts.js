// Review by keyboard: single keys, which can be switched off ([data-shortcuts-switch]) and never act while somebody types.
//
// J next item, K previous item ([data-go="next"], [data-go="previous"]), [ and ] turn pages, F next file,
// digits choose a score (radio inputs named by data-shortcuts, or [data-score] gets the focus), R the reason, ? the list.

const root = document.querySelector('[data-shortcuts]');
const toggle = document.querySelector('[data-shortcuts-switch]');
let digits = '';
let pause = 0;

function off() {
  try { return localStorage.getItem('shortcuts') === 'off'; } catch { return false; }
}

if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener('change', () => {
    try { if (toggle.checked) localStorage.removeItem('shortcuts'); else localStorage.setItem('shortcuts', 'off'); } catch { /* holds for this page */ }
    root.classList.toggle('is-keyless', !toggle.checked);
  });
}

function typing(target) {
  return target.matches('textarea, select, [contenteditable], input:not([type="radio"]):not([type="checkbox"]):not([type="button"]):not([type="submit"])');
}

function score(digit) {
  clearTimeout(pause);
  digits += digit;
  pause = setTimeout(() => { digits = ''; }, 700);
  const radios = [...root.querySelectorAll(`input[type="radio"][name="${CSS.escape(root.dataset.shortcuts)}"]`)];
  const hit = radios.find((one) => Number(one.value) === Number(digits)) || radios.find((one) => Number(one.value) === Number(digit));
  if (hit) { hit.focus(); hit.click(); return true; }
  const field = root.querySelector('[data-score]');
  if (!field) return false;
  field.focus();
  field.value = digit;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

function view(what) {
  return document.querySelector('[data-viewer]')?.viewer?.does(what) || false;
}

function follow(selector) {
  const target = root.querySelector(selector);
  target?.click();
  return Boolean(target);
}

const keys = {
  j: () => follow('[data-go="next"]'),
  k: () => follow('[data-go="previous"]'),
  '[': () => view('previous'),
  ']': () => view('next'),
  f: () => view('next-file'),
  r: () => { const field = root.querySelector('[data-reason]'); field?.focus(); return Boolean(field); },
  '?': () => { const list = document.getElementById('shortcuts'); list?.showModal?.(); return Boolean(list); },
};

document.addEventListener('keydown', (event) => {
  if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && typing(event.target)) { event.target.blur(); return; }
  if (typing(event.target)) return;
  const done = /^[0-9]$/.test(event.key) ? score(event.key) : keys[event.key.toLowerCase()]?.();
  if (done) event.preventDefault();
});
