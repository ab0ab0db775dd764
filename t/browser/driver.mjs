// Drives Chromium for t/lib/Phone/Browser.pm: reads a call a line (JSON) from standard
// input, writes its answer a line.  Its arguments: the folder of the packages, the
// address of the product, the time limit of each wait in milliseconds.

import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [packages, base, limit] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)('playwright-core');
const axe = readFileSync(`${packages}/node_modules/axe-core/axe.min.js`, 'utf8');

const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
           ...process.getuid() === 0 ? ['--no-sandbox'] : []],
});

const people = {};

// What Chromium itself reports of an answer that is an error; the page shows it.
const EXPECTED = /^Failed to load resource: (the server responded with a status of|net::ERR_(CONNECTION|EMPTY|INCOMPLETE|INTERNET|NETWORK|ABORTED|FAILED))/;

async function within(promise, name) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no end of ${name}`)), Number(limit));
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// The next call, "GET /me", is handled in another way: this path, without its arguments.

async function next(page, call, handle) {
    const [method, path] = call.split(' ');
    let left = 1;
    await page.route((url) => url.pathname === path,
                     (route) => (route.request().method() === method && left-- > 0 ? handle(route) : route.fallback()));
}

// `name` says what is waited for: a text, or a function that makes it when it is needed.

async function until(what, name) {
    const end = Date.now() + Number(limit);
    let said = '';

    for (;;) {
        const value = await what().catch((error) => {
            if (/closed|crashed/.test(error.message)) {
                throw error;
            }
            said = `: ${error.message}`;
        });
        if (value) {
            return value;
        }
        if (Date.now() > end) {
            const sought = typeof name === 'function' ? await name().catch(String) : name;
            throw new Error(`waited in vain for ${sought}${said}`);
        }
        await new Promise((resolve) => { setTimeout(resolve, 30); });
    }
}

// An open sheet hides what is below it.

async function scope(page) {
    const sheet = page.locator('dialog[open]');
    return await sheet.count() ? sheet.last() : page.locator('body');
}

// A page that goes somewhere by itself in that moment ends a try, and so does a machine
// that gets another network interface: Chromium drops what it loads then.

function loads(person, how, name) {
    return until(async () => {
        person.networkChanged = false;
        await how();
        return !person.networkChanged;
    }, name);
}

async function named(page, name) {
    return until(async () => {
        const place = await scope(page);

        for (const role of ['button', 'link', 'checkbox']) {
            const any = place.getByRole(role).filter({ visible: true });

            for (const found of [place.getByRole(role, { name, exact: true }).filter({ visible: true }),
                                 any.filter({ has: page.getByText(name, { exact: true }) })]) {
                if (await found.count()) {
                    return found.first();
                }
            }
        }
        return null;
    }, async () => `a button or link "${name}"; there is: ${await text(page)}`);
}

async function text(page) {
    return (await page.locator('body').innerText()).replace(/\s+/g, ' ');
}

const calls = {
    async person({ name, locale, width, height, dark, worker, touch, at }) {
        const context = at ? people[at].context : await browser.newContext({
            locale, viewport: { width, height }, colorScheme: dark ? 'dark' : 'light',
            serviceWorkers: worker ? 'allow' : 'block', baseURL: base, hasTouch: Boolean(touch),
            reducedMotion: 'reduce',
        });
        const page = await context.newPage();
        const person = people[name] = { context, page, faults: [], log: [], sent: [], bytes: 0, requests: 0 };

        page.setDefaultTimeout(Number(limit));
        await page.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (event) => {
                console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
            });
            new MutationObserver(() => {
                if (document.querySelector('dialog[open] h2')) {
                    window.sheetAt ??= Date.now();
                } else {
                    delete window.sheetAt;
                }
            }).observe(document, { childList: true, subtree: true, attributes: true });
        });
        page.on('console', (message) => {
            const line = `${message.type()}: ${message.text()}`;
            person.log.push(line);
            if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())
                && !/Service Worker registration blocked by Playwright/.test(message.text())) {
                person.faults.push(line);
            }
        });
        page.on('pageerror', (error) => person.faults.push(`page: ${error.stack}`));
        page.on('dialog', (dialog) => {
            if (dialog.type() === 'beforeunload' && person.asked) {
                person.asked(true);
            } else {
                person.faults.push(`a dialog of the browser: ${dialog.type()} ${dialog.message()}`);
            }
            dialog.dismiss();
        });
        page.on('request', (request) => {
            person.sent.push([request.method(), request.url(), JSON.stringify(request.headers()),
                              request.postDataBuffer()?.toString() ?? ''].join(' '));
            if (!request.url().startsWith(base) && !/^(blob|data):/.test(request.url())) {
                person.faults.push(`asks another host: ${request.url()}`);
            }
        });
        page.on('requestfinished', async (request) => {
            const response = await request.response().catch(() => null);
            const sizes = await request.sizes().catch(() => null);
            person.log.push(`${request.method()} ${request.url()} ${response?.status()}`);
            person.requests++;
            person.bytes += sizes ? sizes.responseBodySize + sizes.responseHeadersSize : 0;
        });
        page.on('requestfailed', (request) => {
            const why = request.failure()?.errorText;
            person.log.push(`${request.method()} ${request.url()} ${why}`);
            person.networkChanged ||= why === 'net::ERR_NETWORK_CHANGED';
        });
    },

    open: (person, path) => loads(person, () => person.page.goto(path), `${path} to open`),
    reload: (person) => loads(person, () => person.page.reload(), 'the page to load again'),
    // The browser asks before it loads the page again, and the person stays.
    stays: async (person) => {
        const asked = new Promise((resolve) => { person.asked = resolve; });

        await person.page.evaluate(() => { setTimeout(() => location.reload()); });
        await within(asked, 'the question of the browser');
        person.asked = null;
    },
    back: ({ page }) => page.goBack().then(() => true),
    // what is drawn anew in that moment is looked for again; what a busy machine has pressed
    // late is not pressed twice
    press: ({ page }, name) => until(async () => {
        await (await named(page, name)).click({ timeout: 2000 }).catch((error) => {
            if (!/performing click action(?![^]*retrying)/.test(error.message)) {
                throw error;
            }
        });
        return true;
    }, `"${name}" to be pressed`),
    // what a button saves as a file: its name and its text
    saves: async ({ page }, name) => {
        const [file] = await Promise.all([page.waitForEvent('download'), (await named(page, name)).click()]);
        return [file.suggestedFilename(), readFileSync(await file.path(), 'utf8')];
    },
    key: ({ page }, key) => page.keyboard.press(key),
    keys: ({ page }, typed) => page.keyboard.type(typed),
    fill: async ({ page }, label, value) => (await until(async () => {
        const field = (await scope(page)).getByLabel(label, { exact: true }).filter({ visible: true });
        return await field.count() ? field.first() : null;
    }, async () => `a field "${label}"; there is: ${await text(page)}`)).fill(value),
    // a file that a field takes: its name and its text
    chooses: async ({ page }, label, name, content) => (await scope(page)).getByLabel(label, { exact: true })
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) }).then(() => true),
    value: async ({ page }, label) => (await scope(page)).getByLabel(label, { exact: true })
        .filter({ visible: true }).first().inputValue(),
    sees: async ({ page }, what) => {
        let there;
        return until(async () => (there = await text(page)).includes(what), async () => `"${what}"; there is: ${there}`);
    },
    misses: ({ page }, what) => until(async () => !(await text(page)).includes(what), `"${what}" to go`),
    finds: ({ page }, selector) => page.locator(selector).first().waitFor({ state: 'attached' }).then(() => true),
    count: ({ page }, selector) => page.locator(selector).count(),
    at: ({ page }, path) => until(async () => new URL(page.url()).pathname.startsWith(path),
                                  async () => `the address ${path}; it is ${page.url()}`),
    text: ({ page }) => text(page),
    focus: ({ page }) => page.evaluate(() => {
        const at = document.activeElement;
        return at.getAttribute('aria-label') || at.labels?.[0]?.textContent || at.textContent.trim();
    }),
    run: ({ page }, code) => within(page.evaluate(code), code),
    language: ({ context }, language) => context.setExtraHTTPHeaders({ 'Accept-Language': language }),
    size: ({ page }, width, height) => page.setViewportSize({ width, height }),
    scheme: ({ page }, colorScheme) => page.emulateMedia({ colorScheme }),
    // the clock of the page: seconds since 1970, and it stands still; null: as it was
    clock: async ({ page }, at) => {
        await page.evaluate((seconds) => {
            window.clockWas ??= Date.now;
            Date.now = seconds === null ? window.clockWas : () => seconds * 1000;
        }, at);
        return true;
    },
    offline: ({ context }, off) => context.setOffline(Boolean(off)),
    cookies: ({ context }) => context.clearCookies(),
    shot: ({ page }, file) => page.screenshot({ path: file }).then(() => true),

    // The next answers to a path are lost on the way: the call itself has arrived.
    lose: async ({ page }, path, times) => {
        let left = times;
        await page.route((url) => url.pathname.startsWith(path), async (route) => {
            if (left-- > 0) {
                await route.fetch();
                await route.abort('connectionreset');
            } else {
                await route.fallback();
            }
        });
    },

    // The next requests of a path are cut off; 0: no longer.
    drop: async ({ page }, path, times) => {
        let left = times;
        await page.unroute(`**${path}`);
        await page.route(`**${path}`, (route) => (left-- > 0 ? route.abort('failed') : route.fallback()));
    },

    // The answer to the next call arrives later, milliseconds: events overtake it.
    hold: ({ page }, call, late) => next(page, call, async (route) => {
        const response = await route.fetch();
        await new Promise((resolve) => { setTimeout(resolve, late); });
        await route.fulfill({ response }).catch(() => {});  // nobody waits for it any more
    }),

    // The next call gets another answer, and does not arrive.
    answer: ({ page }, call, status, json) => next(page, call, (route) => route.fulfill({ status, json })),

    // The answer to the next call has another text in it.
    alter: ({ page }, call, from, to) => next(page, call, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(from, to) });
    }),

    // 1.6 Mbit/s, 150 ms, nothing kept: when the first text is painted, what moves after.
    slowly: async ({ context, page }, path) => {
        const devtools = await context.newCDPSession(page);
        await devtools.send('Network.enable');
        await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
        await devtools.send('Network.emulateNetworkConditions',
                            { offline: false, latency: 150, downloadThroughput: 200000, uploadThroughput: 94000 });
        await page.goto(path);
        await page.locator('h1').first().waitFor();
        return page.evaluate(() => new Promise((resolve) => {
            let shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((one) => { shift += one.value; }))
                .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve({ shift, ms: performance.getEntriesByName('first-contentful-paint')[0].startTime }),
                       500);
        }));
    },

    wide: ({ page }) => page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        return [...document.querySelectorAll('body *')]
            .filter((element) => element.checkVisibility() && !element.closest('.skip, .hidden-text, svg, .clip *'))
            .filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && (box.right > width + 1 || box.left < -1)
                       || element.matches('.lines') && element.scrollHeight > element.clientHeight + 1
                       || element.matches('.pane, .sheet') && element.scrollWidth > element.clientWidth + 1;
            })
            .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);
    }),

    axe: async ({ page }, colours) => {
        if (!await page.evaluate(() => Boolean(window.axe))) {
            await page.evaluate(axe);
        }
        return page.evaluate(async (only) => (await window.axe.run(document, {
            resultTypes: ['violations'], ...only ? { runOnly: ['color-contrast'] } : {},
        })).violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`),
        colours);
    },

    // Forms, fields, buttons, links and tables that a screen reader has no name for, and forms
    // of one name.
    nameless: ({ page }) => page.evaluate(() => {
        const text = (one) => one?.textContent.trim() || '';
        const named = (one) => one.getAttribute('aria-label')?.trim()
            || (one.getAttribute('aria-labelledby') || '').split(' ').map((id) => text(document.getElementById(id))).join('')
            || one.matches('input, select, textarea') && [...one.labels].map(text).join('')
            || one.matches('a, button, summary') && (text(one) || one.querySelector('img')?.alt)
            || one.matches('table') && text(one.caption)
            || one.matches('svg') && text(one.querySelector('title')) || '';
        const found = [...document.querySelectorAll('form, input:not([type=hidden]), select, textarea, button, a[href], '
            + 'summary, table, nav, dialog, svg[role=img], [role=group], [role=log]')];
        const forms = found.filter((one) => one.matches('form') && named(one)).map(named);

        return [...found.filter((one) => !named(one)).map((one) => one.outerHTML.slice(0, 120)),
                ...forms.filter((one, i) => forms.indexOf(one) < i).map((one) => `two forms "${one}"`)];
    }),

    // What is pressed, and is narrower or lower than 44 px; a link in a text is not.
    small: ({ page }) => page.evaluate(() =>
        [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
            .filter((one) => one.checkVisibility() && !one.closest('.skip, p'))
            .map((one) => ({ one, box: (one.closest('label') || one).getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
            .map(({ one, box }) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${one.outerHTML.slice(0, 120)}`)),

    // Texts of the page that nobody has typed, letters of the other language in them.
    foreign: ({ page }, pattern) => page.evaluate((source) => {
        const other = new RegExp(source, 'u');
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];

        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.parentElement;
            if (other.test(node.data) && !at.closest('bdi, [lang]:not(html), script, noscript, .number')) {
                found.push(node.data);
            }
        }
        for (const element of document.querySelectorAll('[aria-label]')) {
            if (other.test(element.getAttribute('aria-label'))) {
                found.push(element.getAttribute('aria-label'));
            }
        }
        return found;
    }, pattern),

    // every request of the page: its method, address, headers and body
    sent: ({ sent }) => sent,
    faults: ({ faults }) => faults,
    figures: ({ bytes, requests }) => ({ bytes, requests }),
    evidence: async ({ page, log, faults }, file) => {
        await page.screenshot({ path: `${file}.png` }).catch(() => {});
        writeFileSync(`${file}.log`, [page.url(), ...faults, ...log].join('\n') + '\n');
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { call, name, args } = JSON.parse(line);
    let answer;

    try {
        const value = call === 'person' ? await calls.person({ name, ...args[0] })
                                        : await calls[call](people[name], ...args);
        answer = { value: value ?? null };
    } catch (error) {
        answer = { error: error.message };
    }

    process.stdout.write(`${JSON.stringify(answer)}\n`);
}

await browser.close();
