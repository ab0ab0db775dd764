# POST /pay/pin/forgotten: another payment PIN, after a login by SMS.  The quiet
# time goes by in t/flow/pin-forgotten.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a session that was opened by a password
--- session: li
--- request
POST /pay/pin/forgotten
pin=314159&password=$TEST_NGINX_PASSWORD
--- error_code: 403
--- response_body_like: "code":"CODE_NEEDED"



=== TEST 2: no PIN is set
--- session: zhao
--- request
POST /pay/pin/forgotten
pin=314159&password=$TEST_NGINX_PASSWORD
--- error_code: 403
--- response_body_like: "code":"PIN_NOT_SET"



=== TEST 3: a PIN that anybody guesses
--- session: li
--- request
POST /pay/pin/forgotten
pin=123456&password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PIN_WEAK".*"field":"pin"



=== TEST 4: five digits
--- session: li
--- request
POST /pay/pin/forgotten
pin=31415&password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"pin"



=== TEST 5: no PIN
--- session: li
--- request
POST /pay/pin/forgotten
password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"pin"



=== TEST 6: no password
--- session: li
--- request
POST /pay/pin/forgotten
pin=314159
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"password"



=== TEST 7: the password in the URL
--- session: li
--- request
POST /pay/pin/forgotten?password=$TEST_NGINX_PASSWORD
pin=314159
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"password"



=== TEST 8: not logged in
--- request
POST /pay/pin/forgotten
pin=314159&password=$TEST_NGINX_PASSWORD
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 9: from a page of another site
--- session: li
--- more_headers
Origin: http://evil.example
--- request
POST /pay/pin/forgotten
pin=314159&password=$TEST_NGINX_PASSWORD
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 10: another method
--- session: li
--- request
GET /pay/pin/forgotten
--- error_code: 405
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 11: the store is away
--- store_away
--- session: li
--- request
POST /pay/pin/forgotten
pin=314159&password=$TEST_NGINX_PASSWORD
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 12: a password that was chosen a moment ago
--- session: sun
--- request
POST /pay/pin/forgotten
pin=314159&password=a-quiet-valley
--- error_code: 403
--- response_body_like: "code":"PASSWORD_NEW".*"until":"2



=== TEST 13: done, once more
--- session: zhou
--- request
POST /pay/pin/forgotten
pin=141421&password=$TEST_NGINX_PASSWORD
--- response_body_like: ^\{"code":"OK","until":"2



=== TEST 14: a wrong password
--- session: zhou
--- request
POST /pay/pin/forgotten
pin=141421&password=not-the-right-one
--- error_code: 401
--- store_changes
--- response_body_like: "code":"LOGIN_FAILED".*"field":"password"



=== TEST 15: the PIN that was reset is not accepted yet
--- session: zhou
--- request
POST /pay/pin
pin=161803&old_pin=314159
--- error_code: 403
--- response_body_like: "code":"PIN_QUIET".*"until":"2



=== TEST 16: nor is the one before
--- session: zhou
--- request
POST /pay/pin
pin=161803&old_pin=$TEST_NGINX_PIN
--- error_code: 403
--- response_body_like: "code":"PIN_QUIET"
