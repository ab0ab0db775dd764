# phone_fetch and its kin: what the configuration may say.

use lib 't/lib';
use Phone::Test;
use Phone::Sign;

my $dir = $ENV{TEST_NGINX_DIR};

Phone::Env::spew("$dir/secret", '5a' x 32 . "\n");
chmod 0600, "$dir/secret";

$ENV{TEST_NGINX_STORE} = "phone_redis unix:$ENV{TEST_NGINX_REDIS_SOCKET};"
    . 'phone_redis_unsafe on; phone_store_id ' . Phone::Redis::STORE . ';'
    . "phone_secret_file $dir/secret;";

Phone::Env::spew("$dir/platform.key",
                 Phone::Env::slurp(Phone::Sign::key('platform')->{private}));
chmod 0600, "$dir/platform.key";
$ENV{TEST_NGINX_KEY} = "phone_platform_key $dir/platform.key p1;";

# a configuration that is refused serves nothing

add_block_preprocessor(sub {
    my ($block) = @_;

    return unless defined $block->must_die;
    $block->set_value(config => '') unless defined $block->config;
    $block->set_value(request => 'GET /');
});

no_long_string();
run_tests();

__DATA__

=== TEST 1: all directives; the variables are empty for everybody
--- http_config
    $TEST_NGINX_STORE
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
    phone_fetch_allow 127.0.0.0/8 10.0.0.1;
    phone_fetch_allow ::1 fd00::/8;
    phone_fetch_timeout 10s;
    phone_fetch_log sms $TEST_NGINX_DIR/sms.log;
    server { listen unix:$TEST_NGINX_DIR/fetch.sock; return 404; }
--- config
    location = /v {
        return 200 "[$phone_fetch_kind$phone_fetch_host$phone_fetch_target$phone_fetch_result]";
    }
--- request
GET /v
--- more_headers
Phone-Fetch-Token: 0
Phone-Fetch-Kind: notice
Phone-Fetch-Host: x
Phone-Fetch-Target: http://127.0.0.1/
--- response_body chomp
[]



=== TEST 2: without the store
--- http_config
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
--- must_die
--- error_log
[emerg]
"phone_redis" is missing



=== TEST 3: no unix socket
--- http_config
    phone_fetch 127.0.0.1:80;
--- must_die
--- error_log
[emerg]
"phone_fetch" directive needs a unix socket, unix:<path>



=== TEST 4: a socket without a path
--- http_config
    phone_fetch unix:;
--- must_die
--- error_log
[emerg]
"phone_fetch" directive no path in the unix domain socket



=== TEST 5: twice
--- http_config
    phone_fetch unix:/a; phone_fetch unix:/b;
--- must_die
--- error_log
[emerg]
"phone_fetch" directive is duplicate



=== TEST 6: nobody listens
--- http_config
    $TEST_NGINX_STORE
    phone_fetch unix:$TEST_NGINX_DIR/other.sock;
--- config
    location = /v { return 200 "here"; }
--- request
GET /v
--- must_die
--- error_log
[emerg]
no server listens on "unix:



=== TEST 7: no network
--- http_config
    phone_fetch_allow 10.0.0.0/33;
--- must_die
--- error_log
[emerg]
"phone_fetch_allow" has an invalid network "10.0.0.0/33": write it as 10.1.0.0/16



=== TEST 8: low bits
--- http_config
    phone_fetch_allow 10.0.0.1/8;
--- config
    location = /v { return 200 "here"; }
--- request
GET /v
--- response_body chomp
here
--- error_log
low address bits of 10.0.0.1/8 are meaningless



=== TEST 9: longer than the lease of an event
--- http_config
    phone_fetch_timeout 61s;
--- must_die
--- error_log
[emerg]
"phone_fetch_timeout" must be longer than 0 and shorter than "phone_lease", 60000 ms



=== TEST 10: no time at all
--- http_config
    phone_fetch_timeout 0;
--- must_die
--- error_log
[emerg]
"phone_fetch_timeout" must be longer than 0 and shorter than "phone_lease"



=== TEST 11: two logs
--- http_config
    phone_fetch_log sms /dev/null; phone_fetch_log sms /dev/null;
--- must_die
--- error_log
[emerg]
"phone_fetch_log" directive is duplicate



=== TEST 12: a log that cannot be opened
--- http_config
    phone_fetch_log sms /nonexistent/sms.log;
--- must_die
--- error_log
[emerg]
open() "/nonexistent/sms.log" failed



=== TEST 13: bills without a way for notices
--- http_config
    $TEST_NGINX_STORE
    phone_blobs $TEST_NGINX_DIR/blobs;
    $TEST_NGINX_KEY
    phone_fetch_log sms $TEST_NGINX_DIR/sms.log;
    resolver 127.0.0.1;
--- config
    location /pay/ { phone_bill; }
--- must_die
--- error_log
[emerg]
"phone_fetch" is missing: it is needed, with the server of conf/fetch.conf, to send "notice"



