# POST /pay/refund: a merchant gives back what a bill has paid.  POST
# /pay/refund/query: what became of it.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a part, by the order number
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=30
--- response_body_like: "code":"OK".*"out_refund_no":"R1".*"out_trade_no":"T3","status":"SUCCESS","amount":30,"currency":"CNY","refunded":30,"bill_status":"PARTLY_REFUNDED".*"sign":



=== TEST 2: all of it, by the id, with a reason, as JSON
--- signed: tea
--- request
POST /pay/refund
{"bill_id":"$TEST_NGINX_BILL_PAID","out_refund_no":"R1","amount":100,"reason":"太苦"}
--- response_body_like: "amount":100.*"reason":"太苦","refunded":100,"bill_status":"REFUNDED"



=== TEST 3: twice: the same answer
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=60", "POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=60"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"refunded":60/, qr/"refunded":60/]



=== TEST 4: the same number, another amount
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=60", "POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=1"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"code":"ORDER_MISMATCH".*"field":"amount".*"sign":/]



=== TEST 5: the same number, another reason
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=1", "POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=1&reason=x"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"code":"ORDER_MISMATCH".*"field":"reason"/]



=== TEST 6: more than was paid
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=101
--- error_code: 409
--- response_body_like: "code":"REFUND_EXCEEDS"



=== TEST 7: more than is left
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=60", "POST /pay/refund\nout_trade_no=T3&out_refund_no=R2&amount=41"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"left":40/]



=== TEST 8: a bill that is not paid
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T1&out_refund_no=R1&amount=1
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_PAID"



=== TEST 9: one that has expired
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T5&out_refund_no=R1&amount=1
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_PAID"



=== TEST 10: another merchant's order
--- signed: cake
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 11: another merchant's bill
--- signed: cake
--- request
POST /pay/refund
bill_id=$TEST_NGINX_BILL_PAID&out_refund_no=R1&amount=1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 12: two names that do not agree
--- signed: tea
--- request
POST /pay/refund
bill_id=$TEST_NGINX_BILL_PAID&out_trade_no=T1&out_refund_no=R1&amount=1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"field":"out_trade_no"



=== TEST 13: no bill named
--- signed: tea
--- request
POST /pay/refund
out_refund_no=R1&amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_trade_no"



=== TEST 14: no number
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_refund_no"



=== TEST 15: no amount
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"amount"



=== TEST 16: an amount of nothing
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 17: a reason of 129 characters
--- signed: tea
--- request eval
"POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=1&reason=" . 'x' x 129
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"reason"



=== TEST 18: a closed merchant
--- signed: closed
--- request
POST /pay/refund
out_trade_no=D1&out_refund_no=R1&amount=1
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"



=== TEST 19: signed for another call
--- signed: tea service=bill.close
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"service"



=== TEST 20: not signed
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 21: the amount is changed on the way
--- signed: tea
--- after_signing: amount=100
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 22: by its payer
--- session: li
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 23: another method
--- request
GET /pay/refund
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 24: the store is away
--- store_away
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 25: what the merchant is told later
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=100", "POST /pay/query\nout_trade_no=T3"]
--- response_body_like eval
[qr/"OK"/, qr/"status":"REFUNDED".*"refunded":100/]



=== TEST 26: a refund that was made
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=30&reason=x", "POST /pay/refund/query\nout_refund_no=R1"]
--- response_body_like eval
[qr/"OK"/, qr/"out_refund_no":"R1".*"amount":30.*"reason":"x","refunded":30.*"sign":/]



=== TEST 27: no such refund
--- signed: tea
--- request
POST /pay/refund/query
out_refund_no=R1
--- error_code: 404
--- response_body_like: "code":"REFUND_NOT_FOUND".*"sign":



=== TEST 28: which refund?
--- signed: tea
--- request
POST /pay/refund/query
out_trade_no=T3
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_refund_no"



=== TEST 29: a query that is not signed
--- request
POST /pay/refund/query
out_refund_no=R1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 30: the store is away, query
--- store_away
--- signed: tea
--- request
POST /pay/refund/query
out_refund_no=R1
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 31: where no bills are
--- server
    location = /pay/refund { phone_bill; }
    location = /pay/refunds { return 404; }
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T3&out_refund_no=R1&amount=1
--- response_body_like: "code":"OK"



=== TEST 32: fifty parts, and one more
--- signed: tea
--- request eval
[map { "POST /pay/refund\nout_trade_no=T3&out_refund_no=R$_&amount=1" } 1 .. 51]
--- error_code eval
[(200) x 50, 409]
--- store_changes
--- response_body_like eval
[map({ qr/"refunded":$_,/ } 1 .. 50), qr/"code":"REFUND_TOO_MANY"/]
