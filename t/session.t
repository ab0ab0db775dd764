# Logging in and out, who one is, the password, the sessions.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a login
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- response_headers_like
Set-Cookie: phone_session=[\w.-]+; .*HttpOnly; SameSite=Lax.*
--- response_body_like: "code":"OK","phone":"\+8613800000001","must_change":false



=== TEST 2: a wrong password: it is counted
--- request
POST /login
phone=13800000001&password=coffee-and-cake
--- error_code: 401
--- store_changes
--- response_body_like: "code":"LOGIN_FAILED"



=== TEST 3: a number that nobody has: the same answer
--- request
POST /login
phone=13500000009&password=coffee-and-cake
--- error_code: 401
--- store_changes
--- response_body_like: ^\{"code":"LOGIN_FAILED","message":"[^"]+","message_zh":"[^"]+","retryable":false,"request_id":"\w+"\}



=== TEST 4: somebody else's password
--- request
POST /login
phone=13700000003&password=123456
--- error_code: 401
--- store_changes
--- response_body_like: "code":"LOGIN_FAILED"



=== TEST 5: the sixth wrong one, and the right one after it
--- request eval
[ (map { "POST /login\nphone=13800000001&password=wrong-one-$_" } 1 .. 5), "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD" ]
--- error_code eval
[ (401) x 5, 429 ]
--- store_changes
--- response_body_like eval
[ (qr/"LOGIN_FAILED"/) x 5, qr/"RATE_LIMITED"/ ]



=== TEST 6: no password
--- request
POST /login
phone=13800000001
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"password"



=== TEST 7: no number
--- request
POST /login
password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"phone"



=== TEST 8: a number that is none
--- request
POST /login
phone=1&password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 9: a password in the query string
--- request
POST /login?password=$TEST_NGINX_PASSWORD
phone=13800000001
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"password"



=== TEST 10: a login from a page of another site
--- more_headers
Origin: http://evil.example
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 11: a login, another method
--- request
GET /login
--- error_code: 405
--- response_headers
Allow: OPTIONS, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 12: a login, the store is away
--- store_away
--- request
POST /login
phone=13800000001&password=$TEST_NGINX_PASSWORD
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 13: a code
--- request
POST /login/code
phone=13800000001
--- error_code: 202
--- response_headers_like
Set-Cookie: phone_login=[\w.-]+; .*HttpOnly.*
--- response_body_like: "code":"OK"



=== TEST 14: a code for a number that nobody has: the same answer
--- request
POST /login/code
phone=13500000009
--- error_code: 202
--- response_body_like: ^\{"code":"OK"\}



=== TEST 15: a code for nobody
--- request
POST /login/code
a=b
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"phone"



=== TEST 16: a code for a number that is none
--- request
POST /login/code
phone=1
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 17: a code, another method
--- request
GET /login/code
--- error_code: 405
--- response_headers
Allow: OPTIONS, POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 18: who one is
--- session: li
--- request
GET /me
--- response_headers
Cache-Control: no-store
--- response_body_like: "phone":"\+8613800000001","name":"Payer 13800000001".*"pin_set":true,"must_change":false



=== TEST 19: HEAD
--- session: li
--- request
HEAD /me
--- response_headers
Content-Type: application/json; charset=utf-8
--- response_body:



=== TEST 20: nobody
--- request
GET /me
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 21: the good cookie behind one that is none
--- more_headers
Cookie: phone_session=junk; phone_session=
--- request
GET /me
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 22: who one is, the store is away
--- store_away
--- session: li
--- request
GET /me
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 23: logging out, and then
--- session: li
--- store_changes
--- request eval
[ "POST /logout\na=b", 'GET /me' ]
--- error_code eval
[ 200, 401 ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"LOGIN_REQUIRED"/ ]



=== TEST 24: logging out, who is not in
--- request
POST /logout
a=b
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 25: logged out by a page of another site
--- session: li
--- more_headers
Sec-Fetch-Site: cross-site
--- request
POST /logout
a=b
--- error_code: 403
--- response_body_like: "code":"CROSS_ORIGIN"



