// The item page: after an autosave the explanation of the points is shown as the server has it.

document.addEventListener('autosaved', (event) => {
  const html = event.detail?.html?.explained;
  const place = document.querySelector('[data-explained]');
  if (!html || !place) return;
  const shelf = document.createElement('template');
  shelf.innerHTML = html;
  place.replaceChildren(shelf.content);
});
