// The rubric of a sheet: a typed figure chooses "other", a cell empties the figure, steps add up to a score, the page
// shown can be marked as the basis; after a save, the call for a reason and the item's mark follow what the server says.

const form = document.querySelector('[data-rubric]');
const typed = form?.querySelector('[data-score]');
const other = form?.querySelector('input[type="radio"][value="other"]');
const steps = [...(form?.querySelectorAll('[data-step]') || [])];
const shapes = { scored: 's-done', na: 's-none', open: 's-empty', draft: 's-half', departed: 'warn' };

// steps say how a score came about; a score chosen otherwise lets go of them
function sum() {
  const points = steps.reduce((all, one) => all + (one.checked ? Number(one.dataset.step) : 0), 0);
  return Math.min(points, Number(form.dataset.max));
}

// of steps that exclude each other the one ticked last holds
function lone(step) {
  for (const one of steps) if (one !== step && step.dataset.group && one.dataset.group === step.dataset.group) one.checked = false;
}

function chosen() {
  const cell = form.querySelector('input[name="choice"]:checked');
  if (cell && cell !== other) return cell.value === 'na' ? NaN : Number(cell.value);
  return typed.value === '' ? NaN : Number(typed.value);
}

function agree() {
  if (steps.some((one) => one.checked) && chosen() !== sum()) for (const one of steps) one.checked = false;
}

function give(points) {
  const cell = [...form.querySelectorAll('input[name="choice"]')].find((one) => one !== other && Number(one.value) === points);
  if (cell) { cell.checked = true; typed.value = ''; } else { if (other) other.checked = true; typed.value = String(points); }
}

form?.addEventListener('input', (event) => {
  if (event.target !== typed) return;
  if (other && typed.value) other.checked = true;
  agree();
});

form?.addEventListener('change', (event) => {
  if (event.target.dataset.step) {
    if (event.target.checked) lone(event.target);
    give(sum());
  }
  if (event.target.name !== 'choice') return;
  if (event.target === other) typed.focus();
  else typed.value = '';
  agree();
});

form?.addEventListener('autosaved', (event) => {
  const said = event.detail;
  const call = form.querySelector('[data-need]');
  if (call) call.textContent = said.need ? call.dataset[said.need === 'departed' ? 'departed' : 'star'] : '';
  const link = document.querySelector('.ritems a[aria-current]');
  if (!link || !shapes[said.state]) return;
  link.classList.toggle('ok', said.state === 'scored');
  link.classList.toggle('warn', said.state === 'draft' || said.state === 'departed');
  link.querySelector('use')?.setAttribute('href', `#i-${shapes[said.state]}`);
});

// the basis is one page: one line offers the page shown, another keeps the mark on a page that is not
const place = form?.querySelector('[data-basis]');
if (place) {
  const [kept, shown] = ['kept', 'shown'].map((name) => place.querySelector(`[data-basis-${name}]`));
  const [keptBox, shownBox] = [kept, shown].map((line) => line.querySelector('input'));
  let marked = keptBox.checked ? keptBox.value : shownBox.checked ? shownBox.value : '';
  let named = (keptBox.checked ? kept : shown).dataset.name;

  const draw = () => {
    kept.hidden = keptBox.disabled = !marked || marked === shownBox.value;
    keptBox.value = marked;
    keptBox.checked = !kept.hidden;
    shownBox.checked = marked !== '' && marked === shownBox.value;
    kept.querySelector('[data-basis-name]').textContent = place.dataset.textKept.replace('%(page)s', named);
    const address = new URL(location);
    [['file', marked.split(':')[0]], ['page', marked.split(':')[1] || '1']].forEach((pair) => address.searchParams.set(...pair));
    kept.querySelector('a').href = address;
  };

  place.addEventListener('change', (event) => {
    marked = event.target.checked ? event.target.value : '';
    named = event.target.closest('label').dataset.name;
    draw();
  });

  document.addEventListener('shown', (event) => {
    const { file, page, label, pages } = event.detail;
    shownBox.value = `${file}:${page}`;
    shownBox.disabled = shown.hidden = false;
    shown.dataset.name = pages > 1 ? `${label} ${place.dataset.textPage.replace('%(n)s', page)}` : label;
    shown.querySelector('[data-basis-name]').textContent = place.dataset.textMark.replace('%(page)s', shown.dataset.name);
    draw();
  });
}

// the item at hand stands in view on the list, which scrolls by itself
const list = document.querySelector('.ritems');
const here = list?.querySelector('a[aria-current]');
if (here) list.scrollTop += here.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
