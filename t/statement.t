# POST /pay/statement: the movements of a day.  What is made of them is in
# t/unit/statement.c and t/flow/statement.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a day that is not over
--- signed: tea
--- request
POST /pay/statement
date=$TEST_NGINX_TOMORROW
--- error_code: 409
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"STATEMENT_NOT_READY".*"field":"date","until":"[-\d]{10}T16:01:10Z","retryable":true.*"sign":



=== TEST 2: by another zone it is over later
--- conf
    phone_statement_zone -03:30;
--- signed: tea
--- request
POST /pay/statement
date=$TEST_NGINX_TOMORROW
--- error_code: 409
--- response_body_like: "code":"STATEMENT_NOT_READY".*"until":"[-\d]{10}T03:31:10Z"



=== TEST 3: phone_statement_zone as a name
--- conf
    phone_statement_zone Asia/Shanghai;
--- must_die
--- error_log
[emerg]
needs hours and minutes ahead of UTC, -12:00 to +14:00, as in +08:00



=== TEST 4: phone_statement_zone twice
--- conf
    phone_statement_zone +08:00;
    phone_statement_zone +08:00;
--- must_die
--- error_log
[emerg]
is duplicate



=== TEST 5: before the first day of the merchant
--- signed: tea
--- request
POST /pay/statement
date=2020-01-01
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"date","reason":"your first day is 20\d\d-\d\d-\d\d"



=== TEST 6: no day, and none at all
--- signed: tea
--- request eval
["POST /pay/statement\ndate=2026-02-30", "POST /pay/statement\ndate=20260101", "POST /pay/statement\ndate=9999-12-31", "POST /pay/statement\n"]
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
['"field":"date","reason":"it is no day: write it as in 2026-11-21"', '"field":"date"', '"field":"date","reason":"it is days ahead"', '"code":"PARAM_MISSING".*"field":"date"']



=== TEST 7: a day of another merchant: what is signed says whose
--- signed: tea
--- after_signing: merchant_id=cake
--- request
POST /pay/statement
date=$TEST_NGINX_TOMORROW
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 8: nobody has signed it
--- request
POST /pay/statement
date=$TEST_NGINX_TOMORROW
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 9: a closed merchant
--- signed: closed
--- request
POST /pay/statement
date=$TEST_NGINX_TOMORROW
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"
