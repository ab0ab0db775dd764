// What was typed and opened on a page stays when it is drawn in the other language, in the
// page itself and nowhere else.

export function typedIn(page) {
    return {
        forms: [...page.querySelectorAll('form')],
        open: [...page.querySelectorAll('details')].map((one) => one.open),
    };
}

// Some forms come later.

export function retype(page, old, signal) {
    const left = [...old.forms];
    const done = new WeakSet();
    const names = (form) => [...form.elements].map(({ name }) => name).join(' ');
    const observer = new MutationObserver(take);

    function take() {
        for (const form of [...page.querySelectorAll('form')].filter((one) => !old.forms.includes(one))) {
            const at = left.findIndex((one) => names(one) === names(form));

            if (at >= 0 && !done.has(form)) {
                done.add(form);
                resume(left.splice(at, 1)[0], form);
            }
        }

        [...page.querySelectorAll('details')].forEach((one, i) => {
            if (old.open[i] && !done.has(one)) {
                done.add(one);
                one.open = true;
            }
        });
    }

    observer.observe(page, { childList: true, subtree: true });
    signal.addEventListener('abort', () => observer.disconnect());
    take();
}

// One that is being sent, or was refused, still is (app/elements/sent.js).

function resume(from, to) {
    copy(from, to);

    if (from.matches('[aria-busy=true], :has([aria-invalid=true], .problem)')) {
        to.dispatchEvent(new CustomEvent('phone:redrawn'));
    }
}

function copy(from, to) {
    [...from.elements].forEach((field, i) => {
        if (field.type === 'checkbox') {
            to.elements[i].checked = field.checked;
        } else if (field.type === 'file') {
            to.elements[i].files = field.files;
            to.elements[i].dispatchEvent(new Event('change'));
        } else if (field.name) {
            to.elements[i].value = field.value;
        }
    });
}
