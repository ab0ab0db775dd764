# PAY-8: sign types beside RSA: Ed25519, HMAC-SHA256.  The first use of a key
# is noted.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: by Ed25519: the reply is as well
--- signed: fast
--- store_changes
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"key_id":"e1".*"sign_type":"Ed25519".*"sign":"[A-Za-z0-9+/]{86}=="



=== TEST 2: by a secret: the reply is with the same one
--- signed: mac
--- store_changes
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"key_id":"k1".*"sign_type":"HMAC-SHA256".*"sign":"[A-Za-z0-9+/]{43}="



=== TEST 3: a bill
--- signed: mac
--- request
POST /pay/bill
out_trade_no=M1&amount=100&payer_phone=13800000001&subject=tea
--- response_body_like: "code":"OK","bill_id"



=== TEST 4: a field is changed
--- signed: mac
--- after_signing: amount=1
--- request
POST /pay/bill
out_trade_no=M1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 5: another secret's signature
--- signed: platform_confused merchant_id=mac key_id=k1
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign"



=== TEST 6: an RSA key as a secret
--- signed: confused
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 7: the same, called RSA2
--- signed: confused sign_type=RSA2
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign"



=== TEST 8: a merchant of Ed25519 asks for RSA2
--- signed: fast sign_type=RSA2
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 9: a secret is shown once, and not when it is asked for later
--- operator
--- store_changes
--- request eval
["POST /operator/merchants/tea/keys\nkey_id=s1&sign_type=HMAC-SHA256&retire_others_in=86400", "GET /operator/merchants/tea", "POST /operator/merchants/tea/keys\nkey_id=s1&sign_type=HMAC-SHA256"]
--- error_code eval
[200, 200, 409]
--- response_body_like eval
[qr/"secret":"[A-Za-z0-9_-]{43}".*"key_id":"s1","kind":"HMAC-SHA256"/, qr/^(?!.*"secret").*"kind":"HMAC-SHA256"/, qr/"code":"EXISTS".*"field":"key_id"/]



=== TEST 10: notices by a secret, of whom has none
--- operator
--- request
POST /operator/merchants/cake
sign_type=HMAC-SHA256
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"sign_type"



=== TEST 11: an Ed25519 key where the platform has none
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
--- operator
--- request
POST /operator/merchants/cake/keys
key_id=k9&public_key=$TEST_NGINX_KEY_FAST
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"public_key".*phone_platform_key



=== TEST 12: it is taken out of the configuration: nothing is done
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
--- signed: fast
--- request
POST /pay/bill
out_trade_no=F1&amount=100&payer_phone=13800000001&subject=tea
--- error_code: 503
--- response_body_like: "code":"BUSY"



=== TEST 13: its own list names both
--- request
GET /pay/keys
--- response_body_like: "key_id":"p1".*"sign_types":"RSA2 MD5withRSA"|"key_id":"e1".*"sign_types":"Ed25519"



=== TEST 14: a notice by Ed25519
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM_FAST merchant_id=fast; try_files /none =204; }
--- signed: platform_fast
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204



=== TEST 15: a notice by a secret
--- server
    location = /n { phone_notify secret=$TEST_NGINX_SECRET merchant_id=mac; try_files /none =204; }
--- signed: platform_mac
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204



=== TEST 16: each of several keys, by its id
--- server
    location = /n {
        phone_notify key_id=p1:$TEST_NGINX_PLATFORM key_id=e1:$TEST_NGINX_PLATFORM_FAST
                     secret=k1:$TEST_NGINX_SECRET merchant_id=mac merchant_id=tea;
        try_files /none =204;
    }
--- signed: platform_mac
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204



=== TEST 17: the type of another key
--- server
    location = /n {
        phone_notify key_id=p1:$TEST_NGINX_PLATFORM secret=k1:$TEST_NGINX_SECRET merchant_id=mac;
        try_files /none =204;
    }
--- signed: platform_mac key_id=p1
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 18: the platform's public key as a secret
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform_confused
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 19: its file as a secret
--- server
    location = /n { phone_notify secret=$TEST_NGINX_CONF/platform.pub merchant_id=tea; }
--- must_die
--- error_log
[emerg]
a public key where a secret belongs



=== TEST 20: a secret that everybody can read
--- server
    location = /n { phone_notify secret=$TEST_NGINX_CONF/open.secret merchant_id=tea; }
--- must_die
--- error_log
[emerg]
change its mode to 600



=== TEST 21: a short one
--- server
    location = /n { phone_notify secret=k1:$TEST_NGINX_CONF/short.secret merchant_id=tea; }
--- must_die
--- error_log
[emerg]
the secret has less than 32 characters



=== TEST 22: no file
--- server
    location = /n { phone_notify secret=k1: merchant_id=tea; }
--- must_die
--- error_log
[emerg]
needs secret=<file> or secret=<id>:<file>
