# The directives of docs/core.md that set limits and times: what each does, and
# that it refuses what it cannot do.

use lib 't/lib';
use Phone::World;

# a configuration that is refused serves nothing

add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(request => 'GET /') unless defined $block->request;
});

no_long_string();
run_tests();

__DATA__

=== TEST 1: phone_region US: national numbers are American
--- conf
    phone_region US;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=2125550123&subject=tea
--- response_body_like: "payer_phone":"\+12125550123"



=== TEST 2: ... and Chinese ones are none
--- conf
    phone_region US;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=02161234567&subject=tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"payer_phone"



=== TEST 3: phone_region china
--- conf
    phone_region china;
--- must_die
--- error_log
[emerg]
needs a country code of two capital letters



=== TEST 4: phone_currency JPY: of bills that name none
--- conf
    phone_currency JPY;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "amount":100,"currency":"JPY"



=== TEST 5: phone_currency YEN
--- conf
    phone_currency YEN;
--- must_die
--- error_log
[emerg]
needs an ISO 4217 code



=== TEST 6: phone_site: whoever reads a text knows it
--- conf
    phone_site Teahouse;
    phone_pump on;
--- request
POST /login/code
phone=13500000009
--- texts: +8613500000009
--- text_like: ^【Teahouse】临时密码
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 7: phone_site ""
--- conf
    phone_site "";
--- must_die
--- error_log
[emerg]
needs 1 to 32 visible characters



=== TEST 8: phone_session_idle: a session that was not used so long is over
--- conf
    phone_session_idle 60s;
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_headers_like
Set-Cookie: phone_session=[\w.-]+; .*
--- response_body_like: "code":"OK"



=== TEST 9: phone_session_idle 59s
--- conf
    phone_session_idle 59s;
--- must_die
--- error_log
[emerg]
must be between 60s



=== TEST 10: phone_session_idle 31d
--- conf
    phone_session_idle 31d;
--- must_die
--- error_log
[emerg]
"phone_session_idle" is longer than "phone_session_lifetime"



=== TEST 11: phone_session_lifetime: the cookie ends with it
--- conf
    phone_session_lifetime 8d;
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_headers_like
Set-Cookie: phone_session=.*Max-Age=691200.*
--- response_body_like: "code":"OK"



=== TEST 12: phone_session_lifetime x
--- conf
    phone_session_lifetime x;
--- must_die
--- error_log
[emerg]
invalid value



=== TEST 13: phone_code_lifetime 59s
--- conf
    phone_code_lifetime 59s;
--- must_die
--- error_log
[emerg]
must be between 60s



=== TEST 14: phone_temporary_lifetime 59s
--- conf
    phone_temporary_lifetime 59s;
--- must_die
--- error_log
[emerg]
must be between 60s



=== TEST 15: phone_device_lifetime 59s
--- conf
    phone_device_lifetime 59s;
--- must_die
--- error_log
[emerg]
must be between 60s



=== TEST 16: phone_device_lifetime: the cookie of the browser ends with it
--- conf
    phone_device_lifetime 2d;
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_headers_like
Set-Cookie: .*phone_device=.*Max-Age=172800.*
--- response_body_like: "code":"OK"



=== TEST 17: phone_login_fails 1: the second try at an address is one too many
--- conf
    phone_login_fails 1;
--- store_changes
--- request eval
[ map { "POST /login\nphone=13800000001&password=wrong-one-$_" } 1 .. 2 ]
--- error_code eval
[ 401, 429 ]
--- response_body_like eval
[ qr/LOGIN_FAILED/, qr/RATE_LIMITED/ ]



=== TEST 18: phone_login_fails 0
--- conf
    phone_login_fails 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 19: phone_login_day 1: likewise
--- conf
    phone_login_day 1;
--- store_changes
--- request eval
[ map { "POST /login\nphone=13800000001&password=wrong-one-$_" } 1 .. 2 ]
--- error_code eval
[ 401, 429 ]
--- response_body_like eval
[ qr/LOGIN_FAILED/, qr/RATE_LIMITED/ ]



=== TEST 20: phone_login_day 10001
--- conf
    phone_login_day 10001;
--- must_die
--- error_log
[emerg]
must be between 1 and 10000



=== TEST 21: phone_address_tries 1: an address that asks for two codes
--- conf
    phone_address_tries 1;
--- store_changes
--- request eval
[ map { "POST /login/code\nphone=1350000000$_" } 1, 2 ]
--- error_code eval
[ 202, 429 ]
--- response_body_like eval
[ qr/"OK"/, qr/RATE_LIMITED/ ]



=== TEST 22: phone_address_tries x
--- conf
    phone_address_tries x;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 23: phone_login_window 25h
--- conf
    phone_login_window 25h;
--- must_die
--- error_log
[emerg]
must be between 1s and 86400s



