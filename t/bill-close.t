# POST /pay/close: a merchant withdraws a bill that is not paid.  POST
# /pay/bills/{bill_id}/reject: its payer refuses to pay.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: closed, by the order number
--- signed: tea
--- request
POST /pay/close
out_trade_no=T1
--- response_body_like: "code":"OK".*"out_trade_no":"T1","status":"CLOSED".*"ended_at":"2



=== TEST 2: by the id, with a reason, as JSON
--- signed: tea
--- request
POST /pay/close
{"bill_id":"$TEST_NGINX_BILL","reason":"卖完了"}
--- response_body_like: "status":"CLOSED".*"reason":"卖完了"



=== TEST 3: twice: the same answer
--- signed: tea
--- request eval
["POST /pay/close\nout_trade_no=T1&reason=one", "POST /pay/close\nout_trade_no=T1&reason=two"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"reason":"one"/, qr/"reason":"one"/]



=== TEST 4: what is paid stays paid
--- signed: tea
--- request
POST /pay/close
bill_id=$TEST_NGINX_BILL_PAID
--- error_code: 409
--- response_body_like: "code":"BILL_PAID".*"sign":



=== TEST 5: another merchant's order
--- signed: cake
--- request
POST /pay/close
out_trade_no=T1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 6: another merchant's bill
--- signed: cake
--- request
POST /pay/close
bill_id=$TEST_NGINX_BILL
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 7: no bill named
--- signed: tea
--- request
POST /pay/close
reason=x
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_trade_no"



=== TEST 8: a reason of 129 characters
--- signed: tea
--- request eval
"POST /pay/close\nout_trade_no=T1&reason=" . 'x' x 129
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"reason"



=== TEST 9: signed for another call
--- signed: tea service=bill.query
--- request
POST /pay/close
out_trade_no=T1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"service"



=== TEST 10: not signed
--- request
POST /pay/close
out_trade_no=T1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 11: another method
--- request
GET /pay/close
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 12: the store is away
--- store_away
--- signed: tea
--- request
POST /pay/close
out_trade_no=T1
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 13: a payer rejects a bill
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
reason=not+ordered
--- response_body_like: "code":"OK".*"status":"REJECTED".*"ended_at":"2.*"reason":"not ordered"



=== TEST 14: without a reason
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
--- response_body_like: "status":"REJECTED"



=== TEST 15: twice: the same answer
--- session: li
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL/reject\nreason=one", "POST /pay/bills/\$TEST_NGINX_BILL/reject\nreason=two"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"reason":"one"/, qr/"reason":"one"/]



=== TEST 16: then it cannot be paid
--- session: li
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL/reject\nreason=one", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"REJECTED"/, qr/"code":"BILL_REJECTED"/]



=== TEST 17: somebody else's bill
--- session: wang
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 18: one that is paid
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAID/reject
--- error_code: 409
--- response_body_like: "code":"BILL_PAID"



=== TEST 19: one that has expired
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_LATE/reject
--- error_code: 409
--- response_body_like: "code":"BILL_EXPIRED"



=== TEST 20: from a page of another site
--- session: li
--- more_headers
Origin: http://evil.example
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 21: not logged in
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 22: a reason with a line that shows backwards
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
reason=a%E2%80%AEb
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"reason"



=== TEST 23: another method
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL/reject
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 24: the store is away, reject
--- store_away
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/reject
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 25: a close that was refused is recorded, and sent again when it would succeed
--- signed: tea
--- request eval
["POST /pay/close\nout_trade_no=B9&nonce=recorded-close",
 "POST /pay/bill\nout_trade_no=B9&amount=100&payer_phone=13800000001&subject=tea",
 "POST /pay/close\nout_trade_no=B9&nonce=recorded-close",
 "POST /pay/query\nout_trade_no=B9"]
--- error_code eval
[404, 200, 401, 200]
--- store_changes
--- response_body_like eval
[qr/"code":"BILL_NOT_FOUND".*"sign":/, qr/"status":"CREATED"/,
 qr/"code":"NONCE_REUSED"(?!.*"sign":)/, qr/"status":"CREATED"/]



=== TEST 26: two names of two bills
--- signed: tea
--- request
POST /pay/close
out_trade_no=T1&bill_id=$TEST_NGINX_BILL_DEAR
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"field":"out_trade_no"