=== TEST 14: bills without a resolver
--- http_config
    $TEST_NGINX_STORE
    phone_blobs $TEST_NGINX_DIR/blobs;
    $TEST_NGINX_KEY
    phone_fetch_log sms $TEST_NGINX_DIR/sms.log;
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
    server { listen unix:$TEST_NGINX_DIR/fetch.sock; resolver 127.0.0.1; return 404; }
--- config
    location /pay/ { phone_bill; }
--- must_die
--- error_log
[emerg]
"resolver" is missing on the http level: it is needed to find where "notice" goes



=== TEST 15: bills without a way for texts
--- http_config
    $TEST_NGINX_STORE
    phone_blobs $TEST_NGINX_DIR/blobs;
    $TEST_NGINX_KEY
    resolver 127.0.0.1;
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
    server { listen unix:$TEST_NGINX_DIR/fetch.sock; return 404; }
--- config
    location /pay/ { phone_bill; }
--- must_die
--- error_log
[emerg]
there is no way to send "sms": name a location with "phone_fetch_location sms"



=== TEST 16: logins without a way for texts
--- http_config
    $TEST_NGINX_STORE
--- config
    location /login { phone_session; }
--- must_die
--- error_log
[emerg]
there is no way to send "sms": name a location with "phone_fetch_location sms"



=== TEST 17: another nginx sends
--- http_config
    $TEST_NGINX_STORE
    $TEST_NGINX_KEY
    phone_blobs $TEST_NGINX_DIR/blobs;
    phone_pump off;
--- config
    location /login { phone_session; }
    location /pay/ { phone_bill; }
--- request
GET /pay/bills
--- error_code: 401



=== TEST 18: all that is needed; the log is no gateway
--- http_config
    $TEST_NGINX_STORE
    $TEST_NGINX_KEY
    phone_blobs $TEST_NGINX_DIR/blobs;
    resolver 127.0.0.1;
    phone_fetch_log sms $TEST_NGINX_DIR/sms.log;
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
    server { listen unix:$TEST_NGINX_DIR/fetch.sock; return 404; }
--- config
    location /login { phone_session; }
    location /pay/ { phone_bill; }
--- request
GET /pay/bills
--- error_code: 401
--- error_log
"phone_fetch_log": each "sms", secrets included, is written to



=== TEST 19: a location for texts
--- http_config
    $TEST_NGINX_STORE
    $TEST_NGINX_KEY
    phone_blobs $TEST_NGINX_DIR/blobs;
    resolver 127.0.0.1;
    phone_fetch unix:$TEST_NGINX_DIR/fetch.sock;
    phone_fetch_location sms /sms;
    phone_fetch_location notice /out/notice;
    server { listen unix:$TEST_NGINX_DIR/fetch.sock; return 404; }
--- config
    location /login { phone_session; }
    location /pay/ { phone_bill; }
--- request
GET /pay/bills
--- error_code: 401
--- no_error_log
phone_fetch_log



=== TEST 20: a location, but no fetch server
--- http_config
    $TEST_NGINX_STORE
    phone_fetch_location sms /sms;
--- config
    location /login { phone_session; }
--- must_die
--- error_log
[emerg]
"phone_fetch" is missing: it is needed, with the server of conf/fetch.conf, to send "sms"



=== TEST 21: a call that is not there
--- http_config
    phone_fetch_location fax /fax;
--- must_die
--- error_log
[emerg]
"phone_fetch_location": there is no outbound call "fax"



=== TEST 22: nor can it be logged
--- http_config
    phone_fetch_log fax /dev/null;
--- must_die
--- error_log
[emerg]
"phone_fetch_log": there is no outbound call "fax"



=== TEST 23: two locations for one call
--- http_config
    phone_fetch_location sms /a; phone_fetch_location sms /b;
--- must_die
--- error_log
[emerg]
"phone_fetch_location" directive is duplicate



=== TEST 24: no path
--- http_config
    phone_fetch_location sms sms;
--- must_die
--- error_log
[emerg]
"phone_fetch_location" directive needs a path of the fetch server, /<path>



=== TEST 25: a path that is two words
--- http_config
    phone_fetch_location sms "/a b";
--- must_die
--- error_log
[emerg]
"phone_fetch_location" directive needs a path of the fetch server, /<path>



=== TEST 26: a gateway is added, and the log of the trial was forgotten
--- http_config
    phone_fetch_log sms /dev/null; phone_fetch_location sms /sms;
--- must_die
--- error_log
[emerg]
"phone_fetch_location" directive excludes "phone_fetch_log" of the same call: keep one



=== TEST 27: a log beside a gateway
--- http_config
    phone_fetch_location sms /sms; phone_fetch_log sms /dev/null;
--- must_die
--- error_log
[emerg]
"phone_fetch_log" directive excludes "phone_fetch_location" of the same call: keep one