=== TEST 24: phone_login_window: how long to wait
--- conf
    phone_login_window 1h;
    phone_login_fails 1;
--- store_changes
--- request eval
[ map { "POST /login\nphone=13800000001&password=wrong-one-$_" } 1 .. 2 ]
--- error_code eval
[ 401, 429 ]
--- response_headers_like eval
[ "", "Retry-After: \\d+" ]
--- response_body_like eval
[ qr/LOGIN_FAILED/, qr/RATE_LIMITED/ ]



=== TEST 25: phone_code_tries 0
--- conf
    phone_code_tries 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 26: phone_code_sends 1001
--- conf
    phone_code_sends 1001;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 27: phone_code_day -1
--- conf
    phone_code_day -1;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 28: phone_code_cap 100001
--- conf
    phone_code_cap 100001;
--- must_die
--- error_log
[emerg]
must be between 1 and 100000



=== TEST 29: phone_pin_fails 1: the first wrong PIN locks
--- conf
    phone_pin_fails 1;
--- session: li
--- store_changes
--- request eval
[ ("POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=314159") x 2 ]
--- error_code eval
[ 403, 403 ]
--- response_body_like eval
[ qr/"PIN_WRONG".*"remaining":0/, qr/"PIN_LOCKED"/ ]



=== TEST 30: phone_pin_fails 0
--- conf
    phone_pin_fails 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 31: phone_pin_quiet 1m: a PIN that was reset
--- conf
    phone_pin_quiet 1m;
--- session: zhou
--- request
POST /pay/pin/forgotten
pin=141421&password=$TEST_NGINX_PASSWORD
--- response_body_like: "until":"2



=== TEST 32: phone_pin_quiet 59s
--- conf
    phone_pin_quiet 59s;
--- must_die
--- error_log
[emerg]
must be between 60s and 315360000s



=== TEST 33: phone_idempotency_keys 0: no key is kept
--- conf
    phone_idempotency_keys 0;
--- session: li
--- more_headers
Idempotency-Key: k1
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- error_code: 429
--- response_body_like: "code":"RATE_LIMITED"



=== TEST 34: phone_idempotency_keys 10001
--- conf
    phone_idempotency_keys 10001;
--- must_die
--- error_log
[emerg]
must be between 0 and 10000



=== TEST 35: phone_bill_lifetime: a bill that says nothing else
--- conf
    phone_bill_lifetime 3650d;
    phone_bill_lifetime_max 3650d;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "expires_at":"2036



=== TEST 36: phone_bill_lifetime 31d
--- conf
    phone_bill_lifetime 31d;
--- must_die
--- error_log
[emerg]
"phone_bill_lifetime" is longer than "phone_bill_lifetime_max"



=== TEST 37: phone_bill_lifetime_max: a bill that asks for more gets that
--- conf
    phone_bill_lifetime 60s;
    phone_bill_lifetime_max 1h;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea&expires_in=2592000
--- response_body_unlike: "expires_at":"$TEST_NGINX_IN_30_DAYS



=== TEST 38: ... and without it
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea&expires_in=2592000
--- response_body_like: "expires_at":"$TEST_NGINX_IN_30_DAYS



=== TEST 39: phone_bill_lifetime_max 999ms
--- conf
    phone_bill_lifetime_max 999ms;
--- must_die
--- error_log
[emerg]
must be between 1s



=== TEST 40: phone_bill_day 0: no bills
--- conf
    phone_bill_day 0;
--- store_changes
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 429
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"RATE_LIMITED"



=== TEST 41: phone_bill_day 1000000001
--- conf
    phone_bill_day 1000000001;
--- must_die
--- error_log
[emerg]
must be between 0 and 1000000000



=== TEST 42: phone_bill_day_payer 0: no bills
--- conf
    phone_bill_day_payer 0;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 429
--- response_headers_like
Retry-After: \d+
--- response_body_like: "code":"RATE_LIMITED"



=== TEST 43: phone_bill_day_payer 1000000001
--- conf
    phone_bill_day_payer 1000000001;
--- must_die
--- error_log
[emerg]
must be between 0 and 1000000000



=== TEST 44: phone_bill_texts 0: the bill is made and no text goes
--- conf
    phone_bill_texts 0;
    phone_pump on;
--- no_texts
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "status":"CREATED"



=== TEST 45: phone_bill_texts x
--- conf
    phone_bill_texts x;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 46: phone_bill_texts_day 0: the bill is made and no text goes
--- conf
    phone_bill_texts_day 0;
    phone_pump on;
--- no_texts
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "status":"CREATED"



=== TEST 47: phone_bill_texts_day x
--- conf
    phone_bill_texts_day x;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 48: phone_bill_merchant_texts 0: the bill is made and no text goes
