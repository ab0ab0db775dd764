# How much a card and a payer pay a day.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: phone_pay_card_day: one bill less than it
--- conf
    phone_pay_card_day 100;
    phone_pay_day_start 0;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- response_body_like: "status":"PAID"



=== TEST 2: phone_pay_card_day: too little
--- conf
    phone_pay_card_day 99;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"LIMIT_CARD_DAY".*"field":"card_id","left":99,"until":"2



=== TEST 3: phone_pay_payer_day: too little
--- conf
    phone_pay_payer_day 99;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"LIMIT_PAYER_DAY".*"field":"card_id","left":99,"until":"2



=== TEST 4: phone_pay_card_day_times 1, phone_pay_payer_day_times 1: one payment
--- conf
    phone_pay_card_day_times 1;
    phone_pay_payer_day_times 1;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- response_body_like: "status":"PAID"



=== TEST 5: a wrong PIN: nothing is said of a limit
--- conf
    phone_pay_card_day 1;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=314159
--- error_code: 403
--- store_changes
--- response_body_like: "code":"PIN_WRONG"



=== TEST 6: the card of another: nothing is said of its limit
--- conf
    phone_pay_card_day 1;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD_WANG&pin=$TEST_NGINX_PIN
--- error_code: 404
--- response_body_like: "code":"CARD_NOT_FOUND"



=== TEST 7: phone_pay_day_start 24h
--- conf
    phone_pay_day_start 24h;
--- must_die
--- error_log
[emerg]
must be between 0s and 82800s



=== TEST 8: phone_merchant_bill: too much with one bill
--- conf
    phone_merchant_bill 99;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=NEW&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 403
--- response_body_like: "code":"LIMIT_MERCHANT_BILL".*"field":"amount","most":99



=== TEST 9: phone_merchant_bill: one that was made before is not paid
--- conf
    phone_merchant_bill 99;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"LIMIT_MERCHANT_BILL".*"field":"amount","most":99



=== TEST 10: phone_merchant_bill: as much
--- conf
    phone_merchant_bill 100;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=NEW&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK","bill_id"



=== TEST 11: phone_merchant_day: too much for a day
--- conf
    phone_merchant_day 99;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=NEW&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 403
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"LIMIT_MERCHANT_DAY".*"left":99,"until":"2[^"]*T00:00:00Z"



=== TEST 12: phone_merchant_day: an order of before is answered
--- conf
    phone_merchant_day 1;
    phone_merchant_day_bills 1;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=T1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK".*"out_trade_no":"T1"



=== TEST 13: phone_merchant_day_bills: one a day
--- conf
    phone_merchant_day_bills 1;
    phone_merchant_day 1000;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=NEW&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK","bill_id"



=== TEST 14: phone_merchant_day -1
--- conf
    phone_merchant_day -1;
--- must_die
--- error_log
[emerg]
