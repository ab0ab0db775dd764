# What the SMS gateway tells: GET /sms/report and GET /sms/in; the directives of
# texts.  t/flow/kannel.t has them with a real Kannel.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a report with a key that was made up
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/report?token=gateway-token-for-tests&id=$TEST_NGINX_BILL_PAID&key=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ&status=1
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 2: without a key
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/report?token=gateway-token-for-tests&id=$TEST_NGINX_BILL_PAID&status=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"key"



=== TEST 3: with an id that is none
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/report?token=gateway-token-for-tests&id=1&key=x&status=1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"id"



=== TEST 4: with a status that is none
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/report?token=gateway-token-for-tests&id=$TEST_NGINX_BILL_PAID&key=x&status=%25d
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"status"



=== TEST 5: a report without the token, which others do not have
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- operator
--- request
GET /sms/report?id=$TEST_NGINX_BILL_PAID&key=x&status=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 6: by another method
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
POST /sms/report
status=1
--- more_headers
Authorization: Bearer gateway-token-for-tests
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 7: STOP
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=STOP&id=6f0e
--- response_body:
--- response_headers
Content-Type: text/plain; charset=utf-8
--- store_changes



=== TEST 8: the same text again
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=STOP&id=6f0f", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=STOP&id=6f0f"]
--- response_body eval
["", ""]
--- store_changes



=== TEST 8a: marks around it, and a character that is not seen in it
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=*ST%E2%80%8BOP*&id=6f40
--- response_body:
--- store_changes



=== TEST 8b: a sentence that begins with CANCEL
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=Cancel%20my%20table&id=6f41
--- response_body:



=== TEST 8c: a long text with a long id
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request eval
"GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=STOP%20" . 'x' x 5000 . '&id=' . 'i' x 200
--- response_body:
--- store_changes



=== TEST 9: START, in Chinese
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=8613800000001&text=%E8%AE%A2%E9%98%85&id=6f10
--- response_body:
--- store_changes



=== TEST 10: a word that is none
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=hello&id=6f11
--- response_body:



=== TEST 11: a short code
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=10690&text=STOP&id=6f12
--- response_body:



=== TEST 11a: phone_sms_numbers: the country code is always there
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_sms_numbers international;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=13800000001&text=STOP&id=6f13", "GET /sms/in?token=gateway-token-for-tests&from=8613800000001&text=STOP&id=6f13"]
--- store_changes
--- response_body eval
["", ""]



=== TEST 12: nothing at all
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests
--- response_body:



=== TEST 13: what is not UTF-8
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=%FF&id=6f13
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"field":"text"



=== TEST 14: a text of a number without the token
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?from=%2B8613800000001&text=STOP&id=6f14&token=guess
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 15: phone_sms without phone_gateway_token_file
--- server
    location /sms/ { phone_sms; }
--- must_die
--- error_log
[emerg]
"phone_gateway_token_file" is missing



=== TEST 16: phone_sms with a prefix
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /gateway/ { phone_sms /gateway/; }
--- request
GET /gateway/in?token=gateway-token-for-tests&from=1&text=x
--- response_body:



=== TEST 17: phone_sms_gateway generic: a form, and no other fields in the log
--- conf
    phone_pump on;
    phone_sms_gateway generic to=To text=Body accepted=ok;
--- texts: +8613800000001
--- text_like: ^To=%2B8613800000001&Body=%E3%80%90
--- request
POST /login/code
phone=13800000001
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 18: phone_sms_parts 1: a text is cut
--- conf
    phone_pump on;
    phone_sms_parts 1;
--- texts: +8613800000001
--- text_like: valid for 1$
--- request
POST /login/code
phone=13800000001
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 19: phone_sms_report 1h: the text is kept, without what it says
--- conf
    phone_pump on;
    phone_sms_report 1h;
--- texts: +8613800000001
--- request
POST /login/code
phone=13800000001
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 20: phone_sms_gateway of no known type
--- conf
    phone_sms_gateway jasmin;
--- must_die
--- error_log
[emerg]
must be "kannel" or "generic"



=== TEST 21: phone_sms_gateway kannel has no fields
--- conf
    phone_sms_gateway kannel to=To;
--- must_die
--- error_log
[emerg]
invalid parameter "to=To"



=== TEST 22: LOGIN: a code is sent to the number, whoever it is for
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=Login&id=6f20
--- response_body:
--- texts: +8613800000001
--- text_like: 验证码 [a-z2-9]{10}，.* Login code: [a-z2-9]{10}, valid for 10 minutes
--- store_changes



=== TEST 23: in Chinese, of a number without an account
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=13700000000&text=%E7%99%BB%E5%BD%95&id=6f21
--- response_body:
--- texts: +8613700000000
--- text_like: Temporary password: \w{10}, valid for 60 minutes
--- store_changes



=== TEST 24: the same text twice: one code
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=LOGIN&id=6f22", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=LOGIN&id=6f22"]
--- response_body eval
["", ""]
--- texts: +8613800000001
--- store_changes



=== TEST 25: more than a number gets in ten minutes: the same reply, and no text
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
    phone_code_sends 1;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=LOGIN&id=6f23", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=LOGIN&id=6f24"]
--- response_body eval
["", ""]
--- texts: +8613800000001
--- store_changes



=== TEST 25a: in wide letters, after U+FEFF and before a question mark
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=%EF%BB%BF%EF%BC%AC%EF%BC%AF%EF%BC%A7%EF%BC%A9%EF%BC%AE%3F&id=6f27
--- response_body:
--- texts: +8613800000001
--- text_like: Login code: [a-z2-9]{10},
--- store_changes



=== TEST 25b: another text with the same id
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=STOP&id=6f28", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=LOGIN&id=6f28"]
--- response_body eval
["", ""]
--- texts: +8613800000001
--- store_changes



=== TEST 26: LOGIN from abroad
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B447700900123&text=LOGIN&id=6f25
--- response_body:
--- no_texts
--- store_changes



=== TEST 27: LOGIN of a fixed line
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_pump on;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B862161234567&text=LOGIN&id=6f26
--- response_body:
--- no_texts
--- store_changes



=== TEST 28: a keyword of a merchant
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    location /sms/ { phone_sms; }
--- request
GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=Pizza%20two&id=6f30
--- response_body:
--- store_changes



=== TEST 29: phone_keyword_number_day 1: the second one is ignored
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_keyword_number_day 1;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=PIZZA&id=6f31", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=PIZZA&id=6f32"]
--- response_body eval
["", ""]
--- store_changes



=== TEST 30: phone_keyword_merchant_day 1
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
    phone_keyword_merchant_day 1;
--- server
    location /sms/ { phone_sms; }
--- request eval
["GET /sms/in?token=gateway-token-for-tests&from=%2B8613800000001&text=PIZZA&id=6f33", "GET /sms/in?token=gateway-token-for-tests&from=%2B8613500000009&text=PIZZA&id=6f34"]
--- response_body eval
["", ""]
--- store_changes
