// Pictures that go with mails.  Large ones, and those of other formats that the browser can
// read, are made smaller here; what is none goes as it is, and is refused.

const LONGEST = 2048;           // pixels of a side
const ENOUGH = 1_500_000;       // bytes
const SENT = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** @param {File} file */

async function smaller(file) {
    if (SENT.has(file.type) && file.size <= ENOUGH) {
        return file;
    }

    try {
        const bitmap = await createImageBitmap(file);
        const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
        const canvas = document.createElement('canvas');

        canvas.width = Math.max(1, Math.round(bitmap.width * scale));
        canvas.height = Math.max(1, Math.round(bitmap.height * scale));
        const context = canvas.getContext('2d');

        context.fillStyle = '#fff';             // a JPEG has no transparency
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);

        return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), 'image/jpeg', 0.85));
    } catch {
        return file;
    }
}

// The fields of a call, with a picture if there is one.

/**
 * @param {Record<string, string | string[]>} fields
 * @param {File | undefined} file
 */

export async function withPicture(fields, file) {
    if (!file) {
        return fields;
    }

    const form = new FormData();

    for (const [name, value] of Object.entries(fields)) {
        if (Array.isArray(value)) {
            value.forEach((one) => form.append(`${name}[]`, one));
        } else if (value.trim()) {
            form.append(name, value);
        }
    }

    form.append('picture', await smaller(file), 'picture');

    return form;
}
