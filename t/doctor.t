# POST /pay/doctor: what is wrong with a signed call.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: nothing
--- signed: tea
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100&subject=tea
--- response_body_like: ^\{"code":"OK","merchant_id":"tea","key_id":"k1","sign_type":"RSA2","text":"amount=100&.*","digest_fits":true,.*"sign_fits":true,.*"causes":\[\]\}



=== TEST 2: its own call would have been done: no nonce is spent
--- signed: tea nonce=doctor-and-then-query
--- request
POST /pay/doctor
service=bill.query&out_trade_no=T1
--- response_body_like: "causes":\[\]



=== TEST 3: now it is
--- signed: tea nonce=doctor-and-then-query
--- request
POST /pay/query
out_trade_no=T1
--- response_body_like: "code":"OK"



=== TEST 4: a field is changed
--- signed: tea
--- after_signing: amount=1
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100&subject=tea
--- response_body_like: "text":"amount=1&.*"digest_fits":false,.*"sign_fits":false,.*"causes":\[\{"cause":"OTHER_TEXT","certain":true,"message":"[^"]+","message_zh":"[^"]+"\},\{"cause":"OTHER_TEXT_SIGNED"



=== TEST 5: an empty field, which is not signed, is none of it
--- signed: tea
--- after_signing: body=
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100&subject=tea
--- response_body_like: "causes":\[\]



=== TEST 6: JSON
--- signed: tea
--- request
POST /pay/doctor
{"service":"bill.create","out_trade_no":"T1","amount":100,"gift":true,"subject":"\u8336"}
--- more_headers
Content-Type: application/json
--- response_body_like: "text":"amount=100&gift=true&.*&subject=茶&timestamp=\d+".*"causes":\[\]



=== TEST 7: the key of another merchant
--- signed: cake merchant_id=tea sign_type=RSA2
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1
--- response_body_like: "digest_fits":true,.*"sign_fits":false,.*"causes":\[\{"cause":"KEY","certain":true



=== TEST 8: another hash than that of the type
--- signed: cake sign_type=RSA2
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1
--- response_body_like: "sign_type":"MD5withRSA".*"causes":\[\{"cause":"SIGN_TYPE"



=== TEST 9: half an hour late
--- signed: tea timestamp=$TEST_NGINX_HALF_AN_HOUR_AGO
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1
--- response_body_like: "sign_fits":true,.*"platform_time":\d{10},.*"causes":\[\{"cause":"TIMESTAMP_SKEW"



=== TEST 10: a text of one's own
--- signed: tea
--- after_signing: doctor_text=amount=100%26digest=x
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100&subject=tea
--- response_body_like: "differs_at":18,"differs_ours":"[0-9a-f]{32}","differs_yours":"x"



=== TEST 11: in another charset
--- signed: tea
--- after_signing: doctor_base64=YW1vdW50PTEwMCZzdWJqZWN0PbLo
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100&subject=%E8%8C%B6
--- response_body_like: "differs_at":11,.*"differs_yours":"subject=\\\\xb2\\\\xe8".*"cause":"CHARSET"



=== TEST 12: of a secret no more than that it does not fit
--- signed: mac
--- after_signing: amount=1
--- request
POST /pay/doctor
service=bill.create&out_trade_no=T1&amount=100
--- response_body_like: "causes":\[\{"cause":"OTHER_TEXT".*\{"cause":"SECRET"[^{]*\]\}



=== TEST 13: a merchant that nobody knows
--- request
POST /pay/doctor
merchant_id=nobody
--- store_changes
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"merchant_id"



=== TEST 14: no merchant at all
--- request
POST /pay/doctor
amount=1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"merchant_id"



=== TEST 15: without the store
--- store_away
--- request
POST /pay/doctor
merchant_id=tea
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 16: a service that is none
--- request
POST /pay/doctor
merchant_id=tea&doctor_for=bill.pay
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_INVALID".*"field":"doctor_for"



=== TEST 17: a text that is no base64
--- request
POST /pay/doctor
merchant_id=tea&doctor_base64=+++
--- error_code: 400
--- store_changes
--- response_body_like: "code":"PARAM_INVALID".*"field":"doctor_base64"



=== TEST 18: who has no signature of the merchant is told nothing of its keys
--- request
POST /pay/doctor
merchant_id=tea&sign=AAAA
--- response_body_unlike: "key_id"|"sign_type"
