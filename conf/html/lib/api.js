// Calls of the API.  An error is the server's own sentence, in the person's language.
// A call whose answer was lost is sent again by itself, with the same Idempotency-Key,
// so that it is done once.

import { lang, t } from './i18n.js';
import { unique } from './store.js';

const TRIES = 6;
const PATIENCE = 20000;
const UNKNOWN = new Set(['BUSY', 'STORE_UNAVAILABLE', 'NO_ANSWER']);
const SESSION_CALLS = new Set(['/login', '/login/code', '/logout']);

const watchers = new Set();

let secret = '';
let ahead = 0;                          // of the server, milliseconds

export class Refusal extends Error {
    constructor(status, reply, retryAfter) {
        super(reply.code);
        this.status = status;
        this.code = reply.code;
        this.reply = reply;
        this.field = reply.field;
        this.requestId = reply.request_id;
        this.retryAfter = retryAfter;
        this.wasLost = false;           // an earlier try may have been done
    }

    // The server is away, or its answer was lost: the same call may succeed later.

    get isAway() {
        return UNKNOWN.has(this.code);
    }

    get text() {
        if (this.code === 'NO_ANSWER') {
            return t('error.noAnswer');
        }

        const said = lang() === 'zh' ? this.reply.message_zh : this.reply.message;
        return said || t('error.unreadable', { status: this.status });
    }
}

// The operator's token: it goes with each call, and is in this variable only.

export function useToken(text) {
    secret = text;
}

export function hasToken() {
    return secret !== '';
}

// Tells whether the server answers: fn('away' or 'there').

export function watch(fn) {
    watchers.add(fn);
}

function tell(state) {
    watchers.forEach((fn) => fn(state));
}

// The time, whatever the clock of the device says.

export const now = () => Date.now() + ahead;

export const get = (path, options) => call('GET', path, undefined, options);
export const post = (path, fields, options) => call('POST', path, fields || {}, options);
export const put = (path, fields, options) => call('PUT', path, fields || {}, options);
export const del = (path, fields, options) => call('DELETE', path, fields, options);

// options: signal; onLost(tries), called before a call is sent again; tries, at most;
// patience, how many milliseconds an answer may take; token, instead of that of useToken();
// asBlob, the answer is a file; keyless, the call may be done twice, and needs none of the
// keys that a number has for a day; once, keeps the Idempotency-Key until there is an answer
// (elements/form.js).  Instead of fields, a Blob is sent as it is.

function call(method, path, fields, options = {}) {
    const { keyless = method === 'GET' } = options;
    const keyed = !keyless && !SESSION_CALLS.has(path);
    const key = keyed ? options.once?.keyOf(path) || unique() : undefined;
    const tries = options.tries || (keyed || keyless ? TRIES : 1);
    const done = again(() => once(method, path, fields, key, options), { ...options, tries });

    done.then(() => options.once?.end(), (error) => isAnswer(error) && options.once?.end());
    return done;
}

// After anything else the call may have been done.

const isAnswer = (error) => error instanceof Refusal && !error.isAway && error.status < 500
                            && error.code !== 'LOGIN_REQUIRED';

// Sends a call until what has become of it is known.

/**
 * @param {() => Promise<any>} send
 * @param {{ tries?: number, signal?: AbortSignal, onLost?: (tries: number) => void }} options
 */

export async function again(send, { tries = TRIES, signal, onLost }) {
    for (let n = 1; ; n++) {
        signal?.throwIfAborted();

        try {
            const reply = await send();
            tell('there');
            return reply;
        } catch (error) {
            signal?.throwIfAborted();

            error.wasLost = n > 1;

            if (!error.isAway) {
                tell('there');
                throw error;
            }

            tell('away');

            if (n >= tries) {
                throw error;
            }

            onLost?.(n);
            await pause(Math.max(400 * 2 ** (n - 1), (error.retryAfter || 0) * 1000), signal);
        }
    }
}

/** @param {{ signal?: AbortSignal, patience?: number, token?: string, asBlob?: boolean }} options */

async function once(method, path, fields, key, options) {
    const { token = secret, asBlob } = options;

    /** @type {Record<string, string>} */
    const headers = {};
    let body;

    if (fields instanceof FormData) {
        body = fields;                  // with a file: the browser sets the type

    } else if (fields instanceof Blob) {
        headers['Content-Type'] = 'application/octet-stream';
        body = fields;

    } else if (fields) {
        headers['Content-Type'] = 'application/json';
        body = JSON.stringify(fields);
    }

    if (token) {
        headers.Authorization = `Bearer ${token}`;
    }

    if (key) {
        headers['Idempotency-Key'] = key;
    }

    const [response, reply] = await answered(path, { method, headers, body },
                                             (got) => (asBlob && got.ok ? got.blob() : got.json()),
                                             options);

    if (!response.ok) {
        const refusal = new Refusal(response.status, reply, retryAfter(response));
        if (refusal.code === 'LOGIN_REQUIRED') {
            document.dispatchEvent(new CustomEvent('phone:logout', { detail: 'expired' }));
        }

        throw refusal;
    }

    return reply;
}

export function retryAfter(response) {
    return Math.min(Number(response.headers.get('Retry-After')) || 0, 10);
}

// The response, and what read() makes of it; in time.

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {(response: Response) => Promise<any>} read
 * @param {{ signal?: AbortSignal, patience?: number }} options
 */

export async function answered(path, init, read, { signal, patience }) {
    const limit = new AbortController();        // AbortSignal.any() is too new
    const stop = () => limit.abort();
    const timer = setTimeout(stop, patience || PATIENCE);
    let response;

    signal?.addEventListener('abort', stop);

    try {
        response = await fetch(path, {
            ...init, cache: 'no-store', credentials: 'same-origin', signal: limit.signal,
        });
        ahead = (Date.parse(response.headers.get('Date')) || Date.now()) - Date.now();
        return [response, await read(response)];
    } catch {
        // cut off, or not by our server: what became of the call is unknown
        throw response?.status >= 400 && response.status < 500
            ? new Refusal(response.status, { code: 'UNREADABLE' })
            : new Refusal(0, { code: 'NO_ANSWER' });
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
    }
}

function pause(ms, signal) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, Math.min(ms, 10000));
        addEventListener('online', resolve, { once: true });
        signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
        }, { once: true });
    });
}
