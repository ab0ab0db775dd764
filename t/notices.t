# POST /pay/notices: what a merchant was told, with every attempt.  POST
# /pay/notices/replay: what is sent again.  POST /pay/notices/check: his endpoint.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: the notices of a merchant; none was sent yet
--- signed: tea
--- request
POST /pay/notices
limit=20
--- response_body_like: \A\{"code":"OK","notices":\[\],"attempts":\[\],"merchant_id":"tea".*"sign":



=== TEST 2: those of an order
--- signed: tea
--- request
POST /pay/notices
out_trade_no=T3
--- response_body_like: "notices":\[\{"notify_id":"$TEST_NGINX_BILL_PAID.bill.1","event":"bill","bill_id":"$TEST_NGINX_BILL_PAID","state":"PENDING","created_at":"[^"]+"\}\],"attempts":\[\].*"sign":



=== TEST 3: those of a bill, and of its refunds
--- signed: tea
--- request eval
["POST /pay/refund\nout_trade_no=T3&out_refund_no=R1&amount=60", "POST /pay/notices\nbill_id=\$TEST_NGINX_BILL_PAID"]
--- response_body_like eval
[qr/"OK"/, qr/"event":"refund","refund_id":"[^"]+","state":"PENDING".*"event":"bill"/]



=== TEST 4: a bill that is open has none
--- signed: tea
--- request
POST /pay/notices
bill_id=$TEST_NGINX_BILL
--- response_body_like: "notices":\[\]



=== TEST 5: in another state
--- signed: tea
--- request
POST /pay/notices
out_trade_no=T3&state=DELIVERED
--- response_body_like: "notices":\[\]



=== TEST 6: somebody else's bill
--- signed: cake
--- request
POST /pay/notices
bill_id=$TEST_NGINX_BILL_PAID
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 7: an order that is none
--- signed: tea
--- request
POST /pay/notices
out_trade_no=T99
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 8: no such state
--- signed: tea
--- request
POST /pay/notices
state=PAID
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*PENDING DELIVERED EXHAUSTED.*"field":"state"



=== TEST 9: too many at once
--- signed: tea
--- request
POST /pay/notices
limit=51
--- error_code: 400
--- response_body_like: "field":"limit"



=== TEST 10: a page that is none
--- signed: tea
--- request
POST /pay/notices
before=x
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"before"



=== TEST 11: since when?
--- signed: tea
--- request
POST /pay/notices
since=yesterday
--- error_code: 400
--- response_body_like: "field":"since"



=== TEST 12: not signed
--- request
POST /pay/notices
limit=20
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"merchant_id"



=== TEST 13: one that is still sent, again
--- signed: tea
--- request
POST /pay/notices/replay
notify_id=$TEST_NGINX_BILL_PAID.bill.1
--- response_body_like: "code":"OK","notify_id":"$TEST_NGINX_BILL_PAID.bill.1","state":"PENDING".*"sign":



=== TEST 14: somebody else's
--- signed: cake
--- request
POST /pay/notices/replay
notify_id=$TEST_NGINX_BILL_PAID.bill.1
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"notify_id"



=== TEST 15: one that there is not
--- signed: tea
--- request
POST /pay/notices/replay
notify_id=$TEST_NGINX_BILL.bill.1
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"notify_id"



=== TEST 16: nothing
--- signed: tea
--- request
POST /pay/notices/replay
all=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"notify_id"



=== TEST 17: two things
--- signed: tea
--- request
POST /pay/notices/replay
notify_id=$TEST_NGINX_BILL_PAID.bill.1&since=1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"notify_id"



=== TEST 18: all since a time
--- signed: tea
--- request
POST /pay/notices/replay
since=1&all=1
--- response_body_like: "code":"OK","job_id":"[^"]+","job":"RUNNING","done":0,"started":"[^"]+".*"sign":



=== TEST 19: a job that there is not
--- signed: tea
--- request
POST /pay/notices/replay
job_id=017-01J8ZQ4T9E6M2W7K3A5B8C0D1X
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"job_id"



=== TEST 20: so many jobs in an hour
--- signed: tea
--- request eval
[("POST /pay/notices/replay\nsince=1") x 6, "POST /pay/notices/replay\nsince=1"]
--- error_code eval
[(200) x 6, 429]
--- store_changes
--- response_body_like eval
[(qr/RUNNING/) x 6, qr/"code":"RATE_LIMITED"/]



=== TEST 21: phone_notice_kept, longer than a month
--- conf
    phone_notice_kept 32d;
--- must_die
--- error_log
[emerg]
must be between 1s and 2678400s



=== TEST 22: a check that there is not
--- signed: tea
--- request
POST /pay/notices/check
check_id=017-01HQVN0QWE8SQ7ZMN6AQQ073XS
--- error_code: 404
--- store_changes
--- response_body_like: "code":"NOT_FOUND".*"field":"check_id"



=== TEST 23: a check_id that is none
--- signed: tea
--- request
POST /pay/notices/check
check_id=x
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_INVALID".*"field":"check_id"



=== TEST 24: without an address
--- signed: cake
--- request
POST /pay/notices/check
--- error_code: 409
--- store_changes
--- response_body_like: "code":"NO_NOTIFY_URL"
