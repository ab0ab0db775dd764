# Which secrets have sealed what the store keeps, and the job that seals it
# again.  What the job does is in t/unit/reseal.c and t/flow/rotation.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: one secret has sealed all
--- operator
--- request
GET /operator/secrets
--- response_body_like: ^\{"code":"OK","keys":\[\{"key_id":"[0-9a-f]{12}","status":"NEWEST","records":[1-9]\d*\}\]\}$



=== TEST 2: another one, and that before
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
    phone_secret_file_before $TEST_NGINX_CONF/secret;
--- operator
--- request
GET /operator/secrets
--- response_body_like: "keys":\[\{"key_id":"[0-9a-f]{12}","status":"NEWEST","records":0\},\{"key_id":"[0-9a-f]{12}","status":"BEFORE","records":[1-9]\d*\}\]\}$



=== TEST 3: another one alone
--- conf
    phone_secret_file $TEST_NGINX_CONF/secret.other;
--- operator
--- request
GET /operator/secrets
--- response_body_like: "status":"NEWEST","records":0\},\{"key_id":"[0-9a-f]{12}","status":"MISSING","records":[1-9]\d*\}\]\}$



=== TEST 4: without a token
--- request
GET /operator/secrets
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 5: a session is no operator
--- session: li
--- request
GET /operator/secrets
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 6: a job
--- operator
--- request
POST /operator/secrets/reseal
--- response_body_like: ^\{"code":"OK","job_id":"000-reseal\.[0-9a-f]{12}\.0","job":"RUNNING","done":0,"total":\d+,"started":"\d{4}-[^"]*Z"\}$



=== TEST 7: the job, twice: it is one, and it is shown
--- operator
--- store_changes
--- request eval
[ "POST /operator/secrets/reseal\n", "POST /operator/secrets/reseal\n", "GET /operator/secrets" ]
--- response_body_like eval
[qr/"job_id":"000-reseal\.[0-9a-f]{12}\.0"/, qr/"job_id":"000-reseal\.[0-9a-f]{12}\.0"/,
 qr/"keys":\[.*\],"job_id":"000-reseal\.[0-9a-f]{12}\.0","job":"RUNNING"/]



=== TEST 8: it is stopped, and another one is started
--- operator
--- store_changes
--- request eval
[ map { "POST /operator/secrets/reseal\ncancel=$_" } 0, 1, 1, 0 ]
--- response_body_like eval
[qr/"job":"RUNNING"/, qr/\.0","job":"CANCELED".*"ended":/, qr/\.0","job":"CANCELED"/,
 qr/\.1","job":"RUNNING"/]



=== TEST 9: there is none to stop
--- operator
--- request
POST /operator/secrets/reseal
cancel=1
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND".*"field":"cancel"



=== TEST 10: cancel is 0 or 1
--- operator
--- request
POST /operator/secrets/reseal
cancel=2
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"cancel"



=== TEST 11: a job, without a token
--- request
POST /operator/secrets/reseal
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 12: the store is away
--- store_away
--- operator
--- request
POST /operator/secrets/reseal
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"
