// The rubric of a sheet: a typed figure chooses "other", a cell empties the figure; after a save, the call for a
// reason and the item's mark in the list follow what the server says.

const form = document.querySelector('[data-rubric]');
const typed = form.querySelector('[data-score]');
const other = form.querySelector('input[type="radio"][value="other"]');
const call = form.querySelector('[data-need]');
const shapes = { scored: 's-done', na: 's-none', open: 's-empty', reason: 'warn' };

typed?.addEventListener('input', () => { if (other && typed.value) other.checked = true; });

form.addEventListener('change', (event) => {
  if (event.target.type !== 'radio' || !typed) return;
  if (event.target === other) typed.focus();
  else typed.value = '';
});

form.addEventListener('autosaved', (event) => {
  const said = event.detail;
  if (call) call.textContent = said.need ? call.dataset[said.need === 'departed' ? 'departed' : 'star'] : '';
  const link = document.querySelector('.ritems a[aria-current]');
  if (!link || !shapes[said.state]) return;
  link.classList.toggle('ok', said.state === 'scored');
  link.classList.toggle('warn', said.state === 'reason');
  link.querySelector('use')?.setAttribute('href', `#i-${shapes[said.state]}`);
});
