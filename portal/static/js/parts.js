// Parts of a page that an answer renews: {"name": "<html of ours>"} goes into [data-part="name"].
// A part with data-part-keeps holds fields: it is left alone while one of them is being filled in, and what was typed stays.

// Of two answers that cross on their way the one that saw the case later holds: `version` only grows.

let shown = 0;

export function renew(parts, version = shown) {
  if (version < shown) return;
  shown = version;
  for (const [name, html] of Object.entries(parts || {})) {
    for (const place of document.querySelectorAll(`[data-part="${CSS.escape(name)}"]`)) {
      if (place.contains(document.activeElement)) continue;
      const typed = new Map([...place.querySelectorAll('input, textarea')].map((one) => [one.name, one.value]));
      const shelf = document.createElement('template');
      shelf.innerHTML = html;
      if (place.hasAttribute('data-part-keeps')) {
        for (const one of shelf.content.querySelectorAll('input, textarea')) if (typed.get(one.name)) one.value = typed.get(one.name);
      }
      place.replaceChildren(shelf.content);
    }
  }
}
