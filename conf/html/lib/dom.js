// Elements made by code.  Texts become text nodes: nothing is parsed as markup.

const PROPERTIES = new Set(['value', 'defaultValue', 'checked', 'disabled', 'hidden', 'selected', 'open']);
const SVG = 'http://www.w3.org/2000/svg';

export function h(name, props, ...children) {
    return fill(document.createElement(name), props, children);
}

export function svg(name, props, ...children) {
    return fill(document.createElementNS(SVG, name), props, children);
}

function fill(element, props, children) {
    for (const [key, value] of Object.entries(props || {})) {
        if (value === undefined || value === null || value === false) {
            continue;
        }

        if (key.startsWith('on')) {
            element.addEventListener(key.slice(2), value);

        } else if (PROPERTIES.has(key)) {
            element[key] = value;

        } else {
            element.setAttribute(key, value === true ? '' : value);
        }
    }

    add(element, children);
    return element;
}

export function add(element, ...children) {
    for (const child of children.flat(Infinity)) {
        if (child !== undefined && child !== null && child !== false) {
            element.append(child);
        }
    }

    return element;
}

// Draws anew.  A link that had the focus has it again.

export function put(element, ...children) {
    const at = element.contains(document.activeElement) && document.activeElement.getAttribute('href');

    element.replaceChildren();
    add(element, children);

    if (at) {
        element.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
    }

    return element;
}

// Makes these the children.  What is there already is moved only if it has to be, so that it
// keeps the focus, and the page its place.

export function arrange(element, children) {
    for (const child of [...element.childNodes]) {
        if (!children.includes(child)) {
            child.remove();
        }
    }

    children.forEach((child, i) => {
        if (element.childNodes[i] !== child) {
            element.insertBefore(child, element.childNodes[i] || null);
        }
    });
}

// What a person or a merchant has written: its direction and language are its own.

export function bdi(text, props) {
    return h('bdi', props, text);
}
