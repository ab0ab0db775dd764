# The operator's calls about merchants: adding, changing, keys, settling.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a merchant
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY
--- response_body_like: "code":"OK","merchant_id":"milk","key_id":"k1"



=== TEST 2: with all fields
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY&key_id=2026&sign_type=MD5withRSA&notify_url=http://127.0.0.1/n&reply_sign=0
--- response_body_like: "code":"OK","merchant_id":"milk","key_id":"2026"



=== TEST 3: one that is there, with other fields
--- operator
--- request
POST /operator/merchants
merchant_id=tea&name=Milk&public_key=$TEST_NGINX_KEY
--- error_code: 409
--- response_body_like: "code":"EXISTS".*"field":"name"



=== TEST 4: one that is there, with the same fields: the same answer
--- operator
--- request
POST /operator/merchants
merchant_id=tea&name=Shop%20tea&public_key=$TEST_NGINX_KEY_TEA&sign_type=RSA2
--- response_body_like: "code":"OK","merchant_id":"tea"



=== TEST 5: without a key
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"public_key"



=== TEST 6: a key that is none
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"public_key"



=== TEST 7: a key of 1024 bits
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY_SMALL
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"public_key"



=== TEST 8: an id with a blank
--- operator
--- request
POST /operator/merchants
merchant_id=mi%20lk&name=Milk&public_key=$TEST_NGINX_KEY
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"merchant_id"



=== TEST 9: a type of signature that nobody knows
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY&sign_type=none
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"sign_type"



=== TEST 10: reply_sign is 0 or 1
--- operator
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY&reply_sign=2
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"reply_sign"



=== TEST 11: no token
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 12: another token
--- more_headers
Authorization: Bearer operator-token-for-test
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 13: a session is no operator
--- session: li
--- request
POST /operator/merchants
merchant_id=milk&name=Milk&public_key=$TEST_NGINX_KEY
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 14: all merchants
--- operator
--- request
GET /operator/merchants
--- response_body_like: ^(?=.*"cake")(?=.*"closed")(?=.*"tea")



=== TEST 15: one at a time
--- operator
--- request
GET /operator/merchants?limit=1
--- response_body_like: "merchants":\[\{[^{}]*\}\],"next_before":"



