# GET /pay/keys: the platform's public keys; phone_platform_key.

use lib 't/lib';
use Phone::World;
use Phone::Sign;

$ENV{TEST_NGINX_NEXT} = Phone::Sign::key('platform2')->{private};

no_long_string();
run_tests();

__DATA__

=== TEST 1: anybody reads them, and may keep them for a while
--- request
GET /pay/keys
--- response_headers
Cache-Control: public, max-age=300
--- response_body_like: ^\{"code":"OK","keys":\[\{"key_id":"p1","status":"CURRENT","sign_types":"RSA2 MD5withRSA","sha256":"[0-9a-f]{64}","public_key":"-----BEGIN PUBLIC KEY-----\\n[A-Za-z0-9+/\\]+={0,2}\\n-----END PUBLIC KEY-----\\n"\}\]\}



=== TEST 2: without the store as well
--- store_away
--- request
GET /pay/keys
--- response_body_like: "key_id":"p1"



=== TEST 3: the next one is announced, and does not sign
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 from=2025-12-01;
    phone_platform_key $TEST_NGINX_NEXT p2 next from=2027-01-31;
--- signed: tea
--- request eval
["GET /pay/keys", "POST /pay/query\nout_trade_no=T1"]
--- response_body_like eval
[qr/"p1","status":"CURRENT".*"from":"2025-12-01T00:00:00Z".*"key_id":"p2","status":"NEXT","sign_types":"RSA2 MD5withRSA","from":"2027-01-31T00:00:00Z"/, qr/"key_id":"p1"/]



=== TEST 4: then it signs, and the old one is still shown
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 old;
    phone_platform_key $TEST_NGINX_NEXT p2;
--- signed: tea
--- request eval
["GET /pay/keys", "POST /pay/query\nout_trade_no=T1"]
--- response_body_like eval
[qr/"p1","status":"OLD".*"key_id":"p2","status":"CURRENT"/, qr/"key_id":"p2"/]



=== TEST 5: no private key is shown
--- request
GET /pay/keys
--- response_body_unlike: PRIVATE



=== TEST 6: another method
--- request
POST /pay/keys
--- error_code: 405
--- response_headers
Cache-Control: no-store
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 7: only one signs
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
    phone_platform_key $TEST_NGINX_NEXT p2;
--- must_die
--- error_log
"phone_platform_key" directive is duplicate: one key signs



=== TEST 8: an id for one key only
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
    phone_platform_key $TEST_NGINX_NEXT p1 next;
--- must_die
--- error_log
has a key id for the second time



=== TEST 9: one has to sign
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 next;
--- must_die
--- error_log
"phone_platform_key" is missing
