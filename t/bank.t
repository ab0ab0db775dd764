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
--- response_body_like: "code":"OK".*"number":"400000\*\*\*0006"



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