--- conf
    phone_bill_merchant_texts 0;
    phone_pump on;
--- no_texts
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "status":"CREATED"



=== TEST 49: phone_bill_merchant_texts x
--- conf
    phone_bill_merchant_texts x;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 50: phone_bill_merchant_texts_day 0: the bill is made and no text goes
--- conf
    phone_bill_merchant_texts_day 0;
    phone_pump on;
--- no_texts
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "status":"CREATED"



=== TEST 51: phone_bill_merchant_texts_day x
--- conf
    phone_bill_merchant_texts_day x;
--- must_die
--- error_log
[emerg]
invalid number



=== TEST 52: ... without them: one goes
--- conf
    phone_pump on;
--- texts: +8613800000001
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "status":"CREATED"



=== TEST 53: phone_bill_text_window 0
--- conf
    phone_bill_text_window 0;
--- must_die
--- error_log
[emerg]
must be between 1s and 86400s



=== TEST 54: phone_clock_skew: how far a timestamp may be off
--- conf
    phone_clock_skew 1h;
--- signed: tea timestamp=$TEST_NGINX_HALF_AN_HOUR_AGO
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK"



=== TEST 55: ... and without it
--- signed: tea timestamp=$TEST_NGINX_HALF_AN_HOUR_AGO
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"TIMESTAMP_SKEW"



=== TEST 56: phone_clock_skew 61m
--- conf
    phone_clock_skew 61m;
--- must_die
--- error_log
[emerg]
must be between 1s and 3600s



=== TEST 57: phone_live_open 0
--- conf
    phone_live_open 0;
--- must_die
--- error_log
[emerg]
must be between 1s and 3600s



=== TEST 58: phone_lease 0
--- conf
    phone_lease 0;
--- must_die
--- error_log
[emerg]
must be between 1s and 3600s



=== TEST 59: phone_clock_bound 0
--- conf
    phone_clock_bound 0;
--- must_die
--- error_log
[emerg]
must be between 1s and 3600s



=== TEST 60: phone_sms_tries 0
--- conf
    phone_sms_tries 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 61: phone_notice_schedule 500ms
--- conf
    phone_notice_schedule 500ms;
--- must_die
--- error_log
[emerg]
has an invalid wait "500ms"



=== TEST 62: phone_cookie_secure on: cookies for TLS
--- conf
    phone_cookie_secure on;
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_headers_like
Set-Cookie: __Host-phone_session=.*; Path=/;.*Secure.*
--- response_body_like: "code":"OK"



=== TEST 63: phone_cookie_secure yes
--- conf
    phone_cookie_secure yes;
--- must_die
--- error_log
[emerg]
it must be "on" or "off"



=== TEST 64: phone_body_max: a body of that size
--- conf
    phone_body_max 100;
--- request eval
"POST /login\nphone=13800000001&password=" . "x" x 70
--- error_code: 401
--- store_changes
--- response_body_like: "code":"LOGIN_FAILED"



=== TEST 65: ... and of a byte more
--- conf
    phone_body_max 100;
--- request eval
"POST /login\nphone=13800000001&password=" . "x" x 75
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 66: phone_body_max 2m
--- conf
    phone_body_max 2m;
--- must_die
--- error_log
[emerg]
must be between 1 and 1m



=== TEST 67: phone_buckets: not those of the store
--- conf
    phone_buckets 100;
--- session: li
--- request
GET /me
--- error_code: 503
--- error_log
[crit]
phone_buckets
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 68: phone_buckets 1001
--- conf
    phone_buckets 1001;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000



=== TEST 69: phone_store_id: another store than that which is there
--- conf
    phone_store_id another;
--- session: li
--- request
GET /me
--- error_code: 503
--- error_log
[crit]
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 70: phone_store_id a:b
--- conf
    phone_store_id a:b;
--- must_die
--- error_log
[emerg]
needs the id



=== TEST 71: phone_commit_domain bucket: a payment
--- conf
    phone_commit_domain bucket;
    phone_pump on;
--- session: li
--- request
POST /pay/bills/$TEST_NGINX_BILL/pay
card_id=$TEST_NGINX_CARD&pin=$TEST_NGINX_PIN
--- response_body_like: "status":"PAID"



=== TEST 72: phone_commit_domain all
--- conf
    phone_commit_domain all;
--- must_die
--- error_log
[emerg]
invalid value "all"



=== TEST 73: phone_compute_threads 1: a login and a payment
--- conf
    phone_compute_threads 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 74: phone_compute_threads 0
--- conf
    phone_compute_threads 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 256



=== TEST 75: phone_compute_queue 1: a login and a payment
--- conf
    phone_compute_queue 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 76: phone_compute_queue 0
--- conf
    phone_compute_queue 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000000



