# Where a phone directive may stand, and what goes on with its handler: "if" and
# "limit_except" have configurations of their own, as nested, regex and named
# locations have.

use lib 't/lib';
use Phone::Test;
use Phone::Sign;

my $dir = $ENV{TEST_NGINX_DIR};

for my $name (qw(secret token platform.key)) {
    my $text = $name eq 'platform.key'
        ? Phone::Env::slurp(Phone::Sign::key('platform')->{private})
        : '5a' x 32 . "\n";

    Phone::Env::spew("$dir/$name", $text);
    chmod 0600, "$dir/$name";
}

$ENV{TEST_NGINX_STORE} = "phone_redis unix:$ENV{TEST_NGINX_REDIS_SOCKET};"
    . 'phone_pump off; phone_redis_unsafe on; phone_store_id ' . Phone::Redis::STORE . ';'
    . "phone_secret_file $dir/secret;"
    . "phone_blobs $dir/blobs;"
    . "phone_operator_token_file $dir/token;"
    . "phone_platform_key $dir/platform.key p1;";

no_long_string();
run_tests();

__DATA__

=== TEST 1: an "if" that is true, in a location of bills: a crash of the worker
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; if ($arg_x) { set $a 1; } }
--- request
GET /pay/bills?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 2: an "if" with a body that is larger than nginx's buffer
--- http_config
    $TEST_NGINX_STORE
    client_body_buffer_size 1k;
--- config
    location /pay/ { phone_bill; if ($arg_x) { set $a 1; } }
--- more_headers
Content-Type: application/json
--- request eval
"POST /pay/bill?x=1\n" . '{"a":"' . ('b' x 20000) . '"}'
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 3: an "if" in a location of sessions, whose paths have a prefix
--- http_config
    $TEST_NGINX_STORE
--- config
    location /api/ { phone_session /api/; if ($arg_x) { set $a 1; } }
--- request
GET /api/me?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 4: an "if" in an exact location
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /operator/check { phone_operator; if ($arg_x) { set $a 1; } }
--- request
GET /operator/check?x=1
--- error_code: 401
--- response_headers
WWW-Authenticate: Bearer
--- response_body_like: "reason":"send the operator's token



=== TEST 5: an "if" that answers by itself
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; if ($arg_x) { return 200 "closed"; } }
--- request
GET /pay/bills?x=1
--- response_body chomp
closed



=== TEST 6: limit_except in a location of bills
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; limit_except GET { allow all; } }
--- request
POST /pay/pin
pin=271828
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 7: limit_except in an exact location of the operator
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /operator/merchants { phone_operator; limit_except GET { allow all; } }
--- request
POST /operator/merchants
--- error_code: 401
--- response_headers
WWW-Authenticate: Bearer



=== TEST 8: limit_except that denies
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; limit_except GET { deny all; } }
--- request
POST /pay/bills/000-1/pay
--- error_code: 403



=== TEST 9: limit_except around live events
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; limit_except POST { allow all; } }
--- request
GET /live
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 10: an "if" in live events
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; if ($arg_x) { set $a 1; } }
--- request
GET /live?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 11: limit_except around the status
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /status { phone_status; limit_except POST { allow 127.0.0.1; deny all; } }
--- request
GET /status
--- response_body_like: "store_state"



=== TEST 12: limit_except around the metrics, and an "if"
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /metrics {
        phone_metrics;
        if ($arg_x) { set $a 1; }
        limit_except POST { allow all; }
    }
--- request
GET /metrics?x=1
--- response_body_like: phone_workers



=== TEST 13: phone_auth holds in an "if" of its location
--- http_config
    $TEST_NGINX_STORE
--- config
    location /site { phone_auth on; if ($arg_x) { set $a 1; } root html; }
--- request
GET /site?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 14: phone_auth holds in limit_except of its location
--- http_config
    $TEST_NGINX_STORE
--- config
    location /site { phone_auth on; limit_except POST { allow all; } root html; }
--- request
GET /site
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 15: phone_auth is inherited by a nested location, and may end there
--- http_config
    $TEST_NGINX_STORE
--- config
    location /site/ {
        phone_auth on;
        location /site/in { return 200 "in"; }
        location /site/page { root html; }
        location = /site/login { phone_auth off; return 200 "login"; }
    }
--- request eval
["GET /site/page", "GET /site/login"]
--- error_code eval
[401, 200]
--- response_body_like eval
['"code":"LOGIN_REQUIRED"', '^login$']



=== TEST 16: the handler is not inherited by a nested location
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ {
        phone_bill;
        location /pay/plain { return 200 "plain"; }
        location /pay/file { root html; }
    }
--- request eval
["GET /pay/plain", "GET /pay/file", "GET /pay/bills"]
--- error_code eval
[200, 404, 401]



=== TEST 17: a location by a regular expression, with an "if"
--- http_config
    $TEST_NGINX_STORE
--- config
    location ~ ^/pay/(?<rest>.*)$ { phone_bill; if ($rest) { set $a 1; } }
--- request
GET /pay/bills
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 18: a named location, by try_files
--- http_config
    $TEST_NGINX_STORE
--- config
    location ~ ^/(me|login)$ { try_files /nothing/here @phone; }
    location @phone { phone_session; if ($arg_x) { set $a 1; } }
--- request
GET /me?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 19: a named location with a body
--- http_config
    $TEST_NGINX_STORE
