// Evidence viewer: zoom, rotate, pages and files in place; its links work without it.
//
// <section data-viewer data-text-page="Page %(n)s of %(all)s">
//   buttons or links: data-viewer-do="zoom-in|zoom-out|rotate|previous|next|next-file"
//   [data-viewer-name] [data-viewer-at] [data-viewer-zoom]: where name, page and zoom are said
//   <div class="view-page" data-viewer-page><img src alt></div>
//   <a data-viewer-file data-name="…" data-kind="image|frame" data-pages="/url/1 /url/2" data-original="/url">: the strip
//   a file without pages is opened by its own link; [data-viewer-original] follows the file shown

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

class Viewer {
  constructor(root) {
    this.root = root;
    this.page = root.querySelector('[data-viewer-page]');
    this.files = [...root.querySelectorAll('[data-viewer-file]')];
    this.file = this.files.findIndex((one) => one.hasAttribute('aria-current'));
    this.at = Number(root.dataset.at || 0);
    this.zoom = 2;
    this.turn = 0;
    root.addEventListener('click', (event) => {
      const doing = event.target.closest('[data-viewer-do]');
      const file = event.target.closest('[data-viewer-file]');
      if (doing && this.does(doing.dataset.viewerDo)) event.preventDefault();
      if (file && this.page && this.pages(file).length && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.open(this.files.indexOf(file)); }
    });
    this.draw();
  }

  pages(file = this.files[this.file]) {
    return (file?.dataset.pages || '').split(' ').filter(Boolean);
  }

  does(what) {
    const acts = {
      'zoom-in': () => { this.zoom = Math.min(this.zoom + 1, STEPS.length - 1); this.draw(); },
      'zoom-out': () => { this.zoom = Math.max(this.zoom - 1, 0); this.draw(); },
      rotate: () => { this.turn = (this.turn + 90) % 360; this.draw(); },
      previous: () => this.go(this.at - 1),
      next: () => this.go(this.at + 1),
      'next-file': () => this.files.length && this.open((this.file + 1) % this.files.length),
    };
    if (!acts[what]) return false;
    acts[what]();
    return true;
  }

  open(number) {
    if (!this.pages(this.files[number]).length) { this.files[number].click(); return; }
    for (const one of this.root.querySelectorAll('.strip [aria-current]')) one.removeAttribute('aria-current');
    this.file = number;
    this.files[number].setAttribute('aria-current', 'true');
    this.turn = 0;
    this.at = 0;
    this.load();
  }

  go(number) {
    if (number < 0 || number >= this.pages().length) return;
    this.at = number;
    this.load();
  }

  load() {
    const file = this.files[this.file];
    const url = this.pages()[this.at];
    if (!url || !this.page) { file.click(); return; }
    const original = this.root.querySelector('[data-viewer-original]');
    if (original && file.dataset.original) original.href = file.dataset.original;
    const shown = document.createElement(file.dataset.kind === 'frame' ? 'iframe' : 'img');
    if (shown.tagName === 'IFRAME') { shown.setAttribute('sandbox', ''); shown.title = file.dataset.name; } else shown.alt = file.dataset.name;
    shown.addEventListener('load', () => this.draw());
    shown.src = url;
    this.page.replaceChildren(shown);
    this.page.scrollTop = 0;
    this.draw();
  }

  draw() {
    const image = this.page?.querySelector('img, svg');
    const scale = STEPS[this.zoom];
    if (image) {
      // a page lying on its side is as wide as it was high: its room is turned with it, so that all of it can be scrolled to
      const room = Math.min(37, this.page.clientWidth / parseFloat(getComputedStyle(document.documentElement).fontSize) - 2);
      const ratio = this.turn % 180 && image.naturalWidth ? image.naturalHeight / image.naturalWidth : 1;
      const wide = (room * scale) / ratio;
      const lying = ratio !== 1;
      image.classList.toggle('is-zoomed', scale !== 1 || lying);
      image.style.width = scale === 1 && !lying ? '' : `${wide}rem`;
      image.style.margin = lying ? `${(wide - wide * ratio) / 2}rem ${(wide * ratio - wide) / 2}rem` : '';
      image.style.transform = this.turn ? `rotate(${this.turn}deg)` : '';
    }
    const all = this.pages().length;
    const say = (name, text) => { const place = this.root.querySelector(`[data-viewer-${name}]`); if (place && text !== undefined) place.textContent = text; };
    say('zoom', `${Math.round(scale * 100)}%`);
    if (all) {
      say('at', (this.root.dataset.textPage || '').replace('%(n)s', this.at + 1).replace('%(all)s', all));
      say('name', this.files[this.file].dataset.name);
    }
  }
}

for (const root of document.querySelectorAll('[data-viewer]')) root.viewer = new Viewer(root);
