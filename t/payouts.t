# POST /pay/payouts: what was paid out to a merchant.  What is in the list is in
# t/unit/settle.c and t/flow/settle.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: nothing was paid out
--- signed: tea
--- request
POST /pay/payouts
--- response_body_like: "code":"OK","payouts":\[\],.*"sign":



=== TEST 2: pages that are none
--- signed: tea
--- request eval
["POST /pay/payouts\nlimit=0", "POST /pay/payouts\nlimit=51", "POST /pay/payouts\nbefore=x", "POST /pay/payouts\nsince=-1"]
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
['"field":"limit"', '"field":"limit"', '"field":"before"', '"field":"since"']



=== TEST 3: those of another merchant: what is signed says whose
--- signed: tea
--- after_signing: merchant_id=cake
--- request
POST /pay/payouts
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 4: nobody has signed it
--- request
POST /pay/payouts
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 5: a closed merchant
--- signed: closed
--- request
POST /pay/payouts
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"