=== TEST 16: none at a time
--- operator
--- request
GET /operator/merchants?limit=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 17: merchants, without a token
--- request
GET /operator/merchants
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 18: one merchant
--- operator
--- request
GET /operator/merchants/tea
--- response_body_like: "merchant_id":"tea","name":"Shop tea".*"status":"ACTIVE".*"currencies":\[\{"currency":"CNY"\}.*"keys":\[\{"key_id":"k1".*"takings":\[.*"currency":"CNY"



=== TEST 19: one that is not there
--- operator
--- request
GET /operator/merchants/milk
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 20: an id that none can have
--- operator
--- request eval
"GET /operator/merchants/" . 'x' x 33
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"merchant_id"



=== TEST 21: a change
--- operator
--- request
POST /operator/merchants/tea
name=Green%20tea&status=CLOSED&reply_sign=0&sign_type=MD5withRSA
--- response_body_like: "name":"Green tea".*"status":"CLOSED"



=== TEST 22: a change of nothing
--- operator
--- request
POST /operator/merchants/tea
a=b
--- response_body_like: "name":"Shop tea","status":"ACTIVE"



=== TEST 23: a status that is none
--- operator
--- request
POST /operator/merchants/tea
status=LOST
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"status"



=== TEST 24: a change of one that is not there
--- operator
--- request
POST /operator/merchants/milk
name=Milk
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 25: a change, without a token
--- request
POST /operator/merchants/tea
status=CLOSED
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 26: a second key
--- operator
--- request
POST /operator/merchants/tea/keys
key_id=k2&public_key=$TEST_NGINX_KEY
--- response_body_like: "key_id":"k2","keys":\[.*"key_id":"k2"



=== TEST 27: ... and the first one ends
--- operator
--- request
POST /operator/merchants/tea/keys
key_id=k2&public_key=$TEST_NGINX_KEY&retire_others_in=3600
--- response_body_like: "keys":\[.*"key_id":"k1","kind":"RSA","until":"2



=== TEST 28: a key's id with another key
--- operator
--- request
POST /operator/merchants/tea/keys
key_id=k1&public_key=$TEST_NGINX_KEY
--- error_code: 409
--- response_body_like: "code":"EXISTS"



=== TEST 29: a key without an id
--- operator
--- request
POST /operator/merchants/tea/keys
public_key=$TEST_NGINX_KEY
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"key_id"



=== TEST 30: a key of a merchant who is not there
--- operator
--- request
POST /operator/merchants/milk/keys
key_id=k2&public_key=$TEST_NGINX_KEY
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 31: more keys than a merchant has
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/merchants/tea/keys\nkey_id=n$_&public_key=\$TEST_NGINX_KEY" } 1 .. 8 ]
--- error_code eval
[ (200) x 7, 409 ]
--- response_body_like eval
[ (qr/"OK"/) x 7, qr/"code":"TOO_MANY"/ ]



=== TEST 32: a key, without a token
--- request
POST /operator/merchants/tea/keys
key_id=k2&public_key=$TEST_NGINX_KEY
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 33: all that was taken is paid out
--- operator
--- request
POST /operator/merchants/tea/settle
settle_no=s1
--- response_body_like: "settle_no":"s1".*"settled":\[\{"currency":"CNY","amount":100,"left":0\}\]



=== TEST 34: a part of it, twice: once
--- operator
--- request eval
[ ("POST /operator/merchants/tea/settle\nsettle_no=s1&amount=40") x 2 ]
--- response_body_like eval
[ (qr/"amount":40,"left":60/) x 2 ]



=== TEST 35: the same number with another amount
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/merchants/tea/settle\nsettle_no=s1&amount=$_" } 40, 41 ]
--- error_code eval
[ 200, 409 ]
--- response_body_like eval
[ qr/"left":60/, qr/"code":"EXISTS".*"field":"amount"/ ]



=== TEST 36: more than was taken
--- operator
--- request
POST /operator/merchants/tea/settle
settle_no=s1&amount=101
--- error_code: 409
--- response_body_like: "code":"TAKINGS_NOT_ENOUGH"



=== TEST 37: of a merchant who has taken nothing
--- operator
--- request
POST /operator/merchants/cake/settle
settle_no=s1
--- error_code: 409
--- response_body_like: "code":"TAKINGS_NOT_ENOUGH"



=== TEST 38: in a currency in which nothing was taken
--- operator
--- request
POST /operator/merchants/tea/settle
settle_no=s1&currency=USD
--- error_code: 409
--- response_body_like: "code":"TAKINGS_NOT_ENOUGH"



=== TEST 39: without a number
--- operator
--- request
POST /operator/merchants/tea/settle
amount=40
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"settle_no"



=== TEST 40: an amount that is empty
--- operator
--- request
POST /operator/merchants/tea/settle
settle_no=s1&amount=
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"amount"



=== TEST 41: of a merchant who is not there
--- operator
--- request
POST /operator/merchants/milk/settle
settle_no=s1
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 42: settled, without a token
--- request
POST /operator/merchants/tea/settle
settle_no=s1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 43: merchants, the store is away
--- store_away
--- operator
--- request
GET /operator/merchants
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 44: another method
--- operator
--- request
PUT /operator/merchants
a=b
--- error_code: 405
--- response_headers
Allow: OPTIONS, GET, HEAD, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"


=== TEST 45: a terminal of a merchant
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T9&public_key=$TEST_NGINX_KEY
--- response_body_like: "merchant_id":"tea","terminal_id":"T9","status":"ACTIVE","created_at":"2[^"]+","keys":\[\{"key_id":"k1","kind":"RSA"\}\]\}


=== TEST 46: it is closed
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T1&status=CLOSED
--- response_body_like: "terminal_id":"T1","status":"CLOSED"


=== TEST 47: a new one, without a key
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T9
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"public_key"


=== TEST 48: with a key that is too small
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T9&public_key=$TEST_NGINX_KEY_SMALL
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"public_key"


=== TEST 49: of no merchant
--- operator
--- request
POST /operator/merchants/none/terminals
terminal_id=T9&public_key=$TEST_NGINX_KEY
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"


=== TEST 50: a terminal, without a token
--- request
POST /operator/merchants/tea/terminals
terminal_id=T9&public_key=$TEST_NGINX_KEY
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 51: a second key of a terminal, beside the first for an hour
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T1&key_id=k2&public_key=$TEST_NGINX_KEY&retire_others_in=3600
--- response_body_like: "terminal_id":"T1".*"keys":\[\{"key_id":"k1","kind":"RSA","until":"2[^"]+"\},\{"key_id":"k2","kind":"RSA"\}\]


=== TEST 52: another key under the id of one
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T1&public_key=$TEST_NGINX_KEY
--- error_code: 409
--- response_body_like: "code":"EXISTS".*"field":"public_key"


=== TEST 53: the id of a key that has ended
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T3&key_id=k1&public_key=$TEST_NGINX_KEY
--- error_code: 409
--- response_body_like: "code":"EXISTS".*"field":"public_key"


=== TEST 54: an end for keys, and no other key
--- operator
--- request
POST /operator/merchants/tea/terminals
terminal_id=T1&retire_others_in=0
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"public_key"


=== TEST 55: the terminals of a merchant, the newest first
--- operator
--- request
GET /operator/merchants/tea/terminals
--- response_body_like: ^\{"code":"OK","terminals":\[\{"terminal_id":"T3","status":"ACTIVE","created_at":"[^"]+","keys":\[\{"key_id":"k1","kind":"RSA","until":"[^"]+"\},\{"key_id":"k2","kind":"RSA"\}\]\},\{"terminal_id":"T2","status":"CLOSED",[^{]+\{"key_id":"k1","kind":"RSA"\}\]\},\{"terminal_id":"T1","status":"ACTIVE",


=== TEST 56: one of them, and where the others are
--- operator
--- request
GET /operator/merchants/tea/terminals?limit=1
--- response_body_like: "terminals":\[\{"terminal_id":"T3".*\}\],"next_before":"\d+\.T3"\}$


=== TEST 57: of a merchant that has none
--- operator
--- request
GET /operator/merchants/cake/terminals
--- response_body: {"code":"OK","terminals":[]}


=== TEST 58: of no merchant
--- operator
--- request
GET /operator/merchants/none/terminals
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"


=== TEST 59: too many at once
--- operator
--- request
GET /operator/merchants/tea/terminals?limit=101
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"


=== TEST 60: for somebody without the token
--- session: li
--- request
GET /operator/merchants/tea/terminals
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 61: for the merchant itself
--- signed: tea service=operator.terminal_list
--- request
POST /operator/merchants/tea/terminals
terminal_id=T1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 62: another method
--- operator
--- request
DELETE /operator/merchants/tea/terminals
--- error_code: 405
--- response_headers
Allow: OPTIONS, GET, HEAD, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 63: limits of a merchant
--- operator
--- request
POST /operator/merchants/tea
bill_most=5000&day_most=0&day_bills=7
--- response_body_like: "merchant_id":"tea".*"bill_most":5000,"day_most":0,"day_bills":7,"created_at"



=== TEST 64: a limit is taken back
--- operator
--- request
POST /operator/merchants/tea
bill_most=
--- response_body_like: "merchant_id":"tea","name":"Shop tea","status":"ACTIVE","sign_type":"[^"]*","reply_sign":\d,("notify_url":"[^"]*",)?"created_at"



=== TEST 65: a limit that is none
--- operator
--- request
POST /operator/merchants/tea
day_most=1.5
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"day_most"



=== TEST 66: a limit below zero
--- operator
--- request
POST /operator/merchants/tea
bill_most=-1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"bill_most"



=== TEST 67: with the reference of the transfer, and the list of payouts
--- operator
--- store_changes
--- request eval
[ "POST /operator/merchants/tea/settle\nsettle_no=s1&amount=40&reference=ICBC 7",
  "GET /operator/merchants/tea/payouts" ]
--- response_body_like eval
[ qr/"settle_no":"s1","payout_id":"\d{3}-\w{26}","reference":"ICBC 7"/,
  qr/"merchant_id":"tea","payouts":\[\{"payout_id":"\d{3}-\w{26}","settle_no":"s1","currency":"CNY","amount":40,"left":60,"reference":"ICBC 7","paid_at":"20[^"]*"\}\]/ ]



=== TEST 68: the same number with another reference
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/merchants/tea/settle\nsettle_no=s1&amount=40&reference=$_" } 7, 8 ]
--- error_code eval
[ 200, 409 ]
--- response_body_like eval
[ qr/"left":60/, qr/"code":"EXISTS".*"field":"reference"/ ]



=== TEST 69: a reference that is too long, one that could be read as a field, one that nobody can read
--- operator
--- request eval
[ map { "POST /operator/merchants/tea/settle\nsettle_no=s1&reference=$_" }
      'x' x 141, 'a%26amount=1', '%E2%80%8B' ]
--- error_code eval
[ 400, 400, 400 ]
--- response_body_like eval
[ qr/"code":"PARAM_INVALID".*"field":"reference"/, qr/"code":"FIELD_AMBIGUOUS".*"field":"reference"/,
  qr/"code":"PARAM_INVALID".*"field":"reference"/ ]



=== TEST 70: payouts of a merchant who is not there, of one who has none, and a page that is none
--- operator
--- request eval
[ "GET /operator/merchants/milk/payouts", "GET /operator/merchants/cake/payouts",
  "GET /operator/merchants/tea/payouts?limit=51", "GET /operator/merchants/tea/payouts?before=x" ]
--- error_code eval
[ 404, 200, 400, 400 ]
--- response_body_like eval
[ qr/"code":"MERCHANT_NOT_FOUND"/, qr/"payouts":\[\]/, qr/"field":"limit"/, qr/"field":"before"/ ]



=== TEST 71: payouts, without a token
--- request
GET /operator/merchants/tea/payouts
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 72: a keyword
--- operator
--- request
POST /operator/merchants/tea/keywords
keyword=Oolong
--- response_body_like: ^\{"code":"OK","merchant_id":"tea","keyword":"oolong","created_at":"[^"]+"\}$



=== TEST 73: the same again
--- operator
--- request
POST /operator/merchants/tea/keywords
keyword=OOLONG
--- response_body_like: "keyword":"oolong"



=== TEST 74: another merchant's
--- operator
--- request
POST /operator/merchants/cake/keywords
keyword=PIZZA
--- error_code: 409
--- response_body_like: "code":"KEYWORD_TAKEN".*"field":"keyword"



=== TEST 75: the platform's own
--- operator
--- request
POST /operator/merchants/tea/keywords
keyword=Stop
--- error_code: 409
--- response_body_like: "code":"KEYWORD_TAKEN"



=== TEST 76: what is no keyword
--- operator
--- request
POST /operator/merchants/tea/keywords
keyword=two%20words
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"keyword"



=== TEST 77: of no merchant
--- operator
--- request
POST /operator/merchants/none/keywords
keyword=Oolong
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 78: the keywords of a merchant
--- operator
--- request
GET /operator/merchants/tea/keywords
--- response_body_like: ^\{"code":"OK","keywords":\[\{"keyword":"pizza","created_at":"[^"]+"\}\]\}$



=== TEST 79: the keywords of no merchant
--- operator
--- request
GET /operator/merchants/none/keywords
--- error_code: 404
--- response_body_like: "code":"MERCHANT_NOT_FOUND"



=== TEST 80: a keyword is taken away
--- operator
--- request
DELETE /operator/merchants/tea/keywords/Pizza
--- response_body_like: "code":"OK"



=== TEST 81: one that he does not have
--- operator
--- request
DELETE /operator/merchants/cake/keywords/pizza
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"keyword"
