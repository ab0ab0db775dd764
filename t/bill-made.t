# POST /pay/bills: a merchant sees the bills that he has made.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: all of them, newest first
--- signed: tea
--- request
POST /pay/bills
limit=100
--- response_body_like: "code":"OK","bills":\[.*"out_trade_no":"T2".*"out_trade_no":"T1".*\].*"sign":
--- response_body_unlike: "out_trade_no":"C1"|next_before



=== TEST 2: another merchant's are not among them
--- signed: cake
--- request
POST /pay/bills
limit=100
--- response_body_like: "out_trade_no":"C1"
--- response_body_unlike: "out_trade_no":"T1"



=== TEST 3: a page, and where the next one begins
--- signed: tea
--- request
POST /pay/bills
limit=2
--- response_body_like: "bills":\[\{[^{}]*\},\{[^{}]*\}\],"next_before":"[0-9]+\.[0-9]+"



=== TEST 4: a month in which he has made none, and none before
--- signed: tea
--- request
POST /pay/bills
before=1.1
--- response_body_like: "bills":\[\],"merchant_id"



=== TEST 5: paid ones
--- signed: tea
--- request
POST /pay/bills
state=PAID&limit=100
--- response_body_like: "out_trade_no":"T3","status":"PAID".*"paid_at":"2
--- response_body_unlike: "status":"(CREATED|PUSHED|EXPIRED)"



=== TEST 6: open ones; of those that were handed on he is told no more
--- signed: tea
--- request
POST /pay/bills
state=OPEN&limit=100
--- response_body_like: "out_trade_no":"T6","status":"(CREATED|PUSHED)"
--- response_body_unlike: "status":"(PAID|EXPIRED|OFFERED|HANDED_ON|DECLINED)"



=== TEST 7: a handed on bill has the id and the payer that its merchant knows
--- signed: tea
--- request
POST /pay/bills
limit=100
--- response_body_like: "bill_id":"$TEST_NGINX_BILL_HANDED","out_trade_no":"T6"
--- response_body_unlike: $TEST_NGINX_BILL_OFFERED



=== TEST 8: made later than any
--- signed: tea
--- request
POST /pay/bills
since=99999999999
--- response_body_like: "bills":\[\],"merchant_id"



=== TEST 9: a state that merchants are not told
--- signed: tea
--- request
POST /pay/bills
state=OFFERED
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"state"



=== TEST 10: a place that is none
--- signed: tea
--- request
POST /pay/bills
before=yesterday
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"before".*next_before



=== TEST 11: more than a hundred
--- signed: tea
--- request
POST /pay/bills
limit=101
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 12: who has not signed
--- request
POST /pay/bills
merchant_id=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 13: a session is none
--- session: li
--- request
POST /pay/bills
limit=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 14: a merchant who is closed
--- signed: closed
--- request
POST /pay/bills
limit=1
--- error_code: 403
--- response_body_like: "code":"MERCHANT_CLOSED"
