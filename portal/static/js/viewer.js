// Evidence viewer: zoom, rotate, pages and files in place; its links work without it.
//
// <section data-viewer data-text-page="Page %(n)s of %(all)s" data-text-alt data-text-loading data-text-failed data-text-again>
//   buttons or links: data-viewer-do="zoom-in|zoom-out|fit|rotate|previous|next|next-file|previous-file"
//   [data-viewer-name] [data-viewer-at] [data-viewer-zoom]: where name, page and zoom are said
//   <div class="view-page" data-viewer-page><img src alt></div>
//   <a data-viewer-file="id" data-name="…" data-label="…" data-pages="/url/1 /url/2" data-original="/url">: the strip
//   a file without pages is opened by its own link; [data-viewer-original] follows the file shown
// Tells "shown" with {file, page, label, pages} whenever another page is shown.

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const PLAIN = 2;
const WIDEST = 37;

class Viewer {
  constructor(root) {
    this.root = root;
    this.page = root.querySelector('[data-viewer-page]');
    this.files = [...root.querySelectorAll('[data-viewer-file]')];
    this.file = this.files.findIndex((one) => one.hasAttribute('aria-current'));
    this.at = Number(root.dataset.at || 0);
    this.zoom = PLAIN;
    this.fit = false;
    this.turn = 0;
    root.addEventListener('click', (event) => {
      const doing = event.target.closest('[data-viewer-do]');
      const file = event.target.closest('[data-viewer-file]');
      if (doing && this.does(doing.dataset.viewerDo)) event.preventDefault();
      if (file && this.page && this.pages(file).length && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.open(this.files.indexOf(file)); }
    });
    addEventListener('resize', () => this.draw());
    const image = this.page?.querySelector('img');
    if (image && image.loading !== 'lazy') this.follow(image);
    this.draw();
  }

  pages(file = this.files[this.file]) {
    return (file?.dataset.pages || '').split(' ').filter(Boolean);
  }

  does(what) {
    const step = (number) => { this.fit = false; this.zoom = Math.min(Math.max(number, 0), STEPS.length - 1); this.draw(); };
    const acts = {
      'zoom-in': () => step(this.zoom + 1),
      'zoom-out': () => step(this.zoom - 1),
      fit: () => { this.fit = !this.fit; this.zoom = PLAIN; this.draw(); },
      rotate: () => { this.turn = (this.turn + 90) % 360; this.draw(); },
      previous: () => this.go(this.at - 1),
      next: () => this.go(this.at + 1),
      'next-file': () => this.files.length && this.open((this.file + 1) % this.files.length),
      'previous-file': () => this.files.length && this.open((Math.max(this.file, 0) + this.files.length - 1) % this.files.length),
    };
    if (!acts[what]) return false;
    acts[what]();
    return true;
  }

  open(number) {
    if (!this.page || !this.pages(this.files[number]).length) { this.files[number].click(); return; }
    for (const one of this.root.querySelectorAll('.strip [aria-current]')) one.removeAttribute('aria-current');
    this.file = number;
    this.files[number].setAttribute('aria-current', 'true');
    this.files[number].scrollIntoView({ block: 'nearest', inline: 'nearest' });
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
    if (!url || !this.page?.matches('[data-viewer-page]')) { file.click(); return; }
    const original = this.root.querySelector('[data-viewer-original]');
    if (original && file.dataset.original) original.href = file.dataset.original;
    const image = document.createElement('img');
    image.alt = (this.root.dataset.textAlt || '').replace('%(name)s', file.dataset.name).replace('%(n)s', this.at + 1);
    image.src = url;
    this.page.classList.remove('view-paper');
    this.page.replaceChildren(image);
    this.page.scrollTop = 0;
    this.follow(image);
    this.draw();
    this.tell();
  }

  // says that a page is on its way, and what to do when it does not come
  follow(image) {
    const done = () => { this.page.removeAttribute('aria-busy'); this.page.querySelector('.view-wait')?.remove(); };
    const failed = () => { done(); this.page.replaceChildren(this.refusal()); };
    if (image.complete && image.naturalWidth) { this.ahead(); return; }
    if (image.complete && image.currentSrc) { failed(); return; }
    const wait = document.createElement('p');
    wait.className = 'view-wait';
    wait.setAttribute('role', 'status');
    wait.textContent = this.root.dataset.textLoading || '';
    this.page.setAttribute('aria-busy', 'true');
    this.page.append(wait);
    image.addEventListener('load', () => { done(); this.draw(); this.ahead(); });
    image.addEventListener('error', failed);
  }

  refusal() {
    const box = document.createElement('div');
    box.className = 'view-none';
    const words = document.createElement('p');
    words.setAttribute('role', 'alert');
    words.textContent = this.root.dataset.textFailed || '';
    const again = document.createElement('button');
    again.className = 'btn';
    again.type = 'button';
    again.textContent = this.root.dataset.textAgain || '';
    again.addEventListener('click', () => this.load());
    box.append(words, again);
    return box;
  }

  // the next page is fetched while this one is read
  ahead() {
    const next = this.pages()[this.at + 1];
    if (next) new Image().src = next;
  }

  tell() {
    const file = this.files[this.file];
    this.root.dispatchEvent(new CustomEvent('shown', { bubbles: true, detail: {
      file: file.dataset.viewerFile, page: this.at + 1, label: file.dataset.label || file.dataset.name, pages: this.pages().length } }));
  }

  draw() {
    const image = this.page?.querySelector('img');
    let scale = STEPS[this.zoom];
    if (image) {
      // a page lying on its side is as wide as it was high: its room is turned with it, so that all of it can be scrolled to
      const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const room = Math.min(WIDEST, this.page.clientWidth / em - 2);
      const tall = image.naturalWidth ? image.naturalHeight / image.naturalWidth : 1;
      const lying = Boolean(this.turn % 180) && tall !== 1;
      if (this.fit) scale = Math.min((this.page.clientWidth / em - 2) / room, (this.page.clientHeight / em - 2) / (room * (lying ? 1 / tall : tall)));
      const wide = (room * scale) / (lying ? tall : 1);
      image.classList.toggle('is-zoomed', scale !== 1 || lying);
      image.style.width = scale === 1 && !lying ? '' : `${wide}rem`;
      image.style.margin = lying ? `${(wide - wide * tall) / 2}rem ${(wide * tall - wide) / 2}rem` : '';
      image.style.transform = this.turn ? `rotate(${this.turn}deg)` : '';
    }
    const all = this.pages().length;
    const say = (name, text) => { const place = this.root.querySelector(`[data-viewer-${name}]`); if (place && text !== undefined) place.textContent = text; };
    say('zoom', `${Math.round(scale * 100)}%`);
    if (all && image) {
      say('at', (this.root.dataset.textPage || '').replace('%(n)s', this.at + 1).replace('%(all)s', all));
      say('name', this.files[this.file].dataset.name);
    }
  }
}

for (const root of document.querySelectorAll('[data-viewer]')) root.viewer = new Viewer(root);
