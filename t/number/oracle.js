// lib/number.c against Google's libphonenumber, for every region and country
// code that it knows: oracle.js PROGRAM LIBRARY

'use strict';

const { execFileSync } = require('child_process');
const [program, library] = process.argv.slice(2);

const { PhoneNumber, ShortNumberInfo, PhoneNumberUtil, PhoneNumberType, PhoneNumberFormat } = require(library);
const { E164, NATIONAL, INTERNATIONAL } = PhoneNumberFormat;
const util = PhoneNumberUtil.getInstance();

const LIMIT = 20;       // of what is shown of a property that does not hold

const reasons = Object.fromEntries(
    Object.entries(PhoneNumberUtil.ValidationResult).map(([name, value]) => [value, name]));

const regions = util.getSupportedRegions().sort();
const everywhere = ['ZZ', ...regions];

// Argentina's mobile numbers are written with a 15 that is not part of them, and
// Gabon's with a 0 that is part of some; with '+' all are read.
const notAtHome = new Set(['AR MOBILE', 'GA FIXED_LINE', 'GA MOBILE']);

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

// What may come out of a text that may be refused: never somebody else's
// number.  They take a number without its trunk prefix also where everybody
// writes that, and what is dialed to reach other countries: for us such a text
// begins with the country code, or with the trunk prefix.
function allowed(text, region) {
    const read = theirs(text, region);
    const code = util.getCountryCodeForRegion(region);
    const trunk = util.getNddPrefixForRegion(region, true);

    return (answer) => answer === '-' || answer === read
        || theirs(answer, 'ZZ') !== answer
        || text.startsWith(code) && answer === `+${text}`
        || trunk && text.startsWith(trunk) && answer === `+${code}${text.slice(trunk.length)}`;
}

const digits = (text) => text.replace(/\D/g, '');

let tests = 0, failed = 0;

// Each case: region, text, and what may come out: one text, a function that says
// whether it may, or nothing where anything may.
function check(name, cases, args = []) {
    const input = cases.map(([region, text]) => `${region} ${text}\n`).join('');
    const answers = execFileSync(program, args, { input, maxBuffer: 1 << 28 })
        .toString().split('\n');
    const bad = cases.map((one, i) => [...one, answers[i]])
        .filter(([, , wanted, answer]) => typeof wanted === 'function'
            ? !wanted(answer) : wanted !== undefined && wanted !== answer);
    const taken = answers.filter((answer) => answer.length > 1);

    console.log(`${bad.length ? 'not ' : ''}ok ${++tests} - ${name}: `
        + `${cases.length} texts, ${taken.length} taken`);

    for (const [region, text, wanted, answer] of bad.slice(0, LIMIT)) {
        console.log(`#   ${region} "${text}": ${answer}`
            + (typeof wanted === 'string' ? `, not ${wanted}` : ''));
    }

    failed += bad.length ? 1 : 0;

    return taken;
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

// Others like them: some of the digits are random, or there are more or fewer,
// up to the 15 digits of E.164.
function others(example, times) {
    const { region, number } = example;
    const code = number.getCountryCode();
    const national = util.getNationalSignificantNumber(number);
    const found = new Map();

    for (let i = 0; i < times; i++) {
        let text = national.slice(0, below(national.length));
        const length = national.length + (i % 2 ? below(5) - 2 : 0);

        while (text.length < length) {
            text += below(10);
        }

        const e164 = `+${code}${text}`;

        // some of Japan's begin with 00, and cannot be called from abroad

        if (!(code === 81 && text[0] === '0') && e164.length <= 16
            && theirs(e164, 'ZZ') === e164)
        {
            const other = util.parse(e164, 'ZZ');
            const type = util.getNumberType(other);

            found.set(e164, { region: util.getRegionCodeForNumber(other), number: other,
                type: Object.keys(PhoneNumberType).find((name) =>
                    PhoneNumberType[name] === type), e164 });
        }
    }

    return [...found.values()].filter((one) => one.region === region || region === 'ZZ');
}

const isPerson = ({ type }) => /^(FIXED_LINE|MOBILE|FIXED_LINE_OR_MOBILE)$/.test(type);
const people = examples.filter(isPerson);
const more = examples.flatMap((example) => others(example, 60));
const isAtHome = ({ region, type }) => region.length === 2 && region !== 'ZZ'
    && !notAtHome.has(`${region} ${type}`);
const home = [...people, ...more.filter(isPerson)].filter(isAtHome);

check('with + a number is itself, whatever the region',
    everywhere.flatMap((region) =>
        examples.map(({ e164 }) => [region, e164, e164])));

check('any valid number is',
    more.flatMap(({ region, e164 }) => [['CN', e164, e164], [region, e164, e164]]));

check('with + and blanks',
    examples.map(({ number, e164 }) =>
        ['CN', util.format(number, INTERNATIONAL).replace(/[^+\d]/g, ' '), e164]));

// What could be two people's may be refused, and what they write without a trunk
// prefix where the region's example has one: they know no form for it.

const bare = ({ number, region }) =>
    digits(util.format(number, NATIONAL)) === util.getNationalSignificantNumber(number)
    && util.getNddPrefixForRegion(region, true) !== '';

const bareRegions = new Set(people.filter(bare).map(({ region }) => region));

check('the national form',
    home.flatMap(({ region, number, e164 }) => {
        const text = digits(util.format(number, NATIONAL));
        const two = text.startsWith(number.getCountryCode())
            && util.isPossibleNumberString(`+${text}`);
        const odd = bare({ number, region }) && !bareRegions.has(region);
        const wanted = two || odd ? (answer) => answer === e164 || answer === '-' : e164;
        return [[region, util.format(number, NATIONAL).replace(/[^\d]/g, ' ').trim(), wanted],
                [region, text, wanted]];
    }));

check('with the country code of the region, without +',
    home.map(({ region, e164 }) => {
        const text = e164.slice(1);
        const two = theirs(text, region) !== e164;
        return [region, text, two ? (answer) => answer === e164 || answer === '-' : e164];
    }));

// without + each of these was once another person's

check('without +, in another region',
    regions.flatMap((region) => people.map(({ e164 }) =>
        [region, e164.slice(1), allowed(e164.slice(1), region)])));

check('the national form of another region',
    regions.flatMap((region) => people.map(({ number }) => {
        const text = digits(util.format(number, NATIONAL));
        return [region, text, allowed(text, region)];
    })));

// Lengths: of each country code, of each main region.

const codes = [...new Set(examples.map(({ number }) => number.getCountryCode()))];
const impossible = [];

for (let code = 1; code < 1000; code++) {
    for (let length = 1; length < 19; length++) {
        let text = '2';

        while (text.length < length) {
            text += below(10);
        }

        const number = new PhoneNumber();
        number.setCountryCode(code);
        number.setNationalNumber(Number(text));

        // a longer code that begins with this one is another country

        if (codes.some((other) => other !== code && `${code}${text}`.startsWith(other))) {
            continue;
        }

        if (length > 15 || /TOO_(SHORT|LONG)|INVALID_COUNTRY/.test(
            reasons[util.isPossibleNumberWithReason(number)])) {
            impossible.push(['CN', `+${code}${text}`, '-']);
        }
    }
}

check('what cannot be a number is refused', impossible);

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
        written.filter(() => below(20) === 0).map((text) => [region, text, text])));

