# POST /pay/bills/{bill_id}/delegate, .../accept, .../decline: a bill is handed on
# to another number, which pays it or gives it back.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a bill is handed on, to a number that is written as at home
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- response_body_like: "code":"OK","bill_id":"$TEST_NGINX_BILL","status":"HANDED_ON".*"handed_to":"\+8613300000007"



=== TEST 2: as JSON
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
{"phone":"+8613300000007"}
--- response_body_like: "status":"HANDED_ON"



=== TEST 3: to a number that nobody has: the same answer
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000099
--- response_body_like: "code":"OK","bill_id":"$TEST_NGINX_BILL","status":"HANDED_ON".*"handed_to":"\+8613300000099"



=== TEST 4: who gets a text
--- conf
    phone_pump on;
--- texts: +8613300000099
--- text_like: \+8613800000001 请您代付 Shop tea 的账单，金额 1.00 CNY.* asks you to pay a bill from Shop tea
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000099



=== TEST 5: with phone_public_url the text ends with a link to the bill
--- conf
    phone_pump on;
    phone_public_url https://pay.example.com;
--- texts: +8613300000099
--- text_like: Log in to accept or decline\. https://pay\.example\.com/app/bills/[0-9]{3}-[0-9A-Z]{26}$
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000099



=== TEST 6: phone_public_url with a path
--- conf
    phone_public_url https://pay.example.com/app;
--- must_die
--- error_log
[emerg]
needs a URL of https without a path



=== TEST 7: twice: the same answer
--- session: li
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL/delegate\nphone=13300000007", "POST /pay/bills/\$TEST_NGINX_BILL/delegate\nphone=13300000007"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"handed_to":"\+8613300000007"/, qr/"handed_to":"\+8613300000007"/]



=== TEST 8: then to another: it is gone
--- session: li
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL/delegate\nphone=13300000007", "POST /pay/bills/\$TEST_NGINX_BILL/delegate\nphone=13300000008"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"HANDED_ON"/, qr/"code":"BILL_HANDED_ON"/]



=== TEST 9: as many as the operator allows
--- conf
    phone_bill_handed_day 1;
--- session: li
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL/delegate\nphone=13300000007", "POST /pay/bills/\$TEST_NGINX_BILL_DEAR/delegate\nphone=13300000007"]
--- error_code eval
[200, 429]
--- store_changes
--- response_headers_like eval
["", "Retry-After: \\d+"]
--- response_body_like eval
[qr/"HANDED_ON"/, qr/"code":"RATE_LIMITED"/]



=== TEST 10: phone_bill_handed_day 0: none
--- conf
    phone_bill_handed_day 0;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- error_code: 429
--- response_body_like: "code":"RATE_LIMITED"



=== TEST 11: phone_bill_handed_day 1000000001
--- conf
    phone_bill_handed_day 1000000001;
--- must_die
--- error_log
[emerg]
must be between 0 and 1000000000



=== TEST 12: to oneself
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13800000001
--- error_code: 409
--- store_changes
--- response_body_like: "code":"HAND_ON_LOOP".*"field":"phone"



=== TEST 13: back to who has had it
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED/delegate
phone=13700000003
--- error_code: 409
--- store_changes
--- response_body_like: "code":"HAND_ON_LOOP"



=== TEST 14: to who has declined it
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_BACK/delegate
phone=13300000007
--- error_code: 409
--- store_changes
--- response_body_like: "code":"HAND_ON_LOOP"



=== TEST 15: to nobody
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"phone"



=== TEST 16: to what is no number
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=123
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 17: somebody else's bill
--- session: wang
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 18: one that is paid
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAID/delegate
phone=13300000007
--- error_code: 409
--- response_body_like: "code":"BILL_PAID"



=== TEST 19: one that has expired
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL_LATE/delegate
phone=13300000007
--- error_code: 409
--- response_body_like: "code":"BILL_EXPIRED"



