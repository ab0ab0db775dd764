// What outlives a reload: typed text (of this tab, of one number), and the choices
// of this browser.  Secrets are never given to it: fields of forms that are secret
// have no name here (elements/form.js).

function area(name) {
    try {
        return window[name];
    } catch {
        return null;                    // switched off in this browser
    }
}

function read(storage, key) {
    try {
        return JSON.parse(storage.getItem(key));
    } catch {
        return null;
    }
}

function write(storage, key, value) {
    try {
        if (value === null || value === undefined) {
            storage.removeItem(key);
        } else {
            storage.setItem(key, JSON.stringify(value));
        }
    } catch {
        // full, or switched off: the page works without
    }
}

export const choice = {
    get: (key) => read(area('localStorage'), `phone.${key}`),
    set: (key, value) => write(area('localStorage'), `phone.${key}`, value),
};

export const tab = {
    get: (key) => read(area('sessionStorage'), `phone.${key}`),
    set: (key, value) => write(area('sessionStorage'), `phone.${key}`, value),
};

// Who is logged in, as far as this browser knows; the server decides.

export const who = {
    get: () => choice.get('who'),
    set: (phone) => choice.set('who', phone),
};

// What was typed belongs to who has typed it: in a console to the merchant or the operator,
// whoever is logged in to the app of this browser.

let typist = () => who.get() || '';

const draftKey = (name) => `draft.${typist()}.${name}`;

export const draft = {
    of: (name) => { typist = () => name; },
    get: (name) => tab.get(draftKey(name)) || {},
    set: (name, fields) => tab.set(draftKey(name), Object.values(fields).some(Boolean) ? fields : null),
    clear: (name) => tab.set(draftKey(name), null),

    // all of the one who types
    forget: () => {
        try {
            const storage = window.sessionStorage;

            Object.keys(storage).filter((key) => key.startsWith(`phone.${draftKey('')}`))
                .forEach((key) => storage.removeItem(key));
        } catch {
            // switched off
        }
    },
};

// Money that was sent, and it is not known whether it went.  It stays in this browser, whoever
// logs in or locks it, until that is known: then it is sent once more under the same number.

export const unsettled = {
    get: (name) => choice.get(`unsettled.${name}`),
    set: (name, fields) => choice.set(`unsettled.${name}`, fields),
};

// A name that nobody else takes, in pages without TLS as well.

export function unique() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)),
                      (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// One payment of a bill has one id, however often it is sent.

export function payId(billId) {
    const key = `pay.${billId}`;
    let id = tab.get(key);

    if (!id) {
        id = `web-${unique()}`;
        tab.set(key, id);
    }

    return id;
}

// What a number has typed in this tab is forgotten, whoever is logged in now.

export function forgetTyped(phone) {
    const storage = /** @type {any} */ (area('sessionStorage'));

    Object.keys(storage || {}).filter((key) => key.startsWith(`phone.draft.${phone || ''}.`))
        .forEach((key) => storage.removeItem(key));
}
