# POST /pay/message: a merchant tells the buyer or the payer the result of a bill;
# GET /pay/messages.  POST /pay/keys: his own keys.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: to the payer of a bill that is paid
--- conf
    phone_pump on;
--- texts: +8613800000001
--- text_like: Shop tea 就订单 T3 发来消息.*：Thank you. We ship today\.
--- signed: tea
--- request
POST /pay/message
out_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=Thank you. We ship today.
--- response_body_like: "code":"OK","message_no":"M1","bill_id":"$TEST_NGINX_BILL_PAID","to":"PAYER","result":"SUCCESS","created_at":"[^"]+".*"sign":



=== TEST 2: twice: the same answer
--- signed: tea
--- request eval
["POST /pay/message\nout_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=x", "POST /pay/message\nout_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=x"]
--- response_body_like eval
[qr/"OK"/, qr/"OK"/]



=== TEST 3: the same number, with another text
--- signed: tea
--- request eval
["POST /pay/message\nout_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=x", "POST /pay/message\nout_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=y"]
--- error_code eval
[200, 409]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"code":"EXISTS".*"field":"message_no"/]



=== TEST 4: the fourth about a bill
--- signed: tea
--- request eval
[map { "POST /pay/message\nout_trade_no=T3&message_no=M$_&to=PAYER&result=SUCCESS&text=x" } 1 .. 4]
--- error_code eval
[200, 200, 200, 409]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"OK"/, qr/"OK"/, qr/"code":"MESSAGE_LIMIT"/]



=== TEST 5: enough for a number today
--- conf
    phone_bill_day_payer 1;
--- signed: tea
--- request eval
[map { "POST /pay/message\nout_trade_no=T3&message_no=M$_&to=PAYER&result=SUCCESS&text=x" } 1 .. 2]
--- error_code eval
[200, 429]
--- store_changes
--- response_headers_like eval
["", "Retry-After: \\d+"]
--- response_body_like eval
[qr/"OK"/, qr/"code":"RATE_LIMITED".*"field":"to"/]



=== TEST 6: of a bill that is open
--- signed: tea
--- request
POST /pay/message
bill_id=$TEST_NGINX_BILL&message_no=M1&to=PAYER&result=SUCCESS&text=x
--- error_code: 409
--- store_changes
--- response_body_like: "code":"RESULT_MISMATCH".*"field":"result"



=== TEST 7: a failure of a bill that is paid
--- signed: tea
--- request
POST /pay/message
out_trade_no=T3&message_no=M1&to=PAYER&result=FAILURE&text=x
--- error_code: 409
--- store_changes
--- response_body_like: "code":"RESULT_MISMATCH"



=== TEST 8: somebody else's bill
--- signed: cake
--- request
POST /pay/message
bill_id=$TEST_NGINX_BILL_PAID&message_no=M1&to=PAYER&result=SUCCESS&text=x
--- error_code: 404
--- store_changes
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 9: with a link
--- signed: tea
--- request
POST /pay/message
out_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS&text=see shop.example
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_INVALID".*"field":"text".*"reason":"there is a link



=== TEST 10: without a text
--- signed: tea
--- request
POST /pay/message
out_trade_no=T3&message_no=M1&to=PAYER&result=SUCCESS
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_MISSING".*"field":"text"



=== TEST 11: to nobody
--- signed: tea
--- request
POST /pay/message
out_trade_no=T3&message_no=M1&to=ALL&result=SUCCESS&text=x
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_INVALID".*"field":"to"



=== TEST 12: the messages of a number that has none
--- session: wang
--- request
GET /pay/messages
--- response_body: {"code":"OK","messages":[]}



=== TEST 13: not logged in
--- request
GET /pay/messages
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 14: a bill that is paid has them
--- session: li
--- request
GET /pay/bills/$TEST_NGINX_BILL_PAID
--- response_body_like: "messages":\[\]



=== TEST 15: the keys of a merchant
--- signed: tea
--- request
POST /pay/keys
--- response_body_like: "code":"OK","keys":\[\{"key_id":"k1","kind":"RSA","last_used_at":"[^"]+"\}\],"merchant_id":"tea".*"sign":



=== TEST 16: the operator sees the same
--- operator
--- request
GET /operator/merchants/tea
--- response_body_like: "keys":\[\{"key_id":"k1","kind":"RSA","last_used_at":"[^"]+"\}\]
