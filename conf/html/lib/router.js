// Addresses and what they show.  A route is [pattern, page]: ":name" in the pattern
// is a parameter.  Links to the app's own addresses are followed without a reload.

import { retype, typedIn } from './typed.js';

let base = '/app';
let routes = [];
let drawn = new AbortController();

/** @type {(route: object, how: string) => void} */
let show = () => {};

/** @type {(address: string) => boolean} */
let mayLeave = () => true;

// options: mayLeave; base, where the addresses begin.

/** @param {{ mayLeave?: (address: string) => boolean, base?: string }} [options] */

export function start(table, draw, options = {}) {
    base = options.base || base;
    routes = table.map(([pattern, page]) => ({ page, match: matcher(pattern) }));
    show = draw;
    mayLeave = options.mayLeave || mayLeave;

    document.addEventListener('click', follow);
    addEventListener('popstate', () => render('back'));
    render('start');
}

// A page of the site whose location has "error_page 401 /app/index.html": the address is
// that page's.

export function isOutside() {
    return !`${location.pathname}/`.startsWith(`${base}/`);
}

export function path() {
    return isOutside() ? '/login' : location.pathname.slice(base.length) || '/';
}

export function href(to) {
    return base + to;
}

/** @param {{ replace?: boolean }} [options] */

export function go(to, options = {}) {
    if (!mayLeave(href(to))) {
        return;
    }

    if (options.replace) {
        history.replaceState(null, '', href(to));
    } else if (href(to) !== location.pathname + location.search) {
        history.pushState(null, '', href(to));
    }

    render('go');
}

// Draws the page anew, mostly in the other language.  keeps: what was typed is there again.

export function again({ keeps = true } = {}) {
    const old = keeps && typedIn(document.body);

    render('again');

    if (old) {
        retype(document.body, old, drawn.signal);
    }
}

function render(how) {
    drawn.abort();
    drawn = new AbortController();
    show(find(), how);
}

function find() {
    const here = path();

    for (const { page, match } of routes) {
        const params = match(here);
        if (params) {
            return { page, params, path: here, query: new URLSearchParams(location.search) };
        }
    }

    return { page: null, params: {}, path: here, query: new URLSearchParams() };
}

function matcher(pattern) {
    const names = [];
    const expression = new RegExp(`^${pattern.replace(/:(\w+)/g, (_, name) => {
        names.push(name);
        return '([^/]+)';
    })}/?$`);

    return (text) => {
        const found = expression.exec(text);

        try {
            return found && Object.fromEntries(names.map((name, i) =>
                [name, decodeURIComponent(found[i + 1])]));
        } catch {
            return null;                // not an address of ours
        }
    };
}

function follow(event) {
    const link = event.target.closest?.('a[href]');

    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey
        || event.shiftKey || link.target || link.origin !== location.origin
        || !link.pathname.startsWith(`${base}/`))
    {
        return;
    }

    event.preventDefault();
    go(link.pathname.slice(base.length) + link.search, { replace: link.dataset.replace === '' });
}
