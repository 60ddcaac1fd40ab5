// The self-check while somebody types: the form is sent as it is, the pieces that changed come back as HTML.

const form = document.querySelector('form[data-selfcheck]');
const PAUSE = 450;
let timer = 0;
let asked = 0;

function put(place, html) {
  if (place.dataset.last === html) return;
  place.dataset.last = html;
  const shelf = document.createElement('template');
  shelf.innerHTML = html;
  place.replaceChildren(shelf.content);
}

function complain(errors) {
  for (const line of form.querySelectorAll('.msg-err')) {
    const name = line.id.replace(/-error$/, '');
    const control = form.elements[name];
    const text = errors[name] || '';
    line.hidden = !text;
    line.querySelector('[data-error]').textContent = text;
    line.closest('.field').classList.toggle('field-err', Boolean(text));
    if (text) control.setAttribute('aria-invalid', 'true'); else control.removeAttribute('aria-invalid');
  }
  // the summary on top speaks of what was sent by the button: it goes once all of it is put right
  if (!Object.keys(errors).length) form.querySelector('.errors')?.remove();
}

async function score() {
  const turn = ++asked;
  const said = form.querySelector('[data-said]');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'omit', headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (turn !== asked) return;
    for (const place of document.querySelectorAll('[data-place]')) {
      const html = found.places[place.dataset.place];
      if (html !== undefined) put(place, html);
    }
    for (const section of form.querySelectorAll('.sc-section')) section.hidden = found.hidden.includes(section.id);
    for (const [name, value] of Object.entries(found.averages)) {
      const control = form.elements[name];
      if (control && control !== document.activeElement) control.value = value;
    }
    form.elements['averages.of'].value = found.type;
    complain(found.errors);
    if (said.textContent !== found.said) said.textContent = found.said;
  } catch {
    if (turn === asked) said.textContent = form.dataset.textFailed;
  }
  form.classList.toggle('is-stale', said.textContent === form.dataset.textFailed);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(score, PAUSE);
}

form.addEventListener('input', soon);
form.addEventListener('change', soon);
// the browser may have put back what was typed before
addEventListener('pageshow', (event) => { if (event.persisted || performance.getEntriesByType('navigation')[0]?.type === 'back_forward') soon(); });
