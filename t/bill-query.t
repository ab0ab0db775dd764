# POST /pay/query: a merchant asks what has become of a bill.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: by the order number
--- signed: tea
--- request
POST /pay/query
out_trade_no=T1
--- response_body_like: "code":"OK".*"bill_id":"$TEST_NGINX_BILL","out_trade_no":"T1","status":"CREATED"



=== TEST 2: by the id of the bill
--- signed: tea
--- request
POST /pay/query
bill_id=$TEST_NGINX_BILL_PAID
--- response_body_like: "out_trade_no":"T3","status":"PAID".*"paid_at":"2



=== TEST 3: by the id of one bill and the number of another
--- signed: tea
--- request
POST /pay/query
bill_id=$TEST_NGINX_BILL_PAID&out_trade_no=T1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"field":"out_trade_no"



=== TEST 4: by neither
--- signed: tea
--- request
POST /pay/query
a=b
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"out_trade_no"



=== TEST 5: an order that nobody made
--- signed: tea
--- request
POST /pay/query
out_trade_no=T9
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND".*"sign":



=== TEST 6: another merchant's order
--- signed: cake
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 7: another merchant's bill
--- signed: cake
--- request
POST /pay/query
bill_id=$TEST_NGINX_BILL
--- error_code: 404
--- response_body_like: "code":"BILL_NOT_FOUND"



=== TEST 8: an id that none can have
--- signed: tea
--- request
POST /pay/query
bill_id=nothing
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"bill_id"



=== TEST 9: not signed
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"merchant_id"



=== TEST 10: changed on the way
--- signed: tea
--- after_signing: out_trade_no=T2
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 11: another method
--- request
GET /pay/query
--- error_code: 405
--- response_headers
Allow: OPTIONS, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 12: the store is away
--- store_away
--- signed: tea
--- request
POST /pay/query
out_trade_no=T1
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"
