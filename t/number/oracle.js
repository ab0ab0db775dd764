// lib/number.c against Google's libphonenumber, for every region and country
// code that it knows: oracle.js PROGRAM LIBRARY

'use strict';

const { execFileSync } = require('child_process');
const [program, library] = process.argv.slice(2);

const { PhoneNumberUtil, PhoneNumberType, PhoneNumberFormat } = require(library);
const { E164, NATIONAL, INTERNATIONAL } = PhoneNumberFormat;
const util = PhoneNumberUtil.getInstance();

const regions = util.getSupportedRegions().sort();
const everywhere = ['ZZ', ...regions];

// written with a 15 that is not part of the number; with '+' they are read
const notAtHome = new Set(['AR MOBILE']);

// random numbers, the same in each run
let seed = 20261121;

function below(n) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
}

// The number that they read, where it is a valid one.
function theirs(text, region) {
    try {
        const number = util.parse(text, region);
        return util.isValidNumber(number) ? util.format(number, E164) : null;
    } catch (error) {
        return null;
    }
}

// What may come out of a text that may be refused; nothing: anything may.  They
// take a number without its trunk prefix also where everybody writes that: for
// us such a text begins with the country code.
function allowed(text, region) {
    const read = theirs(text, region);

    if (!read) {
        return [];
    }

    return util.getNddPrefixForRegion(region, true)
           && text.startsWith(util.getCountryCodeForRegion(region))
        ? ['-', read, `+${text}`] : ['-', read];
}

const digits = (text) => text.replace(/\D/g, '');

let tests = 0, failed = 0;

// Each case: region, text, and what may come out; nothing: anything may.
function check(name, cases) {
    const input = cases.map(([region, text]) => `${region} ${text}\n`).join('');
    const answers = execFileSync(program, { input, maxBuffer: 1 << 28 })
        .toString().split('\n');
    const bad = cases.map((one, i) => [...one, answers[i]])
        .filter(([, , wanted, answer]) => wanted.length && !wanted.includes(answer));
    const taken = answers.filter((answer) => answer.length > 1).length;

    console.log(`${bad.length ? 'not ' : ''}ok ${++tests} - ${name}: `
        + `${cases.length} texts, ${taken} taken`);

    for (const [region, text, wanted, answer] of bad.slice(0, 20)) {
        console.log(`#   ${region} "${text}": ${answer}, not ${wanted.join(' or ')}`);
    }

    failed += bad.length ? 1 : 0;

    return answers.filter((answer) => answer.length > 1);
}


const examples = [];

for (const region of regions) {
    for (const type of Object.keys(PhoneNumberType)) {
        const number = util.getExampleNumberForType(region, PhoneNumberType[type]);

        // Canada's 310 1234 has no area code, and nobody's phone has it

        if (number && type !== 'UNKNOWN' && `${region} ${type}` !== 'CA UAN') {
            examples.push({ region, type, number, e164: util.format(number, E164) });
        }
    }
}

for (const code of util.getSupportedGlobalNetworkCallingCodes()) {
    const number = util.getExampleNumberForNonGeoEntity(code);
    examples.push({ region: 'ZZ', type: '', number, e164: util.format(number, E164) });
}

const people = examples.filter(({ type }) => /^(FIXED_LINE|MOBILE)$/.test(type));


check('with + a number is itself, whatever the region',
    everywhere.flatMap((region) =>
        examples.map(({ e164 }) => [region, e164, [e164]])));

check('with + and blanks',
    examples.map(({ number, e164 }) =>
        ['CN', util.format(number, INTERNATIONAL).replace(/[^+\d]/g, ' '), [e164]]));

const home = people.filter(({ region, type }) => !notAtHome.has(`${region} ${type}`));

check('the national form',
    home.flatMap(({ region, number, e164 }) => {
        const text = util.format(number, NATIONAL);
        return [[region, text.replace(/[^\d]/g, ' ').trim(), [e164]],
                [region, digits(text), [e164]]];
    }));

check('with the country code of the region, without +',
    home.map(({ region, e164 }) => [region, e164.slice(1), [e164]]));

// never another number than the valid one that they read

check('without +, in another region',
    regions.flatMap((region) => people.map(({ e164 }) =>
        [region, e164.slice(1), allowed(e164.slice(1), region)])));

check('the national form of another region',
    regions.flatMap((region) => people.map(({ number }) => {
        const text = digits(util.format(number, NATIONAL));
        return [region, text, allowed(text, region)];
    })));

const random = [];

for (const region of regions) {
    const code = util.getCountryCodeForRegion(region);
    const trunk = util.getNddPrefixForRegion(region, true) || '';

    for (let i = 0; i < 300; i++) {
        const begin = ['', trunk, `${code}`, `+${code}`, `+${code}`][i % 5];
        let text = begin;

        for (let n = 4 + below(10); n; n--) {
            text += below(10);
        }

        random.push([region, text, allowed(text, region)]);
    }
}

const written = check('random digits', random);

check('what was written is read as itself, whatever the region',
    everywhere.flatMap((region) =>
        written.filter(() => below(20) === 0).map((text) => [region, text, [text]])));

console.log(`1..${tests}`);
process.exitCode = failed ? 1 : 0;
