// What is seen of one file on its way: name, bar, amount, state in words, and what can be done.

const NS = 'http://www.w3.org/2000/svg';

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function icon(name) {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(NS, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

export function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes(bytes)} MB`;
}

export function fill(text, values) {
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`%(${name})s`, value), text);
}

export class Tile {
  constructor(file, text) {
    Object.assign(this, { file, text });
    this.root = element('li', 'evi');
    this.facts = element('p', 'evi-facts facts');
    this.why = element('p', 'why');
    this.bar = element('progress');
    this.bar.max = file.size;
    this.bar.value = 0;
    this.bar.setAttribute('aria-label', file.name);
    this.acts = element('div', 'evi-act');
    const picture = element('span', 'evi-pic');
    picture.append(icon('file'));
    this.root.append(picture, element('p', 'evi-name', file.name), this.facts, this.bar, this.acts);
    this.say(size(file.size), text.textWaiting);
  }

  say(...facts) {
    this.facts.replaceChildren(...facts.filter(Boolean).map((one) => element('span', '', one)));
  }

  sent(done, secondsLeft) {
    this.bar.value = done;
    this.amount = fill(this.text.textSent, { done: megabytes(done), all: megabytes(this.file.size) });
    this.say(this.amount, secondsLeft >= 2 && fill(this.text.textSeconds, { n: Math.ceil(secondsLeft) }));
  }

  // buttons keep the focus that their predecessor had
  offer(...wanted) {
    const had = this.acts.contains(document.activeElement);
    this.acts.replaceChildren(...wanted.map(([kind, name, label, act]) => {
      const button = element('button', kind === 'tool' ? 'tool' : 'btn btn-s');
      button.type = 'button';
      button.append(icon(name));
      if (kind === 'tool') button.setAttribute('aria-label', `${label} ${this.file.name}`); else button.append(document.createTextNode(label));
      button.addEventListener('click', act);
      return button;
    }));
    if (had) this.acts.firstElementChild?.focus();
  }

  fail(reason, ...acts) {
    this.root.classList.add('evi-fail');
    this.bar.remove();
    this.say(size(this.file.size));
    this.why.replaceChildren(element('b', '', `${this.text.textFailed} `), document.createTextNode(reason));
    this.why.setAttribute('role', 'alert');
    this.facts.after(this.why);
    this.offer(...acts);
  }

  again() {
    this.root.classList.remove('evi-fail');
    this.why.remove();
    this.facts.after(this.bar);
  }

  done(answer) {
    const had = this.root.contains(document.activeElement);
    const shelf = element('template');
    shelf.innerHTML = answer.html || '';
    const made = shelf.content.firstElementChild;
    if (!made) return;
    this.root.replaceWith(made);
    if (had) made.querySelector('a, button')?.focus();
  }
}
