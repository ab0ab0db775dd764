// Keeps the pages, not the data: the files below, under the hash of their contents.
// t/tools/pages writes the two lines.

const VERSION = 'd891fa8f9603d4bb';
const FILES = (
    '/app/app.js /app/app.webmanifest /app/bills.js /app/elements/bill.js /app/elements/form.js ' +
    '/app/elements/icons.js /app/elements/pin-pad.js /app/elements/problem.js ' +
    '/app/elements/sheet.js /app/elements/toast.js /app/first.js /app/icon.svg /app/index.html ' +
    '/app/pay.js /app/shell.js /app/state.js /app/views/bills.js /app/views/cards.js ' +
    '/app/views/login.js /app/views/mail.js /app/views/me.js /app/views/secrets.js /lib/api.js ' +
    '/lib/dom.js /lib/en.js /lib/format.js /lib/i18n.js /lib/live.js /lib/router.js ' +
    '/lib/store.js /lib/zh.js /style/base.css /style/elements.css /style/tokens.css'
).split(' ');

const PAGE = '/app/index.html';

self.addEventListener('install', (event) => {
    event.waitUntil(caches.open(VERSION).then((cache) =>
        cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))));
});

self.addEventListener('activate', (event) => {
    event.waitUntil(caches.keys()
        .then((names) => Promise.all(names.filter((name) => name !== VERSION)
                                          .map((name) => caches.delete(name))))
        .then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
    if (event.data === 'take over') {
        self.skipWaiting();
    }
});

self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);

    if (event.request.method !== 'GET' || url.origin !== self.location.origin) {
        return;
    }

    const file = event.request.mode === 'navigate' && url.pathname.startsWith('/app/')
        ? PAGE : url.pathname;

    if (FILES.includes(file)) {
        event.respondWith(kept(file, event.request));
    }
});

async function kept(file, request) {
    const cache = await caches.open(VERSION);
    return await cache.match(file) || fetch(request);
}
