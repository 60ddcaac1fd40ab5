// Single keys: they can be switched off ([data-shortcuts-switch]) and never act while somebody types.
//
// [data-key="j"] is pressed by that key ("shift+j" with shift); a field, or anything with data-key-focus, is focused instead,
// an opened summary hands the focus to its first field. On a sheet (data-shortcuts names its score radios): digits choose a
// score, also two of them or one with a point, or write it into [data-score]; shift and a digit ticks a step; m all points,
// c as computed, n not applicable, r the reason; [ ] pages, f files, + - w t zoom, fit and turn; ? the list.
// Control and Enter in a field presses J.

const root = document.querySelector('[data-shortcuts]');
const toggle = document.querySelector('[data-shortcuts-switch]');
let typed = '';
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
root.classList.toggle('is-keyless', off());

function typing(target) {
  return target.matches('textarea, select, [contenteditable], input:not([type="radio"]):not([type="checkbox"]):not([type="button"]):not([type="submit"])');
}

function cells() {
  return [...root.querySelectorAll(`input[type="radio"][name="${CSS.escape(root.dataset.shortcuts || '-')}"]`)];
}

function pick(cell) {
  if (!cell) return false;
  cell.focus();
  cell.click();
  return true;
}

// a figure that no cell has goes into the field, where more can be typed
function give(text) {
  const cell = cells().find((one) => one.value !== '' && Number(one.value) === Number(text));
  if (cell) return pick(cell);
  const field = root.querySelector('[data-score]');
  if (!field) return false;
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

function score(sign) {
  clearTimeout(pause);
  pause = setTimeout(() => { typed = ''; }, 1200);
  typed += sign;
  const hit = cells().find((one) => Number(one.value) === Number(typed));
  if (hit) return pick(hit);
  // 1 . waits for what follows; a digit that continues nothing starts anew
  if (sign === '.') return typed.length > 1 || give('');
  if (typed.includes('.') || !cells().length || Number(typed) <= Number(root.querySelector('[data-max]')?.dataset.max)) return give(typed);
  typed = sign;
  return give(sign);
}

function tick(code) {
  const box = root.querySelectorAll('[data-step]')[Number(code.slice(5)) - 1];
  if (box) { box.focus(); box.click(); }
  return Boolean(box);
}

function view(what) {
  return root.querySelector('[data-viewer]')?.viewer?.does(what) || false;
}

function press(name) {
  const target = root.querySelector(`[data-key="${CSS.escape(name)}"]:not(:disabled)`) || document.querySelector(`[data-key="${CSS.escape(name)}"]:not(:disabled)`);
  if (!target) return false;
  if (target.matches('textarea, select, input[type="text"], [data-key-focus]')) { target.focus(); return true; }
  target.click();
  if (target.matches('summary')) target.parentElement.querySelector('textarea')?.focus();
  return true;
}

const form = () => root.querySelector('[data-rubric]');
const keys = {
  '[': () => view('previous'),
  ']': () => view('next'),
  f: () => view('next-file'),
  'shift+f': () => view('previous-file'),
  '+': () => view('zoom-in'),
  '=': () => view('zoom-in'),
  '-': () => view('zoom-out'),
  w: () => view('fit'),
  t: () => view('rotate'),
  m: () => Boolean(form()) && give(form().dataset.max),
  c: () => Boolean(form()?.dataset.computed) && give(form().dataset.computed),
  n: () => pick(cells().find((one) => one.value === 'na')),
  r: () => { const field = root.querySelector('[data-reason]'); field?.focus(); return Boolean(field); },
  '?': () => { const list = document.getElementById('shortcuts'); list?.showModal?.(); return Boolean(list); },
};

function done(event) {
  if (event.shiftKey && /^Digit[1-9]$/.test(event.code) && event.key !== '?') return tick(event.code);
  if (/^[0-9.]$/.test(event.key)) return score(event.key);
  const letter = /^[a-z]$/i.test(event.key);
  const name = letter && event.shiftKey ? `shift+${event.key.toLowerCase()}` : event.key.toLowerCase();
  return press(name) || Boolean(keys[name]?.());
}

document.addEventListener('keydown', (event) => {
  if (event.isComposing || document.querySelector('dialog[open]')) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && typing(event.target)) { if (press('j')) event.preventDefault(); return; }
  if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && typing(event.target)) { event.target.blur(); return; }
  if (typing(event.target) || event.target.matches('[data-viewer-page]') && /^(Arrow|Page)/.test(event.key)) return;
  if (done(event)) event.preventDefault();
});
