# The directives that decide which texts are sent, and what they say.  The pump
# runs, also for what the world has put: nothing here may ask that the store
# stays as it is.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: phone_code_lifetime 7m: the text says how long a code is valid
--- conf
    phone_code_lifetime 7m;
    phone_pump on;
--- request
POST /login/code
phone=13800000001
--- texts: +8613800000001
--- text_like: 验证码 \d{6}，7 分钟内有效.*Login code: \d{6}, valid for 7 minutes
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 2: phone_temporary_lifetime 20m: likewise of a temporary password
--- conf
    phone_temporary_lifetime 20m;
    phone_pump on;
--- request
POST /login/code
phone=13500000009
--- texts: +8613500000009
--- text_like: 临时密码 \S+，20 分钟内有效.*Temporary password: \S+, valid for 20 minutes
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 3: phone_code_sends 1: the second text to a number is not sent
--- conf
    phone_code_sends 1;
    phone_pump on;
--- request eval
[ ("POST /login/code\nphone=13500000009") x 2 ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 4: phone_code_day 1: likewise of a day
--- conf
    phone_code_day 1;
    phone_pump on;
--- request eval
[ ("POST /login/code\nphone=13500000009") x 2 ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 5: phone_code_cap 1: one text for all, and nobody is told
--- conf
    phone_code_cap 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=13500000008" ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 6: phone_sms_number_day 1: the second text to a number is not sent
--- conf
    phone_sms_number_day 1;
    phone_pump on;
--- request eval
[ ("POST /login/code\nphone=13500000009") x 2 ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 7: phone_sms_prefix_hour 1: nor one to another number with the same first digits
--- conf
    phone_sms_prefix_hour 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=13500999999" ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 8: phone_sms_sender_day 1: nor one to any number from the same network
--- conf
    phone_sms_sender_day 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=18600000001" ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 9: phone_sms_day 1: nor one from anywhere
--- conf
    phone_sms_day 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=18600000001" ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 10: what is refused is counted
--- conf
    phone_sms_day 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=18600000001", "GET /metrics" ]
--- texts: +8613500000009
--- error_code eval
[202, 202, 200]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"OK"/, qr/^phone_texts_refused_site_total \d/m ]



=== TEST 11: a number of another country gets no code, and is told
--- request
POST /login/code
phone=%2B14155552671
--- error_code: 403
--- response_body_like: "code":"SMS_COUNTRY".*"field":"phone"



=== TEST 11a: a fixed line gets no code, and is told
--- request
POST /login/code
phone=021-61234567
--- error_code: 403
--- response_body_like: "code":"SMS_NUMBER".*"field":"phone"



=== TEST 12: phone_sms_countries: one that is allowed
--- conf
    phone_sms_countries CN US;
    phone_pump on;
--- request
POST /login/code
phone=%2B14155552671
--- texts: +14155552671
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 13: phone_sms_countries: the region's own is not among them
--- conf
    phone_sms_countries HK MO;
--- request
POST /login/code
phone=13500000009
--- error_code: 403
--- response_body_like: "code":"SMS_COUNTRY".*"field":"phone"



=== TEST 14: phone_sms_countries of a country that does not exist
--- conf
    phone_sms_countries CN XX;
--- must_die
--- error_log
[emerg]
needs "all" or countries of two capital letters, as in ISO 3166: "XX"



=== TEST 15: phone_sms_merchant_day 1: one text of a merchant, to whomever
--- conf
    phone_sms_merchant_day 1;
    phone_pump on;
--- signed: tea
--- request eval
[ "POST /pay/bill\nout_trade_no=B1&amount=100&payer_phone=13500000009&subject=tea", "POST /pay/bill\nout_trade_no=B2&amount=100&payer_phone=18600000001&subject=tea" ]
--- texts: +8613500000009
--- response_body_like eval
[ (qr/"status":"CREATED"/) x 2 ]
