// Secrets that the platform has shown this once.  They are in the memory of the tab until they
// are saved, whatever page one goes to; whoever closes it or loads it again is asked before,
// also while one is on its way.

const unsaved = new Set();              // { merchant, key, secret }
let expected = 0;

export const secretsOf = (merchant) => [...unsaved].filter((one) => !merchant || one.merchant === merchant);

export function forgetSecrets() {
    unsaved.clear();
    watch();
}

export function saved(one) {
    unsaved.delete(one);
    watch();
}

// A call whose reply may have a secret.

export async function withSecret(merchant, call) {
    expected++;
    watch();

    try {
        const reply = await call();

        if (reply.secret) {
            unsaved.add({ merchant, key: reply.key_id, secret: reply.secret });
        }

        return reply;
    } finally {
        expected--;
        watch();
    }
}

// A page that listens cannot be kept by the browser for the way back: only while it has to.

function watch() {
    if (unsaved.size || expected) {
        addEventListener('beforeunload', stay);
    } else {
        removeEventListener('beforeunload', stay);
    }

    document.dispatchEvent(new CustomEvent('console:secrets'));
}

const stay = (event) => event.preventDefault();
