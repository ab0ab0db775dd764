// The frame of a console: tabs and one pane, and the page at which one gets in.

import * as api from '../../lib/api.js';
import { h, put } from '../../lib/dom.js';
import { addTexts, markLanguage, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { icon } from '../../app/elements/icons.js';
import { closeSheet } from '../../app/elements/sheet.js';
import { mountToasts } from '../../app/elements/toast.js';
import en from './en.js';
import zh from './zh.js';

const pane = h('section', { class: 'pane page' });
const tabs = h('nav', { class: 'tabs' });
const away = h('p', { class: 'away', role: 'status', hidden: true });
const skip = h('a', { class: 'skip', href: '#main' });
const frame = h('div', { class: 'frame console' }, tabs, h('main', { id: 'main' }, pane));

let ended = null;

// options: name, a key; base, where its addresses begin; tabs, { name, icon, label }, the
// first of which is the home; routes, [pattern, { tab, view }]; isOpen(), whether one is in;
// enter(), the page at which one gets in; leave(reason), what is forgotten at the
// end: 'left', by the person.

export function mount(options) {
    markLanguage();
    document.querySelector('noscript')?.remove();
    document.body.append(skip, away, frame);
    mountToasts();
    watchServer();

    // the right to be in is gone, or was put away
    document.addEventListener('phone:logout', (/** @type {CustomEvent} */ event) => {
        if (options.isOpen()) {
            options.leave(event.detail);
            router.again();
        }
    });

    router.start(options.routes, (route, how) => render(options, route, how), { base: options.base });
    document.dispatchEvent(new CustomEvent('phone:started'));
}

addTexts({ en, zh });

function watchServer() {
    let state = 'there';

    const tell = () => {
        const what = navigator.onLine === false ? 'away.offline' : state === 'there' ? '' : 'away.server';

        away.hidden = !what;
        away.textContent = what && t(what);
    };

    api.watch((what) => {
        state = what;
        tell();
    });
    addEventListener('offline', tell);
    addEventListener('online', tell);
}

function render(options, { page, ...route }, how) {
    if (!page) {
        return router.go(`/${options.tabs[0].name}`, { replace: true });
    }

    const open = options.isOpen();

    closeSheet();
    ended?.abort();
    ended = new AbortController();
    frame.classList.toggle('bare', !open);
    showTabs(options.tabs, page);
    put(pane, open ? page.view({ ...route, signal: ended.signal }) : options.enter());

    const heading = pane.querySelector('h1');
    const wanted = pane.querySelector('[autofocus]');

    document.title = `${heading.textContent} · ${t(options.name)}`;

    if (wanted) {
        wanted.focus();
    } else if (how !== 'start') {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        pane.scrollTo(0, 0);
    }
}

function showTabs(list, page) {
    skip.textContent = t('act.skip');
    tabs.setAttribute('aria-label', t('tab.all'));
    put(tabs, list.map(({ name, icon: shape, label }) =>
        h('a', { href: router.href(`/${name}`), class: 'tab',
                 'aria-current': page.tab === name ? 'page' : undefined },
            icon(shape), h('span', {}, t(label)))));
}
