# Cards of a bank that is asked over HTTP (docs/bank.md).  Events are left alone
# here, so the bank is never asked: t/flow/bank.t has what it answers.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a payment that waits for the bank
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN&pay_id=p1
--- response_body_like: "code":"OK".*"status":"PUSHED".*"card_id":"$TEST_NGINX_CARD_BANK","payment":"PENDING"



=== TEST 2: the bank of the card is not configured
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- error_code: 503
--- response_body_like: "code":"BANK_UNAVAILABLE".*"field":"card_id".*"retryable":true



=== TEST 3: a wrong PIN, and the bank is not asked
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=314159
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG"



=== TEST 4: somebody else's card of the bank
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 5: while the bank is asked: not with another card
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/pay
card_id=$TEST_NGINX_CARD_SUI&pin=$TEST_NGINX_PIN
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING".*"retryable":true



=== TEST 6: ... the same payment again
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN&pay_id=p10
--- response_body_like: "status":"PUSHED".*"payment":"PENDING"



=== TEST 7: ... with another card
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/pay
card_id=$TEST_NGINX_CARD_SUI&pin=$TEST_NGINX_PIN&pay_id=p10
--- error_code: 409
--- response_body_like: "code":"EXISTS".*"field":"card_id"



=== TEST 8: ... with a wrong PIN, which is counted
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/pay
card_id=$TEST_NGINX_CARD_BANK&pin=314159&pay_id=p10
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG".*"remaining":4



=== TEST 9: ... it is not rejected
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/reject
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING"



=== TEST 10: ... nor handed on
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/delegate
phone=13800000001
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING"



=== TEST 11: ... nor accepted
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/accept
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING"



=== TEST 12: ... nor declined
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_PAYING/decline
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING"



=== TEST 13: ... its merchant cannot close it
--- signed: tea
--- request
POST /pay/close
out_trade_no=T12
--- error_code: 409
--- response_body_like: "code":"PAYMENT_PENDING"



=== TEST 14: ... nor refund it, and sees an open bill
--- signed: tea
--- request
POST /pay/refund
out_trade_no=T12&out_refund_no=r1&amount=1
--- error_code: 409
--- response_body_like: "code":"BILL_NOT_PAID".*"status":"PUSHED"



=== TEST 15: ... as he does when he asks
--- signed: tea
--- request
POST /pay/query
out_trade_no=T12
--- response_body_like: "status":"PUSHED"
--- response_body_unlike: payment"



=== TEST 16: ... the payer sees that it is under way
--- session: sui
--- request
GET /pay/bills/$TEST_NGINX_BILL_PAYING
--- response_body_like: "status":"PUSHED".*"payment":"PENDING"



=== TEST 17: ... also in the list of what is open
--- session: sui
--- request
GET /pay/bills?state=PUSHED
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_PAYING","status":"PUSHED"



=== TEST 18: ... and nobody else
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL_PAYING
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 19: the books are right meanwhile
--- operator
--- request
GET /operator/check
--- response_body_like: "faults":\[\].*"ok":true



=== TEST 20: a card of the bank
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4000000000006&balance=0&bank=citybank
--- response_body_like: "code":"OK".*"number":"\*{9}0006"



=== TEST 21: ... has no balance here
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4000000000006&balance=1&bank=citybank
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"balance"



=== TEST 22: a name that is no bank's is shown with the card, as before
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4000000000006&balance=1&bank=citybank
--- response_body_like: "code":"OK"



=== TEST 23: nothing is stopped
--- operator
--- request
GET /operator/payments
--- response_body: {"code":"OK","payments":[]}



