// Starts what a page asks for by its attributes; every page works without it.

const wanted = {
  '[data-upload]': './upload.js',
  'form[data-autosave]': './autosave.js',
  '[data-viewer]': './viewer.js',
  '[data-rubric]': './rubric.js',
  '[data-shortcuts]': './shortcuts.js',
  '[data-sign-out], #sign_in': './visit-leave.js',
  '[data-work-open]': './work.js',
  '[data-choose]': './choose.js',
};

const started = Object.entries(wanted)
  .filter(([selector]) => document.querySelector(selector))
  .map(([, module]) => import(module));

// says that keys and drops are listened to from now on
Promise.all(started).then(() => { document.documentElement.dataset.ready = ''; });

// light or dark and the size of the text: shown only where the choice works
const root = document.documentElement;
for (const box of document.querySelectorAll('[data-look-menu]')) box.hidden = false;
for (const choice of document.querySelectorAll('[data-look]')) {
  const name = choice.dataset.look;
  if (name === 'theme' && !CSS.supports('color', 'light-dark(#000, #fff)')) choice.hidden = true;
  const show = () => { for (const one of choice.querySelectorAll('input')) one.checked = one.value === (root.dataset[name] ?? ''); };
  choice.addEventListener('change', (event) => {
    const value = event.target.value;
    if (value) root.dataset[name] = value; else delete root.dataset[name];
    try {
      if (value) localStorage.setItem(name, value); else localStorage.removeItem(name);
    } catch { /* lasts for this page only */ }
  });
  choice.closest('details')?.addEventListener('toggle', show);
  show();
}

// of a strip that is wider than the window the current end is shown
for (const here of document.querySelectorAll('.desks [aria-current], .desk-links [aria-current], .tabs [aria-current]')) {
  const strip = here.parentElement;
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.offsetLeft - strip.clientWidth / 3;
}

// the error summary takes the focus
document.querySelector('[data-focus]')?.focus();

// small conveniences
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit-on-change]')) event.target.form?.requestSubmit();
});

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open-dialog]');
  if (opener) {
    const dialog = document.getElementById(opener.dataset.openDialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
  if (event.target.closest('[data-close-dialog]')) event.target.closest('dialog')?.close();
  if (event.target.closest('[data-print]')) window.print();
  for (const open of document.querySelectorAll('details.menu[open], details.look-menu[open], details.why-pop[open]')) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = event.target.closest?.('details.menu[open], details.look-menu[open], details.why-pop[open]');
  if (open) { open.open = false; open.querySelector('summary').focus(); }
});

// characters written so far: <textarea maxlength="500"> with <p data-count-for="id">
for (const line of document.querySelectorAll('[data-count-for]')) {
  const area = document.getElementById(line.dataset.countFor);
  if (!area) continue;
  const show = () => { line.textContent = `${area.value.length} / ${area.maxLength > 0 ? area.maxLength : '∞'}`; };
  area.addEventListener('input', show);
  show();
}

// whoever signs out leaves nothing behind on a shared machine
for (const form of document.querySelectorAll('[data-sign-out]')) {
  form.addEventListener('submit', () => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith('kept:')) localStorage.removeItem(key);
      indexedDB.deleteDatabase('uploads');
    } catch { /* nothing was kept */ }
  });
}
