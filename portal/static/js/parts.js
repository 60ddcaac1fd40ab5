// Parts of a page that an answer renews: {"name": "<html of ours>"} goes into [data-part="name"].

export function renew(parts) {
  for (const [name, html] of Object.entries(parts || {})) {
    for (const place of document.querySelectorAll(`[data-part="${CSS.escape(name)}"]`)) {
      const shelf = document.createElement('template');
      shelf.innerHTML = html;
      place.replaceChildren(shelf.content);
    }
  }
}
