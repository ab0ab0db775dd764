# The cards of a person: bound with a proof, removed, the default.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: bound
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- response_body_like: "code":"OK","card_id":"$TEST_NGINX_CARD_UNBOUND","number":"622202\*{6}\d{4}"
--- response_body_unlike: $TEST_NGINX_CARD_NO



=== TEST 2: bound, as JSON, twice: shown and pays
--- session: li
--- request eval
my $bind = "POST /pay/cards\n{\"card_no\":\"\$TEST_NGINX_CARD_NO\",\"proof\":\"\$TEST_NGINX_PROOF\",\"pin\":\"\$TEST_NGINX_PIN\"}";
[ $bind, $bind, "GET /pay/cards",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\n{\"card_id\":\"\$TEST_NGINX_CARD_UNBOUND\",\"pin\":\"\$TEST_NGINX_PIN\"}" ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"OK"/, qr/"number":"622202\*{6}\d{4}".*"default":false/, qr/"status":"PAID"/ ]



=== TEST 3: a card that is not bound is not shown
--- session: li
--- request
GET /pay/cards
--- response_body_unlike: $TEST_NGINX_CARD_UNBOUND



=== TEST 4: nor does it pay
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_UNBOUND&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 5: a wrong proof: counted
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=000000&pin=$TEST_NGINX_PIN
--- error_code: 403
--- store_changes
--- response_body_like: "code":"CARD_PROOF_WRONG".*"field":"proof"
--- response_body_unlike: $TEST_NGINX_CARD_NO



=== TEST 6: a number of no card: the same
--- session: li
--- request
POST /pay/cards
card_no=4111111111111111&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 403
--- store_changes
--- response_body_like: "code":"CARD_PROOF_WRONG".*"field":"proof"



=== TEST 7: the card of another, with its proof: the same
--- session: wang
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 403
--- store_changes
--- response_body_like: "code":"CARD_PROOF_WRONG".*"field":"proof"



=== TEST 8: phone_card_tries 2: the right proof is too late
--- conf
    phone_card_tries 2;
--- session: li
--- request eval
[ map { "POST /pay/cards\ncard_no=\$TEST_NGINX_CARD_NO&proof=$_&pin=\$TEST_NGINX_PIN" } '000000', '000001', '271934' ]
--- error_code eval
[ 403, 403, 429 ]
--- store_changes
--- response_body_like eval
[ (qr/"CARD_PROOF_WRONG"/) x 2, qr/"RATE_LIMITED"/ ]



=== TEST 9: a wrong PIN
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=314159
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG".*"remaining":4



=== TEST 10: no PIN is set
--- session: zhao
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_NOT_SET"



=== TEST 11: a wrong check digit
--- session: li
--- request
POST /pay/cards
card_no=4111111111111112&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no".*"reason":"the check digit is wrong"
--- response_body_unlike: 4111111111111112



=== TEST 12: eleven digits
--- session: li
--- request
POST /pay/cards
card_no=41111111113&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no"
--- response_body_unlike: 41111111113



=== TEST 13: twenty digits
--- session: li
--- request
POST /pay/cards
card_no=41111111111111111111&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no"



=== TEST 14: the number in the URL
--- session: li
--- request
POST /pay/cards?card_no=$TEST_NGINX_CARD_NO
proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no"
--- response_body_unlike: $TEST_NGINX_CARD_NO



=== TEST 15: without a proof
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"proof"



=== TEST 16: without a PIN
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"pin"



=== TEST 17: not logged in
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 18: from a page of another site
--- session: li
--- more_headers
Origin: http://evil.example
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 19: the store is away
--- store_away
--- session: li
--- request
POST /pay/cards
card_no=$TEST_NGINX_CARD_NO&proof=$TEST_NGINX_PROOF&pin=$TEST_NGINX_PIN
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 20: removed: not shown, and pays no more
--- session: li
--- request eval
[ "DELETE /pay/cards/\$TEST_NGINX_CARD\npin=\$TEST_NGINX_PIN", "GET /pay/cards",
  "DELETE /pay/cards/\$TEST_NGINX_CARD\npin=\$TEST_NGINX_PIN",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- error_code eval
[ 200, 200, 200, 404 ]
--- store_changes
--- response_body_like eval
[ qr/"code":"OK"/, qr/^\{"code":"OK","cards":\[\{[^{}]*"currency":"USD"[^{}]*\}\]\}/, qr/"code":"OK"/, qr/"code":"CARD_NOT_FOUND"/ ]



=== TEST 21: removed: a bill that it has paid still names it
--- session: li
--- request eval
[ "DELETE /pay/cards/\$TEST_NGINX_CARD\npin=\$TEST_NGINX_PIN", "GET /pay/bills/\$TEST_NGINX_BILL_PAID" ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"status":"PAID".*"card_number":"622202\*{6}\d{4}"/ ]



=== TEST 22: the card of another
--- session: li
--- request
DELETE /pay/cards/$TEST_NGINX_CARD_WANG
pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 23: removed with a wrong PIN
--- session: li
--- request
DELETE /pay/cards/$TEST_NGINX_CARD
pin=314159
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG"



=== TEST 24: removed without a PIN
--- session: li
--- request
DELETE /pay/cards/$TEST_NGINX_CARD
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"pin"



=== TEST 25: the PIN in the URL
--- session: li
--- request
DELETE /pay/cards/$TEST_NGINX_CARD?pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"pin"



=== TEST 26: removed, not logged in
--- request
DELETE /pay/cards/$TEST_NGINX_CARD
pin=$TEST_NGINX_PIN
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 27: the default pays
--- session: li
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request eval
[ "PUT /pay/cards/\$TEST_NGINX_CARD/default", "GET /pay/cards",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\npin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"default":true/, qr/"status":"PAID".*"card_id":"\d/ ]



=== TEST 28: no card is named, and none is the default
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
pin=$TEST_NGINX_PIN
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"card_id"



=== TEST 29: the default that is removed
--- session: li
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request eval
[ "PUT /pay/cards/\$TEST_NGINX_CARD/default", "DELETE /pay/cards/\$TEST_NGINX_CARD\npin=\$TEST_NGINX_PIN",
  "POST /pay/bills/\$TEST_NGINX_BILL/pay\npin=\$TEST_NGINX_PIN" ]
--- error_code eval
[ 200, 200, 400 ]
--- store_changes
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"OK"/, qr/"code":"PARAM_MISSING".*"field":"card_id"/ ]



=== TEST 30: the card of another as the default
--- session: li
--- request
PUT /pay/cards/$TEST_NGINX_CARD_WANG/default
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 31: one that is not bound as the default
--- session: li
--- request
PUT /pay/cards/$TEST_NGINX_CARD_UNBOUND/default
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 32: the default, not logged in
--- request
PUT /pay/cards/$TEST_NGINX_CARD/default
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 33: another proof: the one before is void
--- operator
--- session: li
--- request eval
my $bind = "POST /pay/cards\ncard_no=\$TEST_NGINX_CARD_NO&pin=\$TEST_NGINX_PIN&proof";
[ "POST /operator/bank-cards/proof\ncard_no=\$TEST_NGINX_CARD_NO&proof=141421", "$bind=\$TEST_NGINX_PROOF", "$bind=141421" ]
--- error_code eval
[ 200, 403, 200 ]
--- store_changes
--- response_body_like eval
[ qr/^\{"code":"OK"\}/, qr/"code":"CARD_PROOF_WRONG"/, qr/"code":"OK","card_id":"\d/ ]



=== TEST 34: a proof of no card
--- operator
--- request
POST /operator/bank-cards/proof
card_no=4111111111111111&proof=141421
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND".*"field":"card_no"



=== TEST 35: a proof of five digits
--- operator
--- request
POST /operator/bank-cards/proof
card_no=$TEST_NGINX_CARD_NO&proof=14142
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"proof"



=== TEST 36: a proof, without a token
--- request
POST /operator/bank-cards/proof
card_no=$TEST_NGINX_CARD_NO&proof=141421
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 37: the bank opens a card, again with another proof
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/bank-cards\nphone=13800000001&card_no=4111111111111111&balance=100&proof=$_" } 141421, 141421, 161803 ]
--- error_code eval
[ 200, 200, 409 ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"OK"/, qr/"code":"EXISTS".*"field":"proof"/ ]



=== TEST 38: phone_card_tries 0
--- conf
    phone_card_tries 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000