=== TEST 20: not logged in
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 21: from a page of another site
--- session: li
--- more_headers
Origin: http://evil.example
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 22: another method
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL/delegate
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 23: the store is away
--- store_away
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/delegate
phone=13300000007
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 24: what was handed on, as its payer sees it
--- session: zhao
--- request
GET /pay/bills/$TEST_NGINX_BILL_HANDED
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_HANDED","status":"HANDED_ON".*"handed_to":"\+8613300000007","handed_status":"OFFERED"



=== TEST 25: and as who has it now
--- session: wu
--- request
GET /pay/bills/$TEST_NGINX_BILL_OFFERED
--- response_body_like: "status":"OFFERED".*"handed_by":"\+8613700000003"
--- response_body_unlike: handed_to|declined_by|tell_merchant



=== TEST 26: whose id is his own
--- session: zhao
--- request
GET /pay/bills/$TEST_NGINX_BILL_OFFERED
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 27: the list of who has declined
--- session: wu
--- request
GET /pay/bills?state=DECLINED
--- response_body_like: ^\{"code":"OK","bills":\[\{"bill_id":"$TEST_NGINX_BILL_DECLINED"[^{}]*\}\]



=== TEST 28: what came back, in the list
--- session: zhao
--- request
GET /pay/bills?limit=1
--- response_body_like: "bills":\[\{"bill_id":"$TEST_NGINX_BILL_BACK","status":"CREATED".*"declined_by":"\+86\d+"



=== TEST 29: a bill is accepted
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_OFFERED","status":"PUSHED".*"tell_merchant":false



=== TEST 30: and its merchant may know
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
tell_merchant=1
--- response_body_like: "tell_merchant":true



=== TEST 31: accepted twice, the second time otherwise
--- session: wu
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL_ACCEPTED/accept\ntell_merchant=1", "POST /pay/bills/\$TEST_NGINX_BILL_ACCEPTED/accept\ntell_merchant=0"]
--- error_code eval
[200, 409]
--- response_body_like eval
[qr/"status":"PUSHED"/, qr/"code":"EXISTS".*"field":"tell_merchant"/]



=== TEST 32: neither 1 nor 0
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
tell_merchant=2
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"tell_merchant"



=== TEST 33: accepted by who has handed it on
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_HANDED/accept
--- error_code: 409
--- response_body_like: "code":"BILL_HANDED_ON"



=== TEST 34: by his own id, by another
--- session: wang
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 35: a bill that nobody has handed on
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/accept
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_OFFERED"



=== TEST 36: one that was declined
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_DECLINED/accept
--- error_code: 409
--- response_body_like: "code":"BILL_HANDED_ON"



=== TEST 37: accept, not logged in
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 38: a bill is declined, twice
--- session: wu
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL_OFFERED/decline", "POST /pay/bills/\$TEST_NGINX_BILL_OFFERED/decline"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"status":"DECLINED"/, qr/"status":"DECLINED"/]



=== TEST 39: who has handed it on gets a text
--- conf
    phone_pump on;
--- texts: +8613700000003
--- text_like: \+8613300000007 谢绝代付 Shop tea 的账单.* has declined to pay
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/decline
a=b



=== TEST 40: rejected before it is accepted: declined
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/reject
reason=no
--- response_body_like: "status":"DECLINED"
--- response_body_unlike: "reason"



=== TEST 41: after it is accepted: rejected
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED/reject
reason=no
--- response_body_like: "status":"REJECTED".*"reason":"no"



=== TEST 42: declined after it was accepted
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED/decline
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_OFFERED"



=== TEST 43: a bill of one's own
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/decline
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_OFFERED"



=== TEST 44: somebody else's
--- session: wang
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/decline
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 45: paid before it is accepted
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/pay
card_id=$TEST_NGINX_CARD_WU&pin=$TEST_NGINX_PIN
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_ACCEPTED"



=== TEST 46: handed on before it is accepted
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/delegate
phone=13800000001
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_ACCEPTED"



=== TEST 47: paid by who has handed it on
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_HANDED/pay
card_id=$TEST_NGINX_CARD_ZHAO&pin=$TEST_NGINX_PIN
--- error_code: 409
--- response_body_like: "code":"BILL_HANDED_ON"



=== TEST 48: rejected by him
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_HANDED/reject
--- error_code: 409
--- response_body_like: "code":"BILL_HANDED_ON"



=== TEST 49: paid by who has accepted it
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED/pay
card_id=$TEST_NGINX_CARD_WU&pin=$TEST_NGINX_PIN
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_ACCEPTED".*"status":"PAID".*"payer_phone":"\+8613300000007".*"card_id":"$TEST_NGINX_CARD_WU"
--- response_body_unlike: paid_by



=== TEST 50: with a card of who has handed it on
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED/pay
card_id=$TEST_NGINX_CARD_ZHAO&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 51: for the merchant nothing has changed
--- signed: tea
--- request
POST /pay/query
out_trade_no=T6
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_HANDED".*"status":"CREATED".*"payer_phone":"\+8613700000003"
--- response_body_unlike: 13300000007



=== TEST 52: who does not know any other id
--- signed: tea
--- request
POST /pay/query
bill_id=$TEST_NGINX_BILL_OFFERED
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 53: the same order again
--- signed: tea
--- request
POST /pay/bill
out_trade_no=T6&amount=100&payer_phone=13700000003&subject=tea
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_HANDED".*"status":"CREATED"



=== TEST 54: closed while it is offered
--- signed: tea
--- request eval
["POST /pay/close\nout_trade_no=T6", "POST /pay/query\nout_trade_no=T6"]
--- error_code eval
[200, 200]
--- response_body_like eval
[qr/"status":"CLOSED"/, qr/"status":"CLOSED"/]



=== TEST 55: by the old id, what came back
--- session: zhao
--- request
GET /pay/bills/$TEST_NGINX_BILL_BACK
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_BACK".*"declined_by":"\+86\d+"



=== TEST 56: the books are right
--- operator
--- request
GET /operator/check
--- response_body_like: "faults":\[\].*"ok":true



=== TEST 57: accepted in JSON, with a boolean
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
{"tell_merchant":true}
--- response_body_like: "status":"PUSHED".*"tell_merchant":true



=== TEST 58: ... neither true nor false
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_OFFERED/accept
{"tell_merchant":"yes"}
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*true or false.*"field":"tell_merchant"



=== TEST 59: by the id that a bill had before it came back
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_DECLINED_FIRST/reject
--- error_code: 409
--- response_body_like: "code":"BILL_HANDED_ON".*"bill_id":"$TEST_NGINX_BILL_BACK"



=== TEST 60: an offer is taken back
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_HANDED/recall
--- response_body_like: "code":"OK","bill_id":"(?!$TEST_NGINX_BILL_HANDED)[^"]+","status":"PUSHED"



=== TEST 61: twice: the same answer
--- session: zhao
--- request eval
["POST /pay/bills/\$TEST_NGINX_BILL_HANDED/recall\n", "POST /pay/bills/\$TEST_NGINX_BILL_HANDED/recall\n"]
--- response_body_like eval
[qr/"status":"PUSHED"/, qr/"status":"PUSHED"/]



=== TEST 62: by the number that it is offered to
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_HANDED/recall
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 63: one that was accepted
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_ACCEPTED_FIRST/recall
--- error_code: 409
--- response_body_like: "code":"BILL_ACCEPTED"



=== TEST 64: one that nobody was offered
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/recall
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_HANDED_ON"



=== TEST 65: one that has come back: it is shown
--- session: zhao
--- request
POST /pay/bills/$TEST_NGINX_BILL_DECLINED_FIRST/recall
--- response_body_like: "code":"OK","bill_id":"$TEST_NGINX_BILL_BACK".*"declined_by":"\+86\d+"



=== TEST 66: one that was taken back cannot be accepted
--- session: wu
--- request
POST /pay/bills/$TEST_NGINX_BILL_RECALLED/accept
--- error_code: 409
--- response_body_like: "code":"BILL_RECALLED"
