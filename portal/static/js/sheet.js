// The statistics sheet: a block copied from a spreadsheet fills the cells from the one it is pasted into; arrows move between
// rows; an autosave marks the cells that are wrong and renews indicators and warnings.

import { renew } from './parts.js';

const form = document.querySelector('form[data-sheet]');
const grid = [...form.querySelectorAll('table.sheet tr:not(.group)')]
  .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.querySelector('input')))
  .filter((row) => row.some(Boolean));
const say = form.querySelector('[data-paste-say]');

function place(input) {
  const row = grid.findIndex((cells) => cells.includes(input));
  return row < 0 ? null : { row, column: grid[row].indexOf(input) };
}

function cells(text) {
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').map((line) => line.split('\t').map((one) => one.trim()));
}

function changed() { form.dispatchEvent(new Event('input', { bubbles: true })); }

form.addEventListener('paste', (event) => {
  const at = place(event.target);
  const block = cells(event.clipboardData?.getData('text/plain') || '');
  if (!at || (block.length === 1 && block[0].length === 1)) return;
  event.preventDefault();
  const before = new Map();
  block.forEach((line, down) => line.forEach((text, across) => {
    const input = grid[at.row + down]?.[at.column + across];
    if (!input) return;
    before.set(input, input.value);
    input.value = text;
  }));
  const undo = document.createElement('button');
  undo.type = 'button';
  undo.className = 'btn btn-s';
  undo.textContent = form.dataset.textUndo;
  undo.addEventListener('click', () => {
    for (const [input, value] of before) input.value = value;
    say.replaceChildren();
    event.target.focus();
    changed();
  });
  say.replaceChildren(document.createTextNode(`${form.dataset.textPasted.replace('%(n)s', before.size)} `), undo);
  changed();
});

form.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  const at = step && !event.isComposing ? place(event.target) : null;
  if (!at) return;
  event.preventDefault();
  for (let row = at.row + step; grid[row]; row += step) {
    const next = grid[row][at.column];
    if (next) { next.focus(); next.select(); return; }
  }
});

form.addEventListener('autosaved', (event) => {
  const wrong = event.detail.cells || {};
  for (const input of grid.flat().filter(Boolean)) {
    const line = document.getElementById(`${input.name}-error`);
    const text = wrong[input.name] || '';
    input.classList.toggle('is-wrong', Boolean(text));
    if (text) { input.setAttribute('aria-invalid', 'true'); input.setAttribute('aria-describedby', line.id); } else { input.removeAttribute('aria-invalid'); input.removeAttribute('aria-describedby'); }
    line.textContent = text;
    line.hidden = !text;
  }
  renew(event.detail.parts);
});
