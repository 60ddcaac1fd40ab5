// Follows long work: asks for the page again while it is under way and puts the fresh figures and rows in place.

const EVERY = 2000;
const PATIENCE = 15000;
let pause = EVERY;

async function follow() {
  const old = document.querySelector('[data-work]');
  if (!old?.hasAttribute('data-work-open')) return;
  if (!document.hidden && !old.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-work]');
      if (!fresh) return;
      const state = old.querySelector('[data-work-state]');
      const told = fresh.querySelector('[data-work-state]');
      // the line that is read aloud stays where it is, so that its change is noticed
      if (state && told) { state.innerHTML = told.innerHTML; told.replaceWith(state); }
      old.replaceWith(fresh);
      pause = EVERY;
    } catch { pause = Math.min(pause * 2, PATIENCE); }
  }
  setTimeout(follow, pause);
}

setTimeout(follow, EVERY);
