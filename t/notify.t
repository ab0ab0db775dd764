# phone_notify: what the configuration may say.

use lib 't/lib';
use Phone::Test;
use Phone::Sign;

$ENV{TEST_NGINX_PUBLIC} = Phone::Sign::key('platform')->{public};
$ENV{TEST_NGINX_PRIVATE} = Phone::Sign::key('platform')->{private};
Phone::Env::spew("$ENV{TEST_NGINX_DIR}/large", 'x' x 70000);
$ENV{TEST_NGINX_SMALL} = Phone::Sign::key('small', 1024)->{public};

no_long_string();
run_tests();

__DATA__

=== TEST 1: all forms
--- config
    location = /1 { phone_notify $TEST_NGINX_PUBLIC merchant_id=tea; }
    location = /2 { phone_notify $TEST_NGINX_PUBLIC sign_type=MD5withRSA skew=1m merchant_id=tea; }
    location = /3 { phone_notify key_id=a:$TEST_NGINX_PUBLIC key_id=b:$TEST_NGINX_PUBLIC merchant_id=tea; }
    location = /4 { phone_notify sign_type=SHA256withRSA $TEST_NGINX_PUBLIC merchant_id=tea; }
    location = /5 { phone_notify off; return 200 "off"; }
--- request
GET /5
--- response_body chomp
off



=== TEST 2: a refusal of GET, without a session, a store or any secret
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC merchant_id=tea; }
--- request
GET /n
--- error_code: 405
--- response_headers
Allow: POST
--- response_body_like: "code":"METHOD_NOT_ALLOWED"



=== TEST 3: no file
--- config
    location = /n { phone_notify /nonexistent/platform.pub merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
open() "/nonexistent/platform.pub" failed



=== TEST 4: no key at all
--- config
    location = /n { phone_notify skew=5s merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
"phone_notify" directive needs the file of a public key, or secret=<file>



=== TEST 5: a private key
--- config
    location = /n { phone_notify $TEST_NGINX_PRIVATE merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
: a private key: send the public key



=== TEST 6: a key that is too small
--- config
    location = /n { phone_notify $TEST_NGINX_SMALL merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
: the RSA key is too small



=== TEST 7: two keys without ids
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC $TEST_NGINX_PUBLIC merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
takes several keys only when each has a key_id



=== TEST 8: an id twice
--- config
    location = /n { phone_notify key_id=a:$TEST_NGINX_PUBLIC key_id=a:$TEST_NGINX_PUBLIC merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
has one key_id twice



=== TEST 9: an id without a file
--- config
    location = /n { phone_notify key_id=a merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
needs key_id=<id>:<file>



=== TEST 10: an unknown type
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC sign_type=HMAC merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
has an unknown sign_type



=== TEST 11: a skew that is no time
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC skew=soon merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
needs a skew between 1s and 1h



=== TEST 12: twice
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC merchant_id=tea; phone_notify off; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
"phone_notify" directive is duplicate



=== TEST 13: a file that is too large for a key
--- config
    location = /n { phone_notify $TEST_NGINX_DIR/large merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
is empty or too large



=== TEST 14: a skew of more than an hour: a notice could be repeated for as long
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC skew=2h merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
needs a skew between 1s and 1h



=== TEST 15: a skew twice
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC skew=1m skew=2m merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
has a duplicate skew



=== TEST 16: a type twice
--- config
    location = /n { phone_notify sign_type=RSA2 $TEST_NGINX_PUBLIC sign_type=MD5withRSA merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
has a duplicate sign_type



=== TEST 17: no merchant: the platform signs the notices of all of them
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
"phone_notify" directive needs merchant_id=<id>, your merchant_id at the platform



=== TEST 18: a merchant without a name
--- config
    location = /n { phone_notify $TEST_NGINX_PUBLIC merchant_id=; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
"phone_notify" directive has an empty merchant_id



=== TEST 19: "satisfy any" would let pass what is not signed
--- config
    satisfy any;
    location = /n { phone_notify $TEST_NGINX_PUBLIC merchant_id=tea; }
--- request
GET /n
--- must_die
--- error_log
[emerg]
whom another module lets pass would need no signature
