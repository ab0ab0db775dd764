# POST /pay/balance: what a merchant has taken.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: what bills have paid
--- signed: tea
--- request
POST /pay/balance
--- response_body_like: "code":"OK","currency":"CNY","takings":100,.*"sign":



=== TEST 2: of a currency, as JSON
--- signed: tea
--- request
POST /pay/balance
{"currency":"CNY"}
--- response_body_like: "currency":"CNY","takings":100,



=== TEST 3: nothing was paid in this one
--- signed: tea
--- request
POST /pay/balance
currency=USD
--- response_body_like: "currency":"USD","takings":0,



=== TEST 4: nor to this merchant
--- signed: cake
--- request
POST /pay/balance
--- response_body_like: "currency":"CNY","takings":0,



=== TEST 5: less what is refunded
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=30", "POST /pay/balance"]
--- response_body_like eval
[qr/"OK"/, qr/"takings":70,/]



=== TEST 6: no currency
--- signed: tea
--- request
POST /pay/balance
currency=XYZ
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"currency"



=== TEST 7: signed for another call
--- signed: tea service=bill.query
--- request
POST /pay/balance
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"service"



=== TEST 8: not signed
--- request
POST /pay/balance
currency=CNY
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 9: a closed merchant
--- signed: closed
--- request
POST /pay/balance
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"



=== TEST 10: the store is away
--- store_away
--- signed: tea
--- request
POST /pay/balance
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"
