# POST /pay/bill: a merchant makes a bill.  What is said here of the signature
# is true of every call of a merchant.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: the fields that it needs
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: ^\{"code":"OK","bill_id":"\d{3}-[0-9A-Z]{26}","out_trade_no":"B1","status":"CREATED","amount":100,"currency":"CNY","payer_phone":"\+8613800000001",



=== TEST 2: all fields, as JSON, by a merchant who signs with MD5withRSA
--- signed: cake
--- request
POST /pay/bill
{"out_trade_no":"B2","amount":1,"currency":"USD","payer_phone":"+8613800000001","subject":"茶","body":"绿茶","buyer_phone":"13900000002","payer_name":"李","payer_address":"1 Tea Road","notify_url":"http://127.0.0.1:9/n","expires_in":60}
--- response_body_like: "status":"CREATED","amount":1,"currency":"USD".*"sign_type":"MD5withRSA"



=== TEST 3: the same order number with the same fields: the same bill
--- signed: tea
--- request
POST /pay/bill
out_trade_no=T1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "bill_id":"075-[0-9A-Z]{26}","out_trade_no":"T1"



=== TEST 4: ... with another amount
--- signed: tea
--- request
POST /pay/bill
out_trade_no=T1&amount=101&payer_phone=13800000001&subject=tea
--- error_code: 409
--- response_body_like: "code":"ORDER_MISMATCH".*"field":"amount".*"sign":



=== TEST 5: ... for another payer
--- signed: tea
--- request
POST /pay/bill
out_trade_no=T1&amount=100&payer_phone=13900000002&subject=tea
--- error_code: 409
--- response_body_like: "code":"ORDER_MISMATCH".*"field":"payer_phone"



=== TEST 6: another merchant's order number is nobody else's
--- signed: cake
--- request
POST /pay/bill
out_trade_no=T1&amount=101&payer_phone=13800000001&subject=cake
--- response_body_unlike: $TEST_NGINX_BILL
--- response_body_like: "out_trade_no":"T1","status":"CREATED","amount":101,



=== TEST 7: no order number
--- signed: tea
--- request
POST /pay/bill
amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_trade_no"



=== TEST 8: an empty subject is none
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"subject"



=== TEST 9: an order number of 65 characters
--- signed: tea
--- request eval
"POST /pay/bill\nout_trade_no=" . 'x' x 65 . "&amount=100&payer_phone=13800000001&subject=tea"
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"out_trade_no"



=== TEST 10: ... and of 64
--- signed: tea
--- request eval
"POST /pay/bill\nout_trade_no=" . 'x' x 64 . "&amount=100&payer_phone=13800000001&subject=tea"
--- response_body_like: "code":"OK"



=== TEST 11: an amount of 0
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=0&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 12: an amount with a point
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=1.00&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 13: a negative amount
--- signed: tea
--- request
POST /pay/bill
{"out_trade_no":"B1","amount":-100,"payer_phone":"13800000001","subject":"tea"}
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 14: the largest amount
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=1000000000000000&payer_phone=13800000001&subject=tea
--- response_body_like: "amount":1000000000000000,



=== TEST 15: one more
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=1000000000000001&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 16: a currency that is none
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&currency=XYZ&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"currency"



=== TEST 17: a number that is none
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=1380000&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"payer_phone"



=== TEST 18: a subject that turns the text around it
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=%E2%80%AEaet
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"subject"



=== TEST 19: a subject that is not UTF-8
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=%ff%fe
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID"



=== TEST 20: an address that is not http
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea&notify_url=ftp://a.example/
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"notify_url"



=== TEST 21: it ends at once
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea&expires_in=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"expires_in"



=== TEST 22: it ends in 31 days
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea&expires_in=2678400
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"expires_in"



=== TEST 23: a value that reads as another field
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea%26amount%3D1
--- error_code: 400
--- response_body_like: "code":"FIELD_AMBIGUOUS".*"field":"subject"



=== TEST 24: a field twice
--- request
POST /pay/bill
amount=100&amount=1
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"amount"



=== TEST 25: a field in the query string and in the body
--- signed: tea
--- request
POST /pay/bill?amount=1
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"amount"



=== TEST 26: JSON that ends too soon
--- more_headers
Content-Type: application/json
--- request
POST /pay/bill
{"amount":100
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID"



=== TEST 27: JSON that is not flat
--- more_headers
Content-Type: application/json
--- request
POST /pay/bill
{"merchant_id":{"a":1}}
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID"



=== TEST 28: another type of body
--- more_headers
Content-Type: text/plain
--- request
POST /pay/bill
amount=100
--- error_code: 415
--- response_body_like: "code":"MEDIA_TYPE"



=== TEST 29: a body that is larger than phone_body_max
--- server
    phone_body_max 1k;
--- request eval
"POST /pay/bill\nsubject=" . 'x' x 1100
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 30: another method
--- request
GET /pay/bill
--- error_code: 405
--- response_headers
Allow: OPTIONS, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 31: the methods
--- request
OPTIONS /pay/bill
--- error_code: 204
--- response_headers
Allow: OPTIONS, POST



=== TEST 32: an address that is not there
--- request
POST /pay/bil
a=b
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 33: nothing is signed
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"merchant_id"



=== TEST 34: a session is no merchant
--- session: li
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"merchant_id"



=== TEST 35: a merchant whom nobody knows
--- signed: tea merchant_id=coffee
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"merchant_id"



=== TEST 36: a key that the merchant does not have
--- signed: tea key_id=k9
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN"



=== TEST 37: another merchant's key
--- signed: tea merchant_id=cake sign_type=MD5withRSA
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 38: a field that was changed on the way
--- signed: tea
--- after_signing: amount=1
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 39: a field that was put in on the way
--- signed: tea
--- after_signing: buyer_phone=13900000002
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 40: a signature that is none
--- signed: tea sign=YWJj
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 41: another type of signature than the merchant's
--- signed: tea sign_type=MD5withRSA
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 42: a type of signature that nobody knows
--- signed: tea
--- after_signing: sign_type=none
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"sign_type"



=== TEST 43: signed long ago
--- signed: tea timestamp=1700000000
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"TIMESTAMP_SKEW".*"platform_time":\d+



=== TEST 44: a nonce that was used up
--- signed: tea nonce=nonce-T1
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"NONCE_REUSED".*"field":"nonce"



=== TEST 45: ... by another merchant
--- signed: cake nonce=nonce-T1
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK"



=== TEST 46: a nonce that is too short
--- signed: tea nonce=1234567
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"nonce"



=== TEST 47: a merchant who is closed
--- signed: closed
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"



=== TEST 48: the store is away
--- store_away
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 503
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"STORE_UNAVAILABLE".*"retryable":true



=== TEST 49: no service
--- signed: tea service=
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"service"



=== TEST 50: a call for another service: it is worth nothing here
--- signed: tea service=bill.query
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"service"
