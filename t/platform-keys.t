# GET /pay/keys: the platform's public keys; phone_platform_key.

use lib 't/lib';
use Phone::World;
use Phone::Sign;

$ENV{TEST_NGINX_NEXT} = Phone::Sign::key('platform2')->{private};

no_long_string();
run_tests();

__DATA__

=== TEST 1: anybody reads them, and may keep them for a while
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
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



=== TEST 3: the next one is announced
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 from=2025-12-01;
    phone_platform_key $TEST_NGINX_NEXT p2 next from=2027-01-31;
--- request
GET /pay/keys
--- response_body_like: "p1","status":"CURRENT".*"from":"2025-12-01T00:00:00Z".*"key_id":"p2","status":"NEXT","sign_types":"RSA2 MD5withRSA","from":"2027-01-31T00:00:00Z"



=== TEST 4: and does not sign
--- conf
    phone_platform_key $TEST_NGINX_NEXT p2 next;
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
--- signed: tea
--- request
POST /pay/query
out_trade_no=T1
--- response_body_like: "key_id":"p1"



=== TEST 5: then it signs, and the old one is still shown
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 old;
    phone_platform_key $TEST_NGINX_NEXT p2;
--- request
GET /pay/keys
--- response_body_like: "p1","status":"OLD".*"key_id":"p2","status":"CURRENT"



=== TEST 6: and signs no more
--- conf
    phone_platform_key $TEST_NGINX_NEXT p1 old;
    phone_platform_key $TEST_NGINX_CONF/platform.key p2;
--- signed: tea
--- request
POST /pay/query
out_trade_no=T1
--- response_body_like: "key_id":"p2"



=== TEST 7: no private key is shown
--- request
GET /pay/keys
--- response_body_unlike: PRIVATE



=== TEST 8: only one signs
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
    phone_platform_key $TEST_NGINX_NEXT p2;
--- must_die
--- error_log
[emerg]
"phone_platform_key" directive is duplicate: of a kind one key signs



=== TEST 9: an id for one key only
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1;
    phone_platform_key $TEST_NGINX_NEXT p1 next;
--- must_die
--- error_log
[emerg]
has a key id for the second time



=== TEST 10: one has to sign
--- conf
    phone_platform_key $TEST_NGINX_CONF/platform.key p1 next;
--- must_die
--- error_log
[emerg]
"phone_platform_key" is missing
