// What a page keeps while it is shown, also when it is drawn in the other language: the
// rows of its tables, what has become of its forms.

const things = new Map();

export const forgetPage = () => things.clear();

// The same thing for the same name, until the page is left.

export function ofPage(name, make) {
    if (!things.has(name)) {
        things.set(name, make());
    }

    return things.get(name);
}
