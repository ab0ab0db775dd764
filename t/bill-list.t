# GET /pay/bills and GET /pay/bills/{bill_id}: what a person sees of his bills;
# GET /pay/cards: what he pays with.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: one's bills, the newest first
--- session: li
--- request
GET /pay/bills
--- response_headers
Cache-Control: no-store
--- response_body_like: "bills":\[\{"bill_id":"$TEST_NGINX_BILL_PAID".*"$TEST_NGINX_BILL_DEAR".*"$TEST_NGINX_BILL"



=== TEST 2: and no one else's
--- session: wang
--- request
GET /pay/bills
--- response_body_like: ^\{"code":"OK","bills":\[\{"bill_id":"$TEST_NGINX_BILL_WANG"[^{}]*\}\]



=== TEST 3: of a person without bills
--- session: qian
--- request
GET /pay/bills
--- response_body_like: "code":"OK","bills":\[\]



=== TEST 4: those that are paid
--- session: li
--- request
GET /pay/bills?state=PAID
--- response_body_like: ^\{"code":"OK","bills":\[\{"bill_id":"$TEST_NGINX_BILL_PAID"[^{}]*\}\]



=== TEST 5: those that expired: none
--- session: li
--- request
GET /pay/bills?state=EXPIRED
--- response_body_like: "bills":\[\]



=== TEST 6: one at a time
--- session: li
--- request
GET /pay/bills?limit=1
--- response_body_like: "bills":\[\{"bill_id":"$TEST_NGINX_BILL_PAID"[^{}]*\}\],"next_before":"\S+"



=== TEST 7: those before another one
--- session: li
--- request
GET /pay/bills?before=$TEST_NGINX_BEFORE&limit=1
--- response_body_like: "bills":\[\{"bill_id":"$TEST_NGINX_BILL_DEAR"[^{}]*\}\]



=== TEST 8: a status that is none
--- session: li
--- request
GET /pay/bills?state=LOST
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"state"



=== TEST 9: none at all
--- session: li
--- request
GET /pay/bills?limit=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 10: all the world's
--- session: li
--- request
GET /pay/bills?limit=1000000
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 11: before something that is no place
--- session: li
--- request
GET /pay/bills?before=a%20b
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"before"



=== TEST 12: not logged in
--- request
GET /pay/bills
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 13: with a cookie that nobody made
--- more_headers
Cookie: phone_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
--- request
GET /pay/bills
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 14: another method
--- session: li
--- request
DELETE /pay/bills
--- error_code: 405
--- response_headers
Allow: OPTIONS, GET, HEAD, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 15: one bill
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL
--- response_body_like: "bill_id":"$TEST_NGINX_BILL","status":"CREATED","merchant_id":"tea","merchant":"Shop tea","out_trade_no":"T1","amount":100,"currency":"CNY","subject":"tea"



=== TEST 16: one that is paid
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL_PAID
--- response_body_like: "status":"PAID".*"card_id":"$TEST_NGINX_CARD".*"paid_at":"2



=== TEST 17: one that is not one's own
--- session: wang
--- request
GET /pay/bills/$TEST_NGINX_BILL
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 18: one that nobody made
--- session: li
--- request
GET /pay/bills/075-00000000000000000000000000
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 19: an id that none can have
--- session: li
--- request
GET /pay/bills/nothing
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"bill_id"



=== TEST 20: one bill, not logged in
--- request
GET /pay/bills/$TEST_NGINX_BILL
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 21: one's cards; the numbers are masked
--- session: li
--- request
GET /pay/cards
--- response_body_like: "card_id":"$TEST_NGINX_CARD","bank":"","number":"622202\*{6}\d{4}","currency":"CNY","balance":99900



=== TEST 22: of a person without cards
--- session: qian
--- request
GET /pay/cards
--- response_body_like: "cards":\[\]



=== TEST 23: cards, not logged in
--- request
GET /pay/cards
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 24: another method
--- session: li
--- request
PUT /pay/cards
a=b
--- error_code: 405
--- response_headers
Allow: OPTIONS, GET, HEAD, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 25: the store is away
--- store_away
--- session: li
--- request
GET /pay/bills
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 26: the store is away, cards
--- store_away
--- session: li
--- request
GET /pay/cards
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 27: those that are open
--- session: li
--- request
GET /pay/bills?state=OPEN&limit=50
--- response_body_like: "out_trade_no":"T1","amount"
--- response_body_unlike: "status":"(PAID|EXPIRED|CLOSED|HANDED_ON)"