--- config
    location ~ ^/(me|login)$ { try_files /nothing/here @phone; }
    location @phone { phone_session; }
--- request
POST /login
phone=13800000001
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING"



=== TEST 20: as an error page: the status stays that of the error
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /gone { return 410; error_page 410 /me; }
    location = /me { phone_session; }
--- request
GET /gone
--- error_code: 410
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 21: after a rewrite in an "if"
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; if ($arg_x) { rewrite ^ /me last; } }
    location = /me { phone_session; }
--- request
GET /pay/bills?x=1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 22: a prefix that the "if" keeps: another path is not found
--- http_config
    $TEST_NGINX_STORE
--- config
    location /api/ { phone_session /api/; if ($arg_x) { set $a 1; } }
--- request
GET /api/nothing?x=1
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 23: a phone directive where another handler is set
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { proxy_pass http://127.0.0.1:1; phone_bill; }
--- request
GET /pay/bills
--- must_die
--- error_log
[emerg]
"phone_bill" directive is duplicate, or another handler is set here



=== TEST 24: two phone directives
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; phone_session; }
--- request
GET /pay/bills
--- must_die
--- error_log
[emerg]
"phone_session" directive is duplicate, or another handler is set here



=== TEST 25: a larger phone_body_max of the location holds in its "if"
--- http_config
    $TEST_NGINX_STORE
    phone_body_max 1k;
--- config
    location /pay/ { phone_bill; phone_body_max 100; if ($arg_x) { set $a 1; } }
--- more_headers
Content-Type: application/json
--- request eval
"POST /pay/bill?x=1\n" . '{"a":"' . ('b' x 200) . '"}'
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 26: OPTIONS: the methods of an address, live events and figures included
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /me { phone_session; }
    location /pay/ { phone_bill; }
    location = /live { phone_live; }
    location = /status { phone_status; }
--- request eval
[map { "OPTIONS $_" } qw(/me /pay/pin /pay/bills/x/pay /live /status)]
--- error_code eval
[(204) x 5]
--- response_headers eval
['Allow: OPTIONS, GET, HEAD', 'Allow: OPTIONS, POST', 'Allow: OPTIONS, POST',
 'Allow: OPTIONS, GET', 'Allow: OPTIONS, GET, HEAD']



=== TEST 27: OPTIONS of an address that has none
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; }
--- request
OPTIONS /pay/nothing
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 28: another handler that is set behind a phone directive
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; proxy_pass http://127.0.0.1:1; }
--- request
GET /pay/bills
--- must_die
--- error_log
[emerg]
another handler is set behind the phone directive of location "/pay/"



=== TEST 29: another handler in an "if" of the location takes its place there
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; if ($arg_old) { proxy_pass http://127.0.0.1:1; } }
--- request
GET /pay/bills?old=1
--- error_code: 502
--- error_log
connect() failed



=== TEST 30: a body above client_max_body_size, without an error_page
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; client_max_body_size 100; }
    location = /live { phone_live; client_max_body_size 100; }
    location = /else { root html; client_max_body_size 100; }
--- request eval
["POST /pay/bill\n" . 'a' x 200, "POST /live\n" . 'a' x 200, "POST /else\n" . 'a' x 200]
--- error_code eval
[413, 413, 413]
--- response_headers eval
["Content-Type: application/json; charset=utf-8\nCache-Control: no-store",
 "Content-Type: application/json; charset=utf-8\nCache-Control: no-store",
 "Content-Type: text/html"]
--- response_body_like eval
['^\{"code":"TOO_LARGE","message":"The body is too large: send a shorter one.".*"request_id":"[^"]+"\}$',
 '^\{"code":"TOO_LARGE"', '<html>']



=== TEST 31: the same in chunks
--- http_config
    $TEST_NGINX_STORE
--- config
    location /pay/ { phone_bill; client_max_body_size 100; }
--- raw_request eval
["POST /pay/bill HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
 "c8\r\n" . 'a' x 200 . "\r\n0\r\n\r\n"]
--- raw_request_middle_delay: 0.3
--- error_code: 413
--- response_headers
Content-Type: application/json; charset=utf-8
--- response_body_like: ^\{"code":"TOO_LARGE"



=== TEST 32: an error_page of the operator's stays
--- http_config
    $TEST_NGINX_STORE
--- config
    error_page 413 /own;
    location = /own { client_max_body_size 0; return 413 "mine"; }
    location /pay/ { phone_bill; client_max_body_size 100; }
--- request eval
"POST /pay/bill\n" . 'a' x 200
--- error_code: 413
--- response_body: mine



=== TEST 33: a small body in chunks of one byte
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /login { phone_session; }
--- raw_request eval
"POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
. join('', map { "1\r\n$_\r\n" } split //, '{"phone":"1","x":"' . 'a' x 20000 . '"}') . "0\r\n\r\n"
--- error_code: 400
--- response_body_like: "code":"PARAM_(INVALID|MISSING)"



=== TEST 34: a large one is too large in chunks as well
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /login { phone_session; }
--- raw_request eval
"POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
. join('', map { "10\r\n$_\r\n" } ('a' x 16) x 5000) . "0\r\n\r\n"
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 35: a body of GET /live
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; }
--- raw_request eval
["GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
 "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"]
--- error_code eval
[400, 400]
--- response_body_like eval
[('"code":"BODY_INVALID".*"reason":"this call takes no body"') x 2]
