// The item page: after an autosave the explanation, the points and the states are shown as the server has them.

import { renew } from './parts.js';

document.addEventListener('autosaved', (event) => renew(event.detail?.parts, event.detail?.version));
