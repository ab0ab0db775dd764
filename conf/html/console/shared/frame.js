// The frame of a console: tabs and one pane, and the page at which one gets in.

import * as api from '../../lib/api.js';
import { add, h, put } from '../../lib/dom.js';
import { addTexts, markLanguage, t } from '../../lib/i18n.js';
import * as router from '../../lib/router.js';
import { icon } from '../../app/elements/icons.js';
import { closeSheet } from '../../app/elements/sheet.js';
import { mountToasts } from '../../app/elements/toast.js';
import en from './en.js';
import { forgetPage } from '../../lib/kept.js';
import zh from './zh.js';

const pane = h('section', { class: 'pane page' });
const tabs = h('nav', { class: 'tabs' });
const away = h('p', { class: 'away', role: 'status', hidden: true });
const skip = h('a', { class: 'skip', href: '#main' });
const frame = h('div', { class: 'frame console' }, tabs, h('main', { id: 'main' }, pane));

let ended = null;
let left = null;
let here = '';
let wasOpen = false;

const scrolls = new Map();              // of each page that was left

// options: name, a key; base, where its addresses begin; tabs, { name, icon, label }, the
// first of which is the home; routes, [pattern, { tab, view }]; isOpen(), whether one is in;
// enter(), the page at which one gets in; leave(reason), what is forgotten at the
// end: 'left', by the person; mayLeave(), whether the person really wants that; note, an
// element above all pages.  A view gets signal, which ends when it is drawn anew, also in
// the other language, and visit, which ends when one goes to another page.

export function mount(options) {
    markLanguage();
    document.querySelector('noscript')?.remove();
    add(document.body, skip, away, options.note, frame);
    mountToasts();
    watchServer();

    // the right to be in is gone, or was put away
    document.addEventListener('phone:logout', async (/** @type {CustomEvent} */ event) => {
        if (event.detail === 'left' && options.mayLeave && !await options.mayLeave()) {
            return;
        }

        if (options.isOpen()) {
            options.leave(event.detail);
            router.again({ keeps: false });
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
    document.addEventListener('console:drawn', tell);
}

function render(options, { page, ...route }, how) {
    if (!page) {
        return router.go(`/${options.tabs[0].name}`, { replace: true });
    }

    const open = options.isOpen();
    const isSame = how === 'again' && open === wasOpen;
    const before = here;
    const inLanguage = isSame && document.activeElement?.matches('.language');

    scrolls.set(before, pane.scrollTop);
    here = route.path;
    wasOpen = open;
    closeSheet();
    ended?.abort();
    ended = new AbortController();

    if (!isSame) {
        forgetPage();
        left?.abort();
        left = new AbortController();
    }

    frame.classList.toggle('bare', !open);
    showTabs(options.tabs, page);
    put(pane, open ? page.view({ ...route, signal: ended.signal, visit: left.signal }) : options.enter());
    document.title = `${pane.querySelector('h1').textContent} · ${t(options.name)}`;
    focus(how, isSame, inLanguage, before);
    document.dispatchEvent(new CustomEvent('console:drawn'));
}

// Where the eye goes: on the way back from a line of a list, to that line.

function focus(how, isSame, inLanguage, before) {
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => pane.querySelector(selector);
    const heading = find('h1');
    const wanted = find(inLanguage ? '.language' : '[autofocus]');
    const line = before.startsWith(`${here}/`) && find(`a[href="${CSS.escape(router.href(before))}"]`);

    if (how === 'start' || wanted && !line) {
        wanted?.focus();
    } else {
        heading.tabIndex = -1;
        (line || heading).focus({ preventScroll: true });
    }

    if (how !== 'start') {
        pane.scrollTo(0, line || isSame ? scrolls.get(here) : 0);
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