=== TEST 24: a payment that is stopped
--- redis
HSET $TEST_NGINX_PAYMENT_KEY state STOPPED stopped_in VOIDING reason REFUNDED listed 1
ZADD $TEST_NGINX_UNCLEAR_KEY 1800000000000 $TEST_NGINX_PAYMENT
--- operator
--- request
GET /operator/payments
--- response_body_like: "payments":\[\{"payment_id":"$TEST_NGINX_PAYMENT","state":"STOPPED","stopped_in":"VOIDING","reason":"REFUNDED","bank":"citybank","currency":"CNY","card_id":"$TEST_NGINX_CARD_BANK","bill_id":"$TEST_NGINX_BILL_PAYING","amount":100,



=== TEST 25: ... is a fault for the check
--- redis
HSET $TEST_NGINX_PAYMENT_KEY state STOPPED stopped_in VOIDING reason REFUNDED listed 1
ZADD $TEST_NGINX_UNCLEAR_KEY 1800000000000 $TEST_NGINX_PAYMENT
--- operator
--- request
GET /operator/check
--- response_body_like: "faults":\[\{"what":"payment_unclear","where":"payment:$TEST_NGINX_PAYMENT"\}\].*"ok":false



=== TEST 26: ... is resumed, and once more
--- redis
HSET $TEST_NGINX_PAYMENT_KEY state STOPPED stopped_in VOIDING reason REFUNDED listed 1
ZADD $TEST_NGINX_UNCLEAR_KEY 1800000000000 $TEST_NGINX_PAYMENT
--- operator
--- request eval
["POST /operator/payments/\$TEST_NGINX_PAYMENT/resume", "POST /operator/payments/\$TEST_NGINX_PAYMENT/resume"]
--- response_body_like eval
[qr/"state":"VOIDING"/, qr/"state":"VOIDING"/]



=== TEST 27: one that is not stopped stays as it is
--- operator
--- request
POST /operator/payments/$TEST_NGINX_PAYMENT/resume
--- response_body_like: "payment_id":"$TEST_NGINX_PAYMENT","state":"AUTHORISING"



=== TEST 28: an unknown one
--- operator
--- request
POST /operator/payments/017-01J8ZQ4T9E6M2W7K3A5B8C0D1F/resume
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"payment_id"



=== TEST 29: something that is no id
--- operator
--- request
POST /operator/payments/nothing/resume
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 30: the payer does not resume his payment
--- session: sui
--- request
POST /operator/payments/$TEST_NGINX_PAYMENT/resume
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 31: nor does he see the list
--- session: sui
--- request
GET /operator/payments
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 32: a page that nobody has
--- operator
--- request
GET /operator/payments?limit=101
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 33: a bank has paid what it owes
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/banks/citybank/settle
settle_no=2026-11-22&amount=100
--- response_body: {"code":"OK","bank":"citybank","settle_no":"2026-11-22","currency":"CNY","state":"RUNNING","settled":0}



=== TEST 34: ... an unknown bank
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/banks/nobank/settle
settle_no=2026-11-22
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"bank"



=== TEST 35: ... an amount that nobody has filled in
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/banks/citybank/settle
settle_no=2026-11-22&amount=
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 36: ... without a number
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request
POST /operator/banks/citybank/settle
amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"settle_no"



=== TEST 37: ... while another one is booked
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request eval
["POST /operator/banks/citybank/settle\nsettle_no=s1&amount=100", "POST /operator/banks/citybank/settle\nsettle_no=s2"]
--- error_code eval
[200, 503]
--- store_changes
--- response_body_like eval
[qr/"state":"RUNNING"/, qr/"code":"BUSY"/]



=== TEST 38: ... with another amount
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- operator
--- request eval
["POST /operator/banks/citybank/settle\nsettle_no=s1&amount=100", "POST /operator/banks/citybank/settle\nsettle_no=s1&amount=99"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"state":"RUNNING"/, qr/"code":"EXISTS".*"field":"amount"/]



=== TEST 39: more than the ledger has room for: the bank is not asked
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- redis
HSET $TEST_NGINX_BALANCES_SUI bank:citybank:CNY -35156249999901
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- error_code: 409
--- store_changes
--- response_body_like: "code":"ACCOUNT_FULL".*"field":"card_id"



=== TEST 40: as much as it has room for
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
--- redis
HSET $TEST_NGINX_BALANCES_SUI bank:citybank:CNY -35156249999900
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- response_body_like: "payment":"PENDING"



=== TEST 41: phone_pay_card_declined 1: one is under way
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
phone_pay_card_declined 1;
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"LIMIT_CARD_DAY".*"field":"card_id"



=== TEST 42: phone_pay_card_declined 2: and another one
--- conf
phone_bank citybank $TEST_NGINX_CONF/citybank.secret;
phone_fetch_location bank /bank;
phone_pay_card_declined 2;
--- session: sui
--- request
POST /pay/bills/$TEST_NGINX_BILL_SUI/pay
card_id=$TEST_NGINX_CARD_BANK&pin=$TEST_NGINX_PIN
--- response_body_like: "payment":"PENDING"



=== TEST 43: a card of the bank is shown without a balance
--- session: sui
--- request
GET /pay/cards
--- response_body_like: "bank":"citybank","number":"[^"]*","currency":"CNY","default":false
