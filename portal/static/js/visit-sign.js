// A signature by finger, pen or mouse; whoever cannot draw types the name and confirms it instead.

const INK = 3;

class Pad {
  constructor(box) {
    this.box = box;
    this.canvas = box.querySelector('canvas');
    this.form = box.closest('form');
    this.strokes = [];
    box.hidden = false;
    this.fit();
    addEventListener('resize', () => this.fit());
    this.canvas.addEventListener('pointerdown', (event) => this.down(event));
    this.canvas.addEventListener('pointermove', (event) => this.move(event));
    for (const name of ['pointerup', 'pointercancel']) this.canvas.addEventListener(name, () => { this.open = null; });
    box.querySelector('[data-sign-clear]').addEventListener('click', () => this.clear());
    this.form.addEventListener('cleared', () => this.clear());
    this.form.addEventListener('formdata', ({ formData }) => { if (this.strokes.length) formData.set('drawing', this.file()); });
  }

  fit() {
    const scale = Math.max(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(this.canvas.clientWidth * scale);
    this.canvas.height = Math.round(this.canvas.clientHeight * scale);
    this.pen = this.canvas.getContext('2d');
    this.pen.scale(scale, scale);
    Object.assign(this.pen, { lineCap: 'round', lineJoin: 'round', lineWidth: INK, strokeStyle: getComputedStyle(this.canvas).color });
    for (const stroke of this.strokes) this.draw(stroke);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.open = [this.at(event)];
    this.strokes.push(this.open);
    this.draw(this.open);
    this.box.dataset.drawn = '';
  }

  move(event) {
    if (!this.open) return;
    for (const one of event.getCoalescedEvents?.() || [event]) this.open.push(this.at(one));
    this.draw(this.open);
  }

  draw(stroke, pen = this.pen) {
    pen.beginPath();
    pen.moveTo(...stroke[0]);
    for (const point of stroke) pen.lineTo(...point);
    pen.stroke();
  }

  clear() {
    this.strokes = [];
    delete this.box.dataset.drawn;
    this.fit();
  }

  // black on white whatever the theme
  file() {
    const sheet = document.createElement('canvas');
    sheet.width = this.canvas.clientWidth * 3;
    sheet.height = this.canvas.clientHeight * 3;
    const pen = sheet.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.scale(3, 3);
    Object.assign(pen, { lineCap: 'round', lineJoin: 'round', lineWidth: INK, strokeStyle: '#000' });
    for (const stroke of this.strokes) this.draw(stroke, pen);
    const bytes = Uint8Array.from(atob(sheet.toDataURL('image/png').split(',')[1]), (one) => one.charCodeAt(0));
    return new File([bytes], 'signature.png', { type: 'image/png' });
  }
}

export const start = () => { for (const box of document.querySelectorAll('[data-sign-pad]')) new Pad(box); };
