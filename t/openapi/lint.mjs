// Lints an OpenAPI document with the recommended rules of Redocly, those of
// "redocly lint": the package is the linter in @redocly/cli, without its 170 MB.
// An id has a form of its own, so "/mail/blocked/{phone}" is never
// "/mail/{mail_id}/reply".

import { createConfig, lint } from '@redocly/openapi-core';

const config = await createConfig({
    extends: ['recommended'],
    rules: { 'no-ambiguous-paths': 'off' },
});
const problems = await lint({ ref: process.argv[2], config });

for (const problem of problems) {
    console.log(problem.severity, problem.ruleId, problem.location[0]?.pointer,
                problem.message);
}

process.exitCode = problems.length ? 1 : 0;
