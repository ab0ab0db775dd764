# Replies that are no JSON: texts, redirects.  Their endpoints are toys.

use lib 't/lib';
use Phone::Toys;
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a text
--- request
GET /toy/paper?text=a,b
--- response_headers
Content-Type: text/csv; charset=utf-8
Content-Length: 3
Cache-Control: no-store
X-Content-Type-Options: nosniff
Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox
!Content-Disposition
!Phone-Signed
--- response_body chomp
a,b



=== TEST 2: of another type
--- request
GET /toy/paper?text=<svg/>&type=image/svg%2Bxml
--- response_headers
Content-Type: image/svg+xml
--- response_body chomp
<svg/>



=== TEST 3: to be saved under a name
--- request
GET /toy/paper?text=a&file=%E8%B4%A6%22%2Fb.csv
--- response_headers
Content-Disposition: attachment; filename="_____b.csv"; filename*=UTF-8''%E8%B4%A6__b.csv
--- response_body chomp
a



=== TEST 4: without its body
--- request
HEAD /toy/paper?text=abcd
--- response_headers
Content-Type: text/csv; charset=utf-8
Content-Length: 4
--- response_body



=== TEST 5: a refusal is JSON
--- request
GET /toy/paper?text=no&file=a.csv
--- error_code: 400
--- response_headers
Content-Type: application/json; charset=utf-8
!Content-Disposition
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 6: a type cannot end its header
--- request
GET /toy/paper?text=a&type=text/csv%0D%0ASet-Cookie:%20a=b
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"type"



=== TEST 7: nor be anything but ASCII
--- request
GET /toy/paper?text=a&type=text/%E8%B4%A6
--- error_code: 500
--- error_log
INTERNAL
--- response_body_like: "code":"INTERNAL"



=== TEST 8: it is not kept for an Idempotency-Key
--- operator
--- more_headers
Idempotency-Key: k1
--- request
POST /toy/paper
text=a
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"Idempotency-Key","reason":"the reply of this call cannot be kept: leave the header out"



=== TEST 9: without one it is as any
--- operator
--- request
POST /toy/paper
text=a
--- response_body chomp
a



=== TEST 10: a redirect
--- request
POST /toy/leave
to=/pay/bills
--- error_code: 303
--- response_headers
Location: /pay/bills
Cache-Control: no-store
Content-Length: 0
!Content-Type
--- response_body



=== TEST 11: a redirect to another site
--- request
POST /toy/leave
to=https://shop.example/a%3Fb
--- error_code: 303
--- response_headers
Location: https://shop.example/a?b
--- response_body



=== TEST 12: what a browser takes for another site, though it looks like a path
--- request eval
["POST /toy/leave\nto=//evil.example/", "POST /toy/leave\nto=/%5Cevil.example/"]
--- error_code eval
[500, 500]
--- error_log
INTERNAL
--- response_body_like eval
["INTERNAL", "INTERNAL"]



=== TEST 13: another scheme
--- request
POST /toy/leave
to=javascript:alert(1)
--- error_code: 500
--- error_log
INTERNAL
--- response_body_like: "code":"INTERNAL"
