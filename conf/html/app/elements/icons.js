// Every icon of the pages, drawn with one pen on 24 by 24.

import { svg } from '../../lib/dom.js';

const SHAPES = {
    bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
    mail: 'M4 6h16v12H4zM4 7l8 6 8-6',
    card: 'M3 6h18v12H3zM3 10h18M7 15h3',
    me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6',
    book: 'M6 3h13v18H6zM3 7h5M3 12h5M3 17h5M12.5 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9.5 16c.5-2 1.5-3 3-3s2.5 1 3 3',
    back: 'M15 5l-7 7 7 7',
    next: 'M9 5l7 7-7 7',
    close: 'M6 6l12 12M18 6L6 18',
    check: 'M5 12.5l4.5 4.5L19 7.5',
    clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
    cross: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6',
    plus: 'M12 5v14M5 12h14',
    erase: 'M9 6h11v12H9l-6-6zM12 10l5 4M17 10l-5 4',
    write: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
    reply: 'M10 6l-6 6 6 6M4 12h9c4 0 7 2 7 6',
    forward: 'M14 6l6 6-6 6M20 12h-9c-4 0-7 2-7 6',
    block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6',
    bin: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
    clip: 'M19.5 11.5l-8 8a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.6 1.6 0 0 1-2.3-2.3L14.5 7',
    send: 'M4 12l16-8-5 16-3-6z',
    device: 'M7 3h10v18H7zM11 18h2',
    health: 'M3 12h4l3-7 4 14 3-7h4',
    ledger: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h3',
    shop: 'M4 10h16v10H4zM4 10l2-6h12l2 6M10 20v-6h4v6',
    search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
    chart: 'M4 4v16h16M8 16v-4M12 16V7M16 16v-6',
    key: 'M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9M18 12v4',
    bell: 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
    bellOff: 'M6 16v-5c0-1.5.5-2.8 1.4-3.8M10 5.4a6 6 0 0 1 8 5.6v3M18 18H4l2-2M10 21h4M4 4l16 16',
    alert: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 8v5M12 16v.5',
};

export function icon(name, props = {}) {
    return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', ...props },
               svg('path', { d: SHAPES[name] }));
}
