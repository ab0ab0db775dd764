# Secret fields in an envelope (PAY-9): POST /me/envelope, and calls that carry
# one.  Many at once, other sessions and another secret are in t/flow/envelope.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: the key of a session, once
--- session: li
--- request eval
["POST /me/envelope
once=0123456789abcdefghijkl",
"POST /me/envelope
once=0123456789abcdefghijkl",
"POST /me/envelope
once=0123456789abcdefghijkm"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
"Content-Type: application/x-www-form-urlencoded",
"Content-Type: application/x-www-form-urlencoded"]
--- error_code eval
[200, 200, 403]
--- response_body_like eval
[qr{"key":"[A-Za-z0-9+/]{43}=","key_id":"[0-9a-f]{8}","key_suite":2,"suite":1,"required":false,"platform_time":\d{10}},
qr{"key":"[A-Za-z0-9+/]{43}="}, qr{"code":"ENVELOPE_KEY_GONE"}]
--- store_changes



=== TEST 2: nobody else gets it
--- session: feng
--- request
POST /me/envelope
once=0123456789abcdefghijkl
--- error_code: 403
--- response_body_like: "code":"ENVELOPE_KEY_GONE"



=== TEST 3: the phone gets it again
--- session: feng
--- request
POST /me/envelope
once=$TEST_NGINX_ONCE
--- error_code: 200
--- response_body_like: "key":"[A-Za-z0-9+/]{43}="



=== TEST 4: without a session
--- request
POST /me/envelope
once=0123456789abcdefghijkl
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 5: the suite of a number is not lowered
--- session: feng
--- request
POST /me/envelope
once=$TEST_NGINX_ONCE&suite=1
--- error_code: 403
--- response_body_like: "code":"ENVELOPE_NEEDED".*"field":"suite".*"suite":2



=== TEST 6: too short to be random
--- session: li
--- request
POST /me/envelope
once=0123456789abcdefghijk
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"once"



=== TEST 7: a suite that is none
--- session: li
--- request
POST /me/envelope
once=0123456789abcdefghijkl&suite=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"suite"



=== TEST 8: paid with AES-256-GCM
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG&amount=100&pay_id=p1
--- error_code: 200
--- response_body_like: "status":"PAID"



=== TEST 9: in JSON
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
{"card_id":"$TEST_NGINX_CARD_FENG","amount":100}
--- error_code: 200
--- response_body_like: "status":"PAID"



=== TEST 10: paid with 3DES
--- session: gong
--- sealed: gong pin=$TEST_NGINX_PIN
--- request
POST /pay/bills/$TEST_NGINX_BILL_GONG/pay
card_id=$TEST_NGINX_CARD_GONG
--- error_code: 200
--- response_body_like: "status":"PAID"



=== TEST 11: the same envelope again
--- session: gong
--- sealed: gong pin=$TEST_NGINX_PIN
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL_GONG/pay
card_id=\$TEST_NGINX_CARD_GONG",
"POST /pay/bills/\$TEST_NGINX_BILL_GONG/pay
card_id=\$TEST_NGINX_CARD_GONG"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
"Content-Type: application/x-www-form-urlencoded"]
--- error_code eval
[200, 409]
--- response_body_like eval
[qr{"status":"PAID"}, qr{"code":"ENVELOPE_REPLAYED".*"field":"secure"}]
--- store_changes



=== TEST 12: a wrong PIN, and the same envelope again
--- session: feng
--- sealed: feng pin=314159
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL_FENG/pay
card_id=\$TEST_NGINX_CARD_FENG",
"POST /pay/bills/\$TEST_NGINX_BILL_FENG/pay
card_id=\$TEST_NGINX_CARD_FENG"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
"Content-Type: application/x-www-form-urlencoded"]
--- error_code eval
[403, 409]
--- response_body_like eval
[qr{"code":"PIN_WRONG".*"remaining":4}, qr{"code":"ENVELOPE_REPLAYED"}]
--- store_changes



=== TEST 13: sealed for another bill
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: bill_id=$TEST_NGINX_BILL
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID".*"field":"secure"
--- store_changes



=== TEST 14: sealed for another call
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: service=bill.reject
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 15: sealed for another number
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: number=+8613100000009
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 16: with the key of somebody else
--- session: feng
--- sealed: gong pin=$TEST_NGINX_PIN
--- envelope: suite=2 number=+8613200000008
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 17: the key of one suite for the other
--- session: gong
--- sealed: gong pin=$TEST_NGINX_PIN
--- envelope: suite=2
--- request
POST /pay/bills/$TEST_NGINX_BILL_GONG/pay
card_id=$TEST_NGINX_CARD_GONG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 18: a lower suite than the number's
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: suite=1
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 19: a tag that is off
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: mac=AAAAAAAAAAAAAAAAAAAAAA
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 20: no envelope at all
--- session: feng
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG&secure=x&mac=y
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 21: it does not have the letters of one
--- session: feng
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG&secure=a/b&mac=y
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"secure"



=== TEST 22: without its tag
--- session: feng
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG&secure=x
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"mac"



