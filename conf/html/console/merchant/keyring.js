// The keys of this browser: CryptoKeys in IndexedDB, which nobody can read out, the page
// included.  { id, merchant, keyId, type, sign, public?, made, platform: the fingerprints
// of the platform's keys that the merchant has seen }

const STORE = 'keys';

export const idOf = ({ merchant, keyId }) => `${merchant}/${keyId}`;

/** @returns {Promise<any[]>} */

export async function stored() {
    try {
        return await within('readonly', (keys) => keys.getAll());
    } catch {
        return [];                      // a private window, or switched off
    }
}

export function keep(entry) {
    return within('readwrite', (keys) => keys.put({ ...entry, id: idOf(entry) }));
}

export function remove(id) {
    return within('readwrite', (keys) => keys.delete(id));
}

function within(mode, act) {
    return new Promise((resolve, reject) => {
        const opening = indexedDB.open('phone.merchant', 1);

        opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'id' });
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
            const database = opening.result;
            const change = database.transaction(STORE, mode);
            const request = act(change.objectStore(STORE));

            change.oncomplete = () => {
                database.close();
                resolve(request.result);
            };
            change.onabort = () => {
                database.close();
                reject(change.error);
            };
        };
    });
}