=== TEST 77: phone_password_queue 1: a login and a payment
--- conf
    phone_password_queue 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 78: phone_password_queue 0
--- conf
    phone_password_queue 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 4096



=== TEST 79: phone_max_calls 1: a login and a payment
--- conf
    phone_max_calls 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 80: phone_max_calls 0
--- conf
    phone_max_calls 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000000



=== TEST 81: phone_pump_events 1: a login and a payment
--- conf
    phone_pump_events 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 82: phone_pump_events 0
--- conf
    phone_pump_events 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000000



=== TEST 83: phone_pump_lane 1: a login and a payment
--- conf
    phone_pump_lane 1;
--- session: li
--- request eval
[ "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD", "POST /pay/bills/\$TEST_NGINX_BILL/pay\ncard_id=\$TEST_NGINX_CARD&pin=\$TEST_NGINX_PIN" ]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 84: phone_pump_lane 0
--- conf
    phone_pump_lane 0;
--- must_die
--- error_log
[emerg]
must be between 1 and 1000000



=== TEST 85: phone_call_timeout 31s
--- conf
    phone_call_timeout 31s;
--- must_die
--- error_log
[emerg]
must be between 100ms and 30s



=== TEST 86: phone_pump maybe
--- conf
    phone_pump maybe;
--- must_die
--- error_log
[emerg]
needs "on", "off" or "interval=time"



=== TEST 87: phone_pump interval=99ms
--- conf
    phone_pump interval=99ms;
--- must_die
--- error_log
[emerg]
needs an interval between 100ms and 60s



=== TEST 88: phone_redis_unsafe yes
--- conf
    phone_redis_unsafe yes;
--- must_die
--- error_log
[emerg]
it must be "on" or "off"



=== TEST 89: phone_redis_unsafe off: a Redis without an append-only file
--- conf
    phone_redis_unsafe off;
--- session: li
--- request
GET /me
--- error_code: 503
--- error_log
[crit]
append-only
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 90: phone_redis 127.0.0.1:x
--- conf
    phone_redis 127.0.0.1:x;
--- must_die
--- error_log
[emerg]
invalid port



=== TEST 91: phone_redis 127.0.0.1 connections=65
--- conf
    phone_redis 127.0.0.1 connections=65;
--- must_die
--- error_log
[emerg]
invalid parameter "connections=65"



=== TEST 92: phone_secret_file /nonexistent/secret
--- conf
    phone_secret_file /nonexistent/secret;
--- must_die
--- error_log
[emerg]
open() "/nonexistent/secret" failed



=== TEST 93: phone_secret_file_before /nonexistent/secret
--- conf
    phone_secret_file_before /nonexistent/secret;
--- must_die
--- error_log
[emerg]
open() "/nonexistent/secret" failed



=== TEST 94: phone_secret_file_before: sessions of the secret before
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
    phone_secret_file_before $TEST_NGINX_CONF/secret;
--- session: li
--- request
GET /me
--- response_body_like: "phone":"\+8613800000001"



=== TEST 95: ... and without it
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
--- session: li
--- request
GET /me
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 96: phone_secret_file: a password of the secret before
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
    phone_secret_file_before $TEST_NGINX_CONF/secret;
--- store_changes
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_body_like: "code":"OK"



=== TEST 97: ... and without it: nothing is compared
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
--- store_changes
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- error_code: 503
--- error_log
session.login needs a "phone_secret_file" that this host does not have
--- response_body_like: "code":"STORE_UNAVAILABLE".*"reason":"this host does not have the secret that it is sealed with"



=== TEST 98: phone_platform_key $TEST_NGINX_PLATFORM p1
--- conf
    phone_platform_key $TEST_NGINX_PLATFORM p1;
--- must_die
--- error_log
[emerg]
platform



=== TEST 99: phone_platform_key $TEST_NGINX_CONF/platform.key ""
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key "";
--- must_die
--- error_log
[emerg]
needs a key id



=== TEST 100: phone_platform_key: replies name it
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key 2026;
--- signed: tea
--- request
POST /pay/bill
out_trade_no=B1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "key_id":"2026"



=== TEST 101: phone_operator_token_file /nonexistent/token
--- conf
    phone_operator_token_file /nonexistent/token;
--- must_die
--- error_log
[emerg]
open() "/nonexistent/token" failed



=== TEST 102: $phone_request_id: the header and the answer have the same
--- server
    add_header Id $phone_request_id always;
--- request
GET /me
--- error_code: 401
--- response_headers_like
Id: [0-9A-Z]{26}
--- response_body_like: "request_id":"[0-9A-Z]{26}"



=== TEST 103: phone_gateway_token_file /nonexistent/token
--- conf
    phone_gateway_token_file /nonexistent/token;
--- must_die
--- error_log
[emerg]
open() "/nonexistent/token" failed
