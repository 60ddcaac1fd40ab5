// Starts what a page asks for by its attributes; every page works without it.

const wanted = {
  '[data-upload]': './upload.js',
  'form[data-autosave]': './autosave.js',
  '[data-viewer]': './viewer.js',
  '[data-rubric]': './rubric.js',
  '[data-shortcuts]': './shortcuts.js',
};

const started = Object.entries(wanted)
  .filter(([selector]) => document.querySelector(selector))
  .map(([, module]) => import(module));

// says that keys and drops are listened to from now on
Promise.all(started).then(() => { document.documentElement.dataset.ready = ''; });

// theme: a button appears only where it can work
const root = document.documentElement;
const systemDark = matchMedia('(prefers-color-scheme: dark)');
for (const button of document.querySelectorAll('[data-theme-switch]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { localStorage.setItem('theme', root.dataset.theme); } catch { /* lasts for this page only */ }
  });
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
  for (const open of document.querySelectorAll('details.menu[open], details.desk-switch[open], details.why-pop[open]')) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = event.target.closest?.('details.menu[open], details.desk-switch[open], details.why-pop[open]');
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
    } catch { /* nothing was kept */ }
  });
}
