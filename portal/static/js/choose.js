// A list to choose from: one box for all, and how many are chosen, said beside the button.

for (const form of document.querySelectorAll('[data-choose]')) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"][name]')];
  const all = form.querySelector('[data-choose-all]');
  const line = form.querySelector('[data-choose-count]');
  const show = () => {
    const n = boxes.filter((box) => box.checked).length;
    if (all) { all.checked = n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
    if (line) line.textContent = line.dataset.chooseCount.replace('0', n);
  };
  if (all) {
    all.closest('[hidden]').hidden = false;
    all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; show(); });
  }
  form.addEventListener('change', show);
  show();
}
