# POST /pay/reconcile: a merchant's own file of a day.  What is compared is in
# t/unit/reconcile.c and t/flow/reconcile.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a hash without its file
--- signed: tea file=68ac53cc3a9a1b7a90dd97ac2dcbadcd19cd88bd1dfb2bddf4cf9fcf6c4a9a0e
--- request
POST /pay/reconcile
date=9999-12-30
--- error_code: 400
--- response_body_like: "field":"file"



=== TEST 2: nothing was sent for the day
--- signed: tea
--- request
POST /pay/reconcile/query
date=$TEST_NGINX_TOMORROW
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"date"



=== TEST 3: nothing is there to get
--- signed: tea
--- request
POST /pay/reconcile/file
date=$TEST_NGINX_TOMORROW
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"date"



=== TEST 4: without a day
--- signed: tea
--- request eval
["POST /pay/reconcile/query\n", "POST /pay/reconcile/file\ndate=1", "POST /pay/reconcile/query\ndate=2026-02-30", "POST /pay/reconcile/file\ndate=2020-01-01"]
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
['"code":"PARAM_MISSING".*"field":"date"', '"code":"PARAM_INVALID".*"field":"date"', '"code":"PARAM_INVALID".*"field":"date"', '"code":"PARAM_INVALID".*"field":"date"']



=== TEST 5: a day of another merchant: what is signed says whose
--- signed: tea
--- after_signing: merchant_id=cake
--- request eval
["POST /pay/reconcile/query\ndate=2026-01-01", "POST /pay/reconcile/file\ndate=2026-01-01"]
--- error_code eval
[401, 401]
--- response_body_like eval
['SIGN_ERROR', 'SIGN_ERROR']



=== TEST 6: nobody has signed it
--- request eval
["POST /pay/reconcile/query\ndate=2026-01-01", "POST /pay/reconcile/file\ndate=2026-01-01", "POST /pay/reconcile\ndate=2026-01-01"]
--- error_code eval
[400, 400, 400]
--- response_body_like eval
['PARAM_MISSING', 'PARAM_MISSING', 'PARAM_MISSING']



=== TEST 7: a closed merchant
--- signed: closed
--- request
POST /pay/reconcile/query
date=2026-01-01
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"



=== TEST 8: a file that is no CSV
--- signed: tea
--- upload: "out_trade_no,amount^T1,100^
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request
POST /pay/reconcile
date=2026-01-01
--- error_code: 400
--- store_changes
--- response_body_like: "code":"CSV_INVALID".*"field":"file","row":1,"reason":"a quote is opened and not closed"



=== TEST 9: one without its columns
--- signed: tea
--- upload: order,amount^T1,100^
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request
POST /pay/reconcile
date=2026-01-01
--- error_code: 400
--- store_changes
--- response_body_like: "code":"CSV_INVALID".*"row":1,"reason":"out_trade_no: no column has that name"



=== TEST 10: an amount in another spelling
--- signed: tea
--- upload: out_trade_no,amount^T1,100^T2,12.80^
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request
POST /pay/reconcile
date=2026-01-01
--- error_code: 400
--- store_changes
--- response_body_like: "code":"CSV_INVALID".*"row":3,"reason":"amount: write minor units in digits



=== TEST 11: a day before the first one
--- signed: tea
--- upload: out_trade_no,amount^T1,100^
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request
POST /pay/reconcile
date=2020-01-01
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"date","reason":"your first day is



=== TEST 12: a file that is being compared has no result yet
--- signed: tea
--- request
POST /pay/reconcile/file
date=2026-01-02
--- error_code: 409
--- response_headers_like
Retry-After: 1
--- response_body_like: "code":"RECONCILE_NOT_READY".*"retryable":true
