# The months of the ledger: what was closed, and what cannot be.  Real months are
# closed in t/flow/ledger-close.t.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: phone_archive_after
--- conf
    phone_archive_after 0;
--- operator
--- request
GET /operator/ledger
--- response_body_like: "code":"OK","buckets":\[\{"bucket":0,"from":"\d\d\d\d-\d\d","entries":0\},



=== TEST 2: phone_archive_after, longer than ten years
--- conf
    phone_archive_after 3651d;
--- must_die
--- error_log
[emerg]
must be between 0s and 315360000s



=== TEST 3: phone_archive_after twice
--- conf
    phone_archive_after 90d;
    phone_archive_after 90d;
--- must_die
--- error_log
[emerg]
is duplicate



=== TEST 4: a page of the buckets
--- operator
--- request
GET /operator/ledger?bucket=7&limit=2
--- response_body_like: "buckets":\[\{"bucket":7,.*\{"bucket":8,[^]]*\],"next_bucket":9



=== TEST 5: a bucket that there is not
--- operator
--- request
GET /operator/ledger?bucket=999
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"bucket","reason":"there is no such bucket"



=== TEST 6: too many at once
--- operator
--- request
GET /operator/ledger?limit=101
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 7: without the token
--- request
GET /operator/ledger
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 8: the store is away
--- store_away
--- operator
--- request
GET /operator/ledger
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 9: a month before there was a store
--- operator
--- request
POST /operator/ledger/close
bucket=3&month=2020-01
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"month","reason":"the first month is \d\d\d\d-\d\d"



=== TEST 10: a month to come
--- operator
--- request
POST /operator/ledger/close
bucket=3&month=2999-01
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"month","reason":"months are closed in order: the next one is \d\d\d\d-\d\d"



=== TEST 11: no month
--- operator
--- request eval
[ map { "POST /operator/ledger/close\nbucket=3&month=$_" } '2026-13', '2026-00', '2026.01', '202601-', '1969-12' ]
--- error_code eval
[ (400) x 5 ]
--- response_body_like eval
[ (qr/"code":"PARAM_INVALID".*"field":"month","reason":"it is no month: write it as in 2026-11"/) x 5 ]



=== TEST 12: months of another length
--- operator
--- request eval
[ map { "POST /operator/ledger/close\nbucket=3&month=$_" } '2026-1', '2026-011' ]
--- error_code eval
[ (400) x 2 ]
--- response_body_like eval
[ (qr/"code":"PARAM_INVALID".*"field":"month"/) x 2 ]



=== TEST 13: no bucket
--- operator
--- request
POST /operator/ledger/close
month=2026-01
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"bucket"



=== TEST 14: buckets that there are not
--- operator
--- request eval
[ map { "POST /operator/ledger/close\nbucket=$_&month=2026-01" } '-1', '256', '1000', 'x' ]
--- error_code eval
[ (400) x 4 ]
--- response_body_like eval
[ (qr/"code":"PARAM_INVALID".*"field":"bucket"/) x 4 ]



=== TEST 15: a close without the token
--- request
POST /operator/ledger/close
bucket=3&month=2020-01
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 16: a close while the store is away
--- store_away
--- operator
--- request
POST /operator/ledger/close
bucket=3&month=2020-01
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"
