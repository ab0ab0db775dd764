# phone_live, phone_status, phone_metrics: what the configuration may say, and
# that nothing happens where they are not used.

use lib 't/lib';
use Phone::Test;

my $dir = $ENV{TEST_NGINX_DIR};

Phone::Env::spew("$dir/secret", '5a' x 32 . "\n");
chmod 0600, "$dir/secret";

$ENV{TEST_NGINX_STORE} = "phone_redis unix:$ENV{TEST_NGINX_REDIS_SOCKET};"
    . 'phone_redis_unsafe on; phone_store_id ' . Phone::Redis::STORE . ';'
    . "phone_secret_file $dir/secret;";

$ENV{TEST_NGINX_AWAY} = $ENV{TEST_NGINX_STORE} =~ s{unix:[^;]*}{unix:/nonexistent/redis.sock}r;

no_long_string();
run_tests();

__DATA__

=== TEST 1: all directives
--- http_config
    $TEST_NGINX_STORE
    phone_live_clients 100;
    phone_live_clients_of_number 2;
--- config
    location = /live { phone_live; }
    location = /status { phone_status; }
    location = /metrics { phone_metrics; }
--- request
GET /live
--- error_code: 401
--- response_headers
Content-Type: application/json; charset=utf-8
Cache-Control: no-store
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 2: a method
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; }
--- request
POST /live
a=b
--- error_code: 405
--- response_headers
Allow: OPTIONS, GET
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 3: a cookie that is none
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; }
--- request
GET /live
--- more_headers
Cookie: phone_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
Last-Event-ID: 1-1
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 4: live without the store
--- config
    location = /live { phone_live; }
--- request
GET /live
--- must_die
--- error_log
[emerg]
"phone_redis" is missing



=== TEST 5: live twice
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; phone_live; }
--- request
GET /live
--- must_die
--- error_log
[emerg]
"phone_live" directive is duplicate, or another handler is set here



=== TEST 6: two handlers
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /live { phone_live; phone_status; }
--- request
GET /live
--- must_die
--- error_log
[emerg]
"phone_status" directive is duplicate, or another handler is set here



=== TEST 7: no client
--- http_config
    phone_live_clients 0;
--- config
--- request
GET /
--- must_die
--- error_log
[emerg]
"phone_live_clients" must be between 1 and 1000000



=== TEST 8: status without the store
--- config
    location = /status { phone_status; }
--- request
GET /status
--- must_die
--- error_log
[emerg]
"phone_redis" is missing



=== TEST 9: status
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /status { phone_status; }
--- request
GET /status
--- response_headers
Content-Type: application/json; charset=utf-8
Cache-Control: no-store
--- response_body_like: ^\{"code":"OK","version":"\d+\.\d+\.\d+","nginx":"[\d.]+","uptime":\d+,"store_state":"\w+","store_id":"[\w-]+","store_epoch":\d+,"workers":\[



=== TEST 10: metrics
--- http_config
    $TEST_NGINX_STORE
--- config
    location = /metrics { phone_metrics; }
--- request
GET /metrics
--- response_headers
Content-Type: text/plain; version=0.0.4; charset=utf-8
--- response_body_like: phone_workers 1\n



=== TEST 11: where nothing is used nothing is opened
--- http_config
    phone_redis unix:/nonexistent/redis.sock;
    phone_live_clients 10;
--- config
    location = /v { return 200 "here"; }
--- request
GET /v
--- response_body chomp
here
--- no_error_log
[error]
redis



=== TEST 12: status of a host that cannot serve: 503 for load balancers, same body
--- http_config
    $TEST_NGINX_AWAY
--- config
    location = /status { phone_status; }
--- raw_request eval
["GET /status HTTP/1.1\r\n", "Host: x\r\nConnection: close\r\n\r\n"]
--- raw_request_middle_delay: 0.5
--- error_code: 503
--- response_headers
Content-Type: application/json; charset=utf-8
Cache-Control: no-store
--- response_body_like: ^\{"code":"OK",.*"store_state":"down",.*"store_reason"
