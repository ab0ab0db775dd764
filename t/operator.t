# The operator's calls about people, cards, notices and the books.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: an account
--- operator
--- request
POST /operator/accounts
phone=13500000009&name=Sun&plan=prepaid&password=$TEST_NGINX_PASSWORD
--- response_body_like: "code":"OK","phone":"\+8613500000009","name":"Sun"



=== TEST 2: one without a number
--- operator
--- request
POST /operator/accounts
name=Sun
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"phone"



=== TEST 3: a number that is none
--- operator
--- request
POST /operator/accounts
phone=1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 4: a plan that is none
--- operator
--- request
POST /operator/accounts
phone=13500000009&plan=PREPAID
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"plan"



=== TEST 5: a password that is too short
--- operator
--- request
POST /operator/accounts
phone=13500000009&password=abc
--- error_code: 400
--- response_body_like: "code":"PASSWORD_WEAK"



=== TEST 5b: a password that is the number
--- operator
--- request
POST /operator/accounts
phone=13500000009&password=%2B8613500000009
--- error_code: 400
--- response_body_like: "code":"PASSWORD_WEAK"



=== TEST 6: an account, without a token
--- request
POST /operator/accounts
phone=13500000009
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 7: credit
--- operator
--- request
POST /operator/accounts/13800000001/credit
amount=500&credit_no=c1
--- response_body_like: "phone":"\+8613800000001","credit_no":"c1","amount":500,"balance":500,"currency":"CNY"



=== TEST 8: credit, twice: once
--- operator
--- request eval
[ ("POST /operator/accounts/13800000001/credit\namount=500&credit_no=c1") x 2 ]
--- response_body_like eval
[ (qr/"balance":500/) x 2 ]



=== TEST 9: ... with another amount
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/accounts/13800000001/credit\namount=$_&credit_no=c1" } 500, 501 ]
--- error_code eval
[ 200, 409 ]
--- response_body_like eval
[ qr/"balance":500/, qr/"code":"EXISTS".*"field":"amount"/ ]



=== TEST 10: in another currency than the account's
--- operator
--- request
POST /operator/accounts/13800000001/credit
amount=500&credit_no=c1&currency=USD
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"currency".*"reason":"the account is in CNY"



=== TEST 11: without a number of its own
--- operator
--- request
POST /operator/accounts/13800000001/credit
amount=500
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"credit_no"



=== TEST 12: for a number that nobody has logged in with
--- operator
--- request
POST /operator/accounts/13500000009/credit
amount=500&credit_no=c1
--- response_body_like: "phone":"\+8613500000009".*"balance":500



=== TEST 13: for a number that is none
--- operator
--- request
POST /operator/accounts/1/credit
amount=500&credit_no=c1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 14: credit, without a token
--- request
POST /operator/accounts/13800000001/credit
amount=500&credit_no=c1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 15: a card
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4111111111111111&balance=100&currency=EUR&bank=Bank
--- response_body_like: "card_id":"075-[0-9A-Z]{26}","number":"411111\*{6}1111"
--- response_body_unlike: 4111111111111111



=== TEST 16: a number whose check digit is wrong
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4111111111111112&balance=100
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no"



=== TEST 17: a number in the query string
--- operator
--- request
POST /operator/bank-cards?card_no=4111111111111111
phone=13800000001&balance=100
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"card_no"



=== TEST 18: no balance
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4111111111111111
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"balance"



=== TEST 19: a debt
--- operator
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4111111111111111&balance=-1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"balance"



=== TEST 20: the card of somebody else
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/bank-cards\nphone=$_&card_no=4111111111111111&balance=100" } 13800000001, 13900000002 ]
--- error_code eval
[ 200, 409 ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"EXISTS".*"field":"phone"/ ]



=== TEST 21: for a number that nobody has logged in with
--- operator
--- request
POST /operator/bank-cards
phone=13500000009&card_no=4111111111111111&balance=100
--- response_body_like: "code":"OK","card_id":"



=== TEST 22: a card, without a token
--- request
POST /operator/bank-cards
phone=13800000001&card_no=4111111111111111&balance=100
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 23: a PIN is taken away, and the sessions end
--- operator
--- session: li
--- request eval
[ "POST /operator/accounts/13800000001/pin-reset\na=b", 'GET /me' ]
--- store_changes
--- error_code eval
[ 200, 401 ]
--- response_body_like eval
[ qr/"phone":"\+8613800000001","pin_set":false/, qr/"code":"LOGIN_REQUIRED"/ ]