// Which numbers get texts.  Of some plans nothing is said, and in some a fixed line
// can have a number like a mobile phone's.

const said = new Set(execFileSync('sed', ['-n', 's/^    { \\([0-9]*\\), .*/\\1/p',
    'lua-free-handlers/lib/number_mobile.c']).toString().split('\n').filter(Boolean));
const isSaid = ({ number }) => said.has(`${number.getCountryCode()}`);
const typeName = (number) => Object.keys(PhoneNumberType)
    .find((name) => PhoneNumberType[name] === util.getNumberType(number));

// a mailbox of a mobile phone is not what anybody logs in with; in +1 fixed lines
// have numbers like mobile phones, and the Caribbean's services like others' as well
// (nor has Malaysia's 1600, which mobile phones have with a digit less)
const isTold = ({ type, number, region }) => number.getCountryCode() !== 1
    ? !/UNKNOWN|PAGER|VOICEMAIL/.test(type) && `${region} ${type}` !== 'MY PREMIUM_RATE'
    : region === 'US' && /MOBILE|TOLL_FREE|PREMIUM/.test(type);

const kinds = examples.filter(isSaid)
    .flatMap((example) => [example, ...others(example, 400)])
    .map((one) => ({ ...one, type: typeName(one.number) })).filter(isTold);

check(`of ${said.size} country codes the mobile numbers are known`,
    kinds.filter(({ type }) => /MOBILE/.test(type)).map(({ e164 }) => ['ZZ', e164, 'mobile']),
    ['kind']);

check('and what is no mobile number',
    kinds.filter(({ type }) => !/MOBILE/.test(type)).map(({ e164 }) => ['ZZ', e164, 'other']),
    ['kind']);

check('of others all can be', examples.filter((one) => !isSaid(one))
    .map(({ e164 }) => ['ZZ', e164, 'mobile']), ['kind']);

const short = ShortNumberInfo.getInstance();

check('a short number of a country gets none', regions.filter((region) =>
    said.has(`${util.getCountryCodeForRegion(region)}`)).flatMap((region) => {
    const text = short.getExampleShortNumber(region);
    return text ? ['', '+' + util.getCountryCodeForRegion(region)].map((plus) =>
        [region, plus + text, (answer) => answer !== 'mobile']) : [];
}), ['kind']);

console.log(`1..${tests}`);
process.exitCode = failed ? 1 : 0;
