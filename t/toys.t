# The toys of t/toys: endpoints that only the tests have, as ordinary ones.

use lib 't/lib';
use Phone::Toys;
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: work of the lane for pictures and the like
--- request
POST /toy/turn
text=teapot
--- response_body_like: "code":"OK","turned":"topaet"



=== TEST 2: work that fails
--- request
POST /toy/turn
text=no
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 3: a result longer than its work declares is none
--- request
POST /toy/turn
text=nine9nine
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 4: a list in a form, by its name with []
--- request
POST /toy/rows
to[]=13800000001&to%5B%5D=%2B8613900000002
--- response_body_like: "to":"\+8613800000001 \+8613900000002","rows":0,"points":0



=== TEST 5: lists in JSON
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":5,"note":"tea"},{"points":"7"}]}
--- response_body_like: "rows":2,"points":12,"notes":"tea"



=== TEST 6: the item that is wrong is named
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":5},{"points":0}]}
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"rows\[1\].points"



=== TEST 7: an item that the handler refuses
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":5},{"points":13}]}
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"rows\[1\].points"



=== TEST 8: an item without a value
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":5},{"points":null}]}
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"field":"rows\[1\]","reason":"an item of a list has a value"



=== TEST 9: where JSON ends to be JSON
--- request eval
qq(POST /toy/rows\n{"to":\n ["13800000001",]})
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"reason":"no JSON from line 2, column 17"



=== TEST 10: a list within an object of a list
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":[[1]]}]}
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID"



=== TEST 11: more than the most items
--- request
POST /toy/rows
to[]=1&to[]=2&to[]=3&to[]=4
--- error_code: 400
--- response_body_like: "message":"The list must have at most 3 items.".*"field":"to"



=== TEST 12: a list in a form and in the query string is a duplicate
--- request
POST /toy/rows?to[]=13800000001
to[]=13900000002
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"to"



=== TEST 13: the name that an item is signed with is no name of a field
--- request
POST /toy/rows
to[]=13800000001&rows.0.points=5
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"reason":"the name of a field


=== TEST 14: a terminal posts
--- signed: till service=toy.till
--- request
POST /toy/till
terminal_id=T1&row=r1
--- response_body_like: "terminal":"T1","row":"r1".*"request_nonce":"


=== TEST 15: one that is closed
--- signed: till_closed service=toy.till
--- request
POST /toy/till
terminal_id=T2&row=r1
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"terminal_id"


=== TEST 16: with the key of its merchant
--- signed: tea service=toy.till
--- request
POST /toy/till
terminal_id=T1&row=r1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign"


=== TEST 17: as the terminal of another merchant
--- signed: till service=toy.till merchant_id=cake
--- request
POST /toy/till
terminal_id=T1&row=r1
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"terminal_id"


=== TEST 18: with the second key of a terminal
--- signed: till_new service=toy.till
--- request
POST /toy/till
terminal_id=T3&row=r1
--- response_body_like: "terminal":"T3","row":"r1".*"request_nonce":"


=== TEST 19: with the first one, which the second has ended
--- signed: till_old service=toy.till key_id=k1
--- request
POST /toy/till
terminal_id=T3&row=r1
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"key_id"


=== TEST 20: with the first one, as if it was the second
--- signed: till_old service=toy.till key_id=k2
--- request
POST /toy/till
terminal_id=T3&row=r1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign"


=== TEST 21: with its key as the merchant itself
--- signed: till service=bill.query
--- request
POST /pay/query
terminal_id=T1&out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign"


=== TEST 22: without its id
--- signed: till service=toy.till
--- request
POST /toy/till
row=r1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"terminal_id"


=== TEST 23: a gateway shows its token in a header
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- request
GET /toy/report?message=m1
--- more_headers
Authorization: Bearer gateway-token-for-tests
--- response_body_like: "code":"OK","message":"m1"


=== TEST 24: or in the URL, of which no log has it
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    add_header Shown "$args|$request_uri|$request" always;
--- request
GET /toy/report?message=m1&token=gateway-token-for-tests&x=1
--- response_headers
Shown: message=m1&token=***********************&x=1|/toy/report?message=m1&token=***********************&x=1|GET /toy/report?message=m1&token=***********************&x=1 HTTP/1.1
--- response_body_like: "code":"OK","message":"m1"


=== TEST 25: a wrong one is in no log either
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- server
    add_header Shown "$args" always;
--- request
GET /toy/report?token=gateway-token-for-test&message=m1
--- response_headers
Shown: token=**********************&message=m1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 26: a wrong one in a header
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- request
GET /toy/report?message=m1
--- more_headers
Authorization: Bearer gateway-token-for-testz
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 27: the operator's is not the gateway's
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- operator
--- request
GET /toy/report?message=m1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 28: nor the gateway's the operator's
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- request
POST /operator/accounts?token=gateway-token-for-tests
phone=13800000001
--- more_headers
Authorization: Bearer gateway-token-for-tests
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 29: a gateway without a token
--- conf
    phone_gateway_token_file $TEST_NGINX_GATEWAY;
--- request
GET /toy/report?message=m1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 30: no token is configured: an empty one is none
--- request
GET /toy/report?message=m1&token=
--- more_headers
Authorization: Bearer
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"


=== TEST 31: an integer that is too large, by field
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":9223372036854775808}]}
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"field":"rows\[0\].points","reason":"the number that ends at line 1, column \d+ is too large: integers are from -2\^63 to 2\^63 - 1"



=== TEST 32: a number that is no integer
--- request
POST /toy/rows
{"to":["13800000001"],"rows":[{"points":1.5}]}
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"field":"rows\[0\].points","reason":"the body is one object; its values are texts, integers



=== TEST 33: more fields than a call has
--- request eval
"POST /toy/rows\n{" . join(',', map { qq("a$_":1) } 1 .. 65) . '}'
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"field":"a65","reason":"a call has at most 64 fields



=== TEST 34: a form that is none
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request
POST /toy/rows
to[]=%zz
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"reason":"two hexadecimal digits follow a %"



=== TEST 35: a NUL
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request
POST /toy/rows
to[]=1%00
--- error_code: 400
--- response_body_like: "code":"BODY_INVALID".*"reason":"it is not UTF-8, or has a NUL"
