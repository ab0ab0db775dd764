# POST /pay/bills/{bill_id}/pay: a person pays.  POST /pay/pin: what he proves
# himself with.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: paid
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- response_body_like: "code":"OK".*"status":"PAID".*"card_id":"$TEST_NGINX_CARD"



=== TEST 2: paid, with all fields, as JSON
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
{"card_id":"$TEST_NGINX_CARD","pin":"$TEST_NGINX_PIN","pay_id":"p2","amount":100,"payee":"tea"}
--- response_body_like: "status":"PAID"



=== TEST 3: the same payment again: the same answer
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAID/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN&pay_id=p1
--- response_body_like: "code":"OK".*"status":"PAID"



=== TEST 4: ... with another card
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAID/pay
card_id=$TEST_NGINX_CARD_USD&pin=$TEST_NGINX_PIN&pay_id=p1
--- error_code: 409
--- response_body_like: "code":"EXISTS".*"field":"card_id"



=== TEST 5: another payment of a bill that is paid
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAID/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN&pay_id=p9
--- error_code: 409
--- response_body_like: "code":"BILL_PAID"



=== TEST 6: somebody else's bill
--- session: wang
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_WANG&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 7: somebody else's card
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_WANG&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 8: more than the card has
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_DEAR/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"BALANCE_NOT_ENOUGH"



=== TEST 9: a card in another currency
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_USD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"CURRENCY_MISMATCH"



=== TEST 10: a wrong PIN: it is counted
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=314159
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG".*"remaining":4



=== TEST 11: the fifth locks it
--- session: li
--- request eval
[ map { "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=31415$_" } 1 .. 6 ]
--- error_code eval
[ (403) x 6 ]
--- store_changes
--- response_body_like eval
[ (qr/"PIN_WRONG"/) x 4, qr/"PIN_WRONG".*"remaining":0,"until":"2/, qr/"PIN_LOCKED".*"until":"2/ ]



=== TEST 12: no PIN was set
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_ZHAO/pay
card_id=$TEST_NGINX_CARD_ZHAO&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"PIN_NOT_SET"



=== TEST 13: another amount than was shown
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN&amount=99
--- error_code: 409
--- response_body_like: "code":"AMOUNT_MISMATCH".*"field":"amount"



=== TEST 14: another payee
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN&payee=cake
--- error_code: 409
--- response_body_like: "code":"AMOUNT_MISMATCH".*"field":"payee"



=== TEST 15: no card
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"card_id"



=== TEST 16: no PIN
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"pin"



=== TEST 17: a PIN of five digits
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=27182
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"pin"



=== TEST 18: a PIN in the query string
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay?pin=$TEST_NGINX_PIN
card_id=$TEST_NGINX_CARD
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"pin"



=== TEST 19: from a page of another site
--- session: li
--- more_headers
Origin: http://evil.example
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 20: ... as the browser says
--- session: li
--- more_headers
Sec-Fetch-Site: cross-site
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 21: not logged in
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 22: a merchant who is closed gets nothing
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_CLOSED/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"



=== TEST 23: too late
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_LATE/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 409
--- response_body_like: "code":"BILL_EXPIRED"



=== TEST 24: with an Idempotency-Key, twice: one payment, one answer
--- session: li
--- more_headers
Idempotency-Key: k1
--- request eval
[ ("POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN") x 2 ]
--- response_body_like eval
[ (qr/"status":"PAID"/) x 2 ]



=== TEST 25: ... with other fields
--- session: li
--- store_changes
--- more_headers
Idempotency-Key: k1
--- request eval
[ map { "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN$_" } '', '&amount=100' ]
--- error_code eval
[ 200, 422 ]
--- response_body_like eval
[ qr/"status":"PAID"/, qr/"code":"IDEMPOTENCY_MISMATCH"/ ]



=== TEST 26: a key that is too long
--- session: li
--- more_headers eval
"Idempotency-Key: " . 'k' x 65
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"Idempotency-Key"



=== TEST 27: the key twice
--- session: li
--- more_headers
Idempotency-Key: k1
Idempotency-Key: k2
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"Idempotency-Key"



=== TEST 28: the store is away
--- store_away
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 29: the first PIN
--- session: zhao
--- request eval
[ "POST /pay/pin\npin=271828", "GET /me" ]
--- response_body_like eval
[ qr/^\{"code":"OK"\}$/, qr/"pin_set":true/ ]



=== TEST 30: another PIN, with the old one
--- session: li
--- store_changes
--- request eval
[ "POST /pay/pin\npin=141421&old_pin=\$TEST_NGINX_PIN",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=141421" ]
--- error_code eval
[200, 403, 200]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"PIN_WRONG".*"remaining":4/, qr/"status":"PAID"/ ]



=== TEST 31: without the old one
--- session: li
--- request
POST /pay/pin
pin=141421
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"old_pin"



=== TEST 32: with a wrong one
--- session: li
--- request
POST /pay/pin
pin=141421&old_pin=111112
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG".*"remaining":4



=== TEST 33: one that anybody guesses
--- session: zhao
--- request
POST /pay/pin
pin=123456
--- error_code: 400
--- response_body_like: "code":"PIN_WEAK".*"field":"pin"



=== TEST 34: letters
--- session: zhao
--- request
POST /pay/pin
pin=27182x
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"pin"



=== TEST 35: none
--- session: zhao
--- request
POST /pay/pin
old_pin=271828
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"pin"



=== TEST 36: a PIN, not logged in
--- request
POST /pay/pin
pin=271828
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 37: a PIN, from a page of another site
--- session: zhao
--- more_headers
Sec-Fetch-Site: same-site
--- request
POST /pay/pin
pin=271828
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"