=== TEST 24: ... of a number that nobody has
--- operator
--- request
POST /operator/accounts/13500000009/pin-reset
a=b
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 25: ... without a token
--- session: wang
--- request
POST /operator/accounts/13800000001/pin-reset
a=b
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 26: notices that ended without an answer: none
--- operator
--- request
GET /operator/notices
--- response_body_like: "notices":\[\]



=== TEST 27: none at a time
--- operator
--- request
GET /operator/notices?limit=0
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 28: notices, without a token
--- request
GET /operator/notices
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 29: one is sent again that nobody sent
--- operator
--- request
POST /operator/notices/$TEST_NGINX_BILL.bill.1/replay
a=b
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 30: one is sent again, without a token
--- request
POST /operator/notices/$TEST_NGINX_BILL.bill.1/replay
a=b
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 31: all of a merchant: none
--- operator
--- request
POST /operator/merchants/tea/notices/replay
a=b
--- response_body_like: "replayed":0



=== TEST 32: all of a merchant, without a token
--- request
POST /operator/merchants/tea/notices/replay
a=b
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 33: the books
--- operator
--- request
GET /operator/check
--- response_body_like: "sums":\[\{"currency":"CNY","sum":0,.*"ok":true



=== TEST 34: the books, without a token
--- request
GET /operator/check
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED".*"reason":"send the operator's token



=== TEST 35: the books, the store is away
--- store_away
--- operator
--- request
GET /operator/check
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 36: a key of the operator's, with other fields
--- operator
--- store_changes
--- more_headers
Idempotency-Key: k1
--- request eval
[ map { "POST /operator/accounts/13800000001/credit\namount=$_&credit_no=c1" } 500, 501 ]
--- error_code eval
[ 200, 422 ]
--- response_body_like eval
[ qr/"balance":500/, qr/"code":"IDEMPOTENCY_MISMATCH"/ ]



=== TEST 37: the account of a number
--- operator
--- request
GET /operator/accounts/13800000001
--- response_body_like: "phone":"\+8613800000001".*"plan":"prepaid","balance":\d+,"currency":"CNY","created_at":"\S+","password_set":true,"pin_set":true,"sessions":1\}



=== TEST 38: ... that nobody has
--- operator
--- request
GET /operator/accounts/13500000009
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"phone"



=== TEST 39: ... that is none
--- operator
--- request
GET /operator/accounts/tea
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 40: ... without a token
--- session: li
--- request
GET /operator/accounts/13800000001
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 41: a bill, by its id
--- operator
--- request
GET /operator/bills/$TEST_NGINX_BILL_PAID
--- response_body_like: "status":"PAID","merchant_id":"tea".*"payer_phone":"\+8613800000001"



=== TEST 42: one that there is not
--- operator
--- request
GET /operator/bills/000-01HQVMWSPWVKE9HH1DCQWTS9VF
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 43: what is no id of a bill
--- operator
--- request
GET /operator/bills/T3
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"bill_id"



=== TEST 44: a bill, without a token
--- session: wang
--- request
GET /operator/bills/$TEST_NGINX_BILL_PAID
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 45: sums of statements that cannot be read
--- redis
HSET $TEST_NGINX_STATED_TEA v 1 until 2999-12-31 sums CNY_5,
--- operator
--- request
GET /operator/check
--- response_body_like: "faults":\[\{"what":"statement_unreadable","where":"stated:tea"\}\].*"ok":false



=== TEST 46: days that are not closed
--- redis
HSET $TEST_NGINX_STATED_TEA v 1 until 2020-12-31
--- operator
--- request
GET /operator/check
--- response_body_like: "faults":\[\{"what":"days_not_closed","where":"stated:tea"\}\].*"ok":false



=== TEST 47: statements without what the takings got
--- redis
HSET $TEST_NGINX_STATED_TEA v 1 until 2999-12-31
--- operator
--- request
GET /operator/check
--- response_body_like: "mismatches":\[\{"account":"stated:tea:CNY","currency":"CNY","ledger":\d+,"stored":0\}\].*"ok":false