=== TEST 26: another password
--- session: li
--- store_changes
--- request eval
[ "POST /password\npassword=coffee-and-cake&old_password=\$TEST_NGINX_PASSWORD",
  "POST /login\nphone=13800000001&password=\$TEST_NGINX_PASSWORD",
  "POST /login\nphone=13800000001&password=coffee-and-cake" ]
--- error_code eval
[200, 401, 200]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"LOGIN_FAILED"/, qr/"phone":"\+8613800000001"/ ]



=== TEST 27: without the old one
--- session: li
--- request
POST /password
password=coffee-and-cake
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"old_password"



=== TEST 28: with a wrong one
--- session: li
--- request
POST /password
password=coffee-and-cake&old_password=milk-and-cake
--- error_code: 401
--- store_changes
--- response_body_like: "code":"LOGIN_FAILED"



=== TEST 29: one that is too short
--- session: li
--- request
POST /password
password=abc&old_password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PASSWORD_WEAK".*"field":"password"



=== TEST 30: one that everybody has
--- session: li
--- request
POST /password
password=password123&old_password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PASSWORD_WEAK".*"field":"password"



=== TEST 31: a password, not logged in
--- request
POST /password
password=coffee-and-cake&old_password=$TEST_NGINX_PASSWORD
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 32: one's sessions
--- session: li
--- request
GET /sessions
--- response_body_like: "sessions":\[\{"slot":$TEST_NGINX_SLOT,.*"current":true\}\]



=== TEST 33: nobody's
--- request
GET /sessions
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 34: one's own is ended
--- session: li
--- store_changes
--- request eval
[ 'DELETE /sessions/$TEST_NGINX_SLOT', 'GET /me' ]
--- error_code eval
[ 200, 401 ]
--- response_body_like eval
[ qr/"code":"OK"/, qr/"code":"LOGIN_REQUIRED"/ ]



=== TEST 35: the others: there are none
--- session: li
--- request
DELETE /sessions/others
--- response_body_like: "code":"OK"



=== TEST 36: one that is not there
--- session: li
--- request
DELETE /sessions/s7
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 37: one that none can be
--- session: li
--- request
DELETE /sessions/something-else
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"slot"



=== TEST 38: a session, not logged in
--- request
DELETE /sessions/$TEST_NGINX_SLOT
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 39: a location of the site's own, protected
--- server
    location = /mine { phone_auth on; try_files /none =204; }
--- request
GET /mine
--- error_code: 401



=== TEST 40: ... for who is logged in: the number is there
--- server
    location = /mine { phone_auth on; add_header Who $phone_number always; try_files /none =204; }
--- session: li
--- request
GET /mine
--- error_code: 204
--- response_headers
Who: +8613800000001



=== TEST 41: ... and not protected: it is empty
--- server
    location = /mine { phone_auth off; add_header Who "[$phone_number]" always; try_files /none =204; }
--- session: li
--- request
GET /mine
--- error_code: 204
--- response_headers
Who: []



=== TEST 42: "satisfy any": no session, and an address that may
--- server
    location = /mine { satisfy any; allow 127.0.0.1; deny all; phone_auth on; add_header Who "[$phone_number]" always; try_files /none =204; }
--- request
GET /mine
--- error_code: 204
--- response_headers
Who: []



=== TEST 43: ... a session, and an address that may not
--- server
    location = /mine { satisfy any; deny all; phone_auth on; add_header Who "[$phone_number]" always; try_files /none =204; }
--- session: li
--- request
GET /mine
--- error_code: 204
--- response_headers
Who: [+8613800000001]



=== TEST 44: ... neither
--- server
    location = /mine { satisfy any; deny all; phone_auth on; try_files /none =204; }
--- request
GET /mine
--- error_code: 401



=== TEST 45: "satisfy all": a session, and an address that may not
--- server
    location = /mine { deny all; phone_auth on; try_files /none =204; }
--- session: li
--- request
GET /mine
--- error_code: 403



=== TEST 46: a password that is one's own number
--- session: li
--- request
POST /password
password=13800000001&old_password=$TEST_NGINX_PASSWORD
--- error_code: 400
--- response_body_like: "code":"PASSWORD_WEAK".*"field":"password"
