// The figures of GET /metrics, and what two readings of them tell.

// The lines as a Map, from name and labels to the value.

export function parse(text) {
    const values = new Map();

    for (const line of text.split('\n')) {
        const found = /^(\w+(?:\{[^}]*\})?) (\S+)/.exec(line);
        if (found) {
            values.set(found[1], Number(found[2]));
        }
    }

    return values;
}

export async function read(signal) {
    const response = await fetch('/metrics', { signal, cache: 'no-store' });

    if (!response.ok) {
        throw new Error(`metrics: ${response.status}`);
    }

    return { at: performance.now(), values: parse(await response.text()) };
}

// A second, between two readings.  Figures that nginx has reset give 0.

export function rate(before, now, wanted) {
    return Math.max(0, sum(now, wanted) - sum(before, wanted)) * 1000 / (now.at - before.at);
}

export function sum({ values }, wanted) {
    let total = 0;

    for (const [name, value] of values) {
        if (wanted.test(name)) {
            total += value;
        }
    }

    return total;
}

// The bound in milliseconds under which a part of the calls between two readings was;
// null: there were none.

export function quantile(before, now, histogram, part) {
    const buckets = [...now.values].map(([name, value]) => {
        const found = name.startsWith(`${histogram}_bucket{`) && /le="([^"]+)"/.exec(name);
        return found && { bound: found[1] === '+Inf' ? Infinity : Number(found[1]),
                          count: value - (before.values.get(name) || 0) };
    }).filter(Boolean).sort((a, b) => a.bound - b.bound);

    const all = buckets.at(-1)?.count || 0;

    return all > 0 ? buckets.find(({ count }) => count >= all * part).bound * 1000 : null;
}