=== TEST 23: six times
--- session: feng
--- request eval
[("POST /pay/bills/\$TEST_NGINX_BILL_FENG/pay
card_id=\$TEST_NGINX_CARD_FENG&secure=x&mac=y") x 6]
--- more_headers eval
[("Content-Type: application/x-www-form-urlencoded") x 6]
--- error_code eval
[(400) x 5, 429]
--- response_body_like eval
[(qr{"code":"ENVELOPE_INVALID"}) x 5, qr{"code":"RATE_LIMITED".*"field":"secure"}]
--- store_changes



=== TEST 24: six minutes old
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- envelope: time=-360
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 401
--- response_body_like: "code":"TIMESTAMP_SKEW".*"field":"secure".*"platform_time":\d{10}



=== TEST 25: a PIN inside, and one outside
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG&pin=314159
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"pin"



=== TEST 26: a field that is put in beside it
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN
--- after_signing: amount=100
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 400
--- response_body_like: "code":"ENVELOPE_INVALID"
--- store_changes



=== TEST 27: what is no secret stays outside
--- session: feng
--- sealed: feng pin=$TEST_NGINX_PIN card_id=$TEST_NGINX_CARD_FENG
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
amount=100
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_id".*"reason":"this field is not sent in an envelope"



=== TEST 28: another PIN
--- session: feng
--- sealed: feng pin=314159 old_pin=$TEST_NGINX_PIN
--- request
POST /pay/pin
--- error_code: 200
--- response_body_like: "code":"OK"
--- more_headers
Content-Type: application/x-www-form-urlencoded



=== TEST 29: another password
--- session: gong
--- sealed: gong password=another-quiet-lake old_password=$TEST_NGINX_PASSWORD
--- request
POST /password
--- error_code: 200
--- response_body_like: "code":"OK"
--- more_headers
Content-Type: application/x-www-form-urlencoded



=== TEST 30: a number that demands it
--- session: feng
--- request eval
["POST /me/envelope
once=\$TEST_NGINX_ONCE&required=1&pin=\$TEST_NGINX_PIN",
"POST /me/envelope
once=\$TEST_NGINX_ONCE&required=0&pin=\$TEST_NGINX_PIN",
"POST /me/envelope
once=\$TEST_NGINX_ONCE&required=0",
"POST /pay/bills/\$TEST_NGINX_BILL_FENG/pay
card_id=\$TEST_NGINX_CARD_FENG&pin=\$TEST_NGINX_PIN",
"POST /pay/pin
pin=314159&old_pin=\$TEST_NGINX_PIN",
"POST /password
password=another-quiet-lake&old_password=\$TEST_NGINX_PASSWORD"]
--- more_headers eval
[("Content-Type: application/x-www-form-urlencoded") x 6]
--- error_code eval
[200, 403, 400, 403, 403, 403]
--- response_body_like eval
[qr{"required":true}, qr{"code":"CODE_NEEDED"},
qr{"code":"PARAM_MISSING".*"field":"pin"}, qr{"code":"ENVELOPE_NEEDED".*"field":"pin".*"suite":2},
qr{"code":"ENVELOPE_NEEDED".*"field":"pin"}, qr{"code":"ENVELOPE_NEEDED".*"field":"password"}]
--- store_changes



=== TEST 31: the operator sets both
--- operator
--- request
POST /operator/accounts
phone=13200000008&envelope_suite=1&envelope_required=0
--- error_code: 200
--- response_body_like: "envelope_suite":1,"envelope_required":false



=== TEST 32: of a new number
--- operator
--- request
POST /operator/accounts
phone=13200009998&envelope_suite=2&envelope_required=1
--- error_code: 200
--- response_body_like: "envelope_suite":2,"envelope_required":true



=== TEST 33: a suite that is none
--- operator
--- request
POST /operator/accounts
phone=13200000008&envelope_suite=3
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"envelope_suite"



=== TEST 34: the store is away
--- session: feng
--- store_away
--- sealed: feng pin=$TEST_NGINX_PIN
--- request
POST /pay/bills/$TEST_NGINX_BILL_FENG/pay
card_id=$TEST_NGINX_CARD_FENG
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 35: a thief of the session has no PIN
--- session: feng
--- request eval
["POST /me/envelope
once=\$TEST_NGINX_ONCE&required=1",
"POST /me/envelope
once=\$TEST_NGINX_ONCE&required=1&pin=314159",
"POST /me/envelope
once=\$TEST_NGINX_ONCE&required=1&pin=31415"]
--- more_headers eval
[("Content-Type: application/x-www-form-urlencoded") x 3]
--- error_code eval
[400, 403, 400]
--- response_body_like eval
[qr{"code":"PARAM_MISSING".*"field":"pin"}, qr{"code":"PIN_WRONG".*"remaining":4},
qr{"code":"PARAM_INVALID".*"field":"pin"}]
--- store_changes



=== TEST 36: a key alone does not raise the suite
--- session: gong
--- request eval
["POST /me/envelope
once=\$TEST_NGINX_ONCE_GONG&suite=2",
"POST /me/envelope
once=\$TEST_NGINX_ONCE_GONG&suite=2&pin=\$TEST_NGINX_PIN",
"POST /me/envelope
once=\$TEST_NGINX_ONCE_GONG&suite=1&pin=\$TEST_NGINX_PIN"]
--- more_headers eval
[("Content-Type: application/x-www-form-urlencoded") x 3]
--- error_code eval
[200, 200, 403]
--- response_body_like eval
[qr{"key_suite":2,"suite":1}, qr{"key_suite":2,"suite":2}, qr{"code":"ENVELOPE_NEEDED".*"field":"suite"}]
--- store_changes



=== TEST 37: its owner takes it back after a login by SMS
--- session: sun
--- request eval
["POST /me/envelope
once=0123456789abcdefghijkl&required=1&pin=\$TEST_NGINX_PIN",
"POST /me/envelope
once=0123456789abcdefghijkl&required=0",
"POST /me/envelope
once=0123456789abcdefghijkl&required=0&pin=\$TEST_NGINX_PIN"]
--- more_headers eval
[("Content-Type: application/x-www-form-urlencoded") x 3]
--- error_code eval
[200, 400, 200]
--- response_body_like eval
[qr{"suite":2,"required":true}, qr{"code":"PARAM_MISSING".*"field":"pin"},
qr{"suite":2,"required":false}]
--- store_changes
