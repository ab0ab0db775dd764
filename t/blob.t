# Files that come with calls, and blobs: what is refused, and how they are given
# out.  The endpoints are toys: /toy/measure takes up to 1000 bytes.

use lib 't/lib';
use Phone::Toys;
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a file as the body
--- more_headers
Content-Type: Image/PNG; a=b
--- request
POST /toy/measure?title=tea
hello
--- response_body_like: "code":"OK","sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","size":5,"type":"image/png","title":"tea"



=== TEST 2: a file in a form
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nt&e a \xe8\x8c\xb6\r\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a b.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--XX--\r\n"
--- response_body_like: "sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","size":5,"type":"text/plain","name":"a b.txt","title":"t&e a 茶"



=== TEST 3: a quoted boundary, fields behind the file, a file that begins like a delimiter
--- more_headers
Content-Type: multipart/form-data; charset=utf-8; boundary="X X"
--- request eval
"POST /toy/measure\n--X X\r\nContent-Disposition: form-data; filename=\"a\"; name=\"data\"\r\n\r\n\r\n--X\r\n--X X\r\nContent-Disposition: form-data; name=title\r\n\r\nT\r\n--X X--"
--- response_body_like: "sha256":"[0-9a-f]{64}","size":5,"type":"application/octet-stream","name":"a","title":"T"



=== TEST 4: names are names, not paths
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"../../etc/passwd\"\r\n\r\na\r\n--XX--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"C:\\dir\\x.png\"\r\n\r\na\r\n--XX--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\x7f\"\r\n\r\na\r\n--XX--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"\xff\"\r\n\r\na\r\n--XX--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\\\"; b\"\r\n\r\na\r\n--XX--"]
--- response_body_like eval
['"name":"passwd"', '"name":"x.png"', '"type":"application/octet-stream"\}', '"type":"application/octet-stream"\}', '"name":"a\\\\"; b"']



=== TEST 5: nothing came
--- more_headers eval
["X: y", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"]
--- request eval
["POST /toy/measure", "POST /toy/measure\ntitle=a", "POST /toy/measure\n{\"title\":\"a\"}"]
--- error_code eval
[400, 400, 400]
--- response_body_like eval
[('PARAM_MISSING.*"field":"data"') x 3]



=== TEST 6: no file was chosen
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--XX--\r\n"
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"data"



=== TEST 7: a file of no bytes
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\n\r\n--XX--\r\n"
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*1 to 1000 bytes.*"field":"data"



=== TEST 8: its hash alone is no file
--- request
POST /toy/measure
data=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"data"



=== TEST 9: nor is a field of its name
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\nhello\r\n--XX--\r\n",
 "POST /toy/measure?data=a\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nhello\r\n--XX--\r\n"]
--- error_code eval
[400, 400]
--- response_body_like eval
['PARAM_INVALID.*"field":"data"', 'FIELD_DUPLICATE.*"field":"data"']



=== TEST 10: too large, by what it says and by what comes
--- more_headers
Content-Type: text/plain
--- request eval
"POST /toy/measure\n" . 'a' x 1001
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 11: a file in a form that is too large
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\n" . 'a' x 1001 . "\r\n--XX--\r\n",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\n" . 'a' x 1000 . "\r\n--XX--\r\n",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n" . 'a' x 66000 . "\r\n--XX--\r\n",
 "POST /toy/measure\n" . 'a' x 90000]
--- error_code eval
[413, 200, 413, 413]
--- response_body_like eval
['TOO_LARGE.*"field":"data"', '"size":1000', 'TOO_LARGE', 'TOO_LARGE']



=== TEST 12: a chunked body that is too large
--- more_headers
Content-Type: text/plain
Transfer-Encoding: chunked
--- raw_request eval
"POST /toy/measure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" . 'a' x 2000 . "\r\n0\r\n\r\n"
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE".*"field":"data"



=== TEST 13: a chunked body
--- raw_request eval
"POST /toy/measure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
--- response_body_like: "sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","size":5



=== TEST 14: two files, another file
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\na\r\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"b\"\r\n\r\nb\r\n--XX--\r\n",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"other\"; filename=\"a\"\r\n\r\na\r\n--XX--\r\n",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nb\r\n--XX--\r\n"]
--- error_code eval
[400, 400, 400]
--- response_body_like eval
['FIELD_DUPLICATE.*"field":"data"', 'PARAM_INVALID.*"field":"other","reason":"this call takes no such file"', 'FIELD_DUPLICATE.*"field":"title"']



=== TEST 15: malformed bodies
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX",
 "POST /toy/measure\nhello",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nhello",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nhello\r\n--XX",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nhello\r\n--XXY--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nhello\r\n--XX--",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"data; filename=a\r\n\r\nhello\r\n--XX--",
 "POST /toy/measure\n--XX\r\n\r\nhello\r\n--XX--",
 "POST /toy/measure\n--XX\r\nX: " . 'a' x 5000 . "\r\n\r\nhello\r\n--XX--",
 "POST /toy/measure\n--XX\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\n\nhello\n--XX--"]
--- error_code eval
[400, 400, 400, 400, 400, 400, 400, 400, 400, 400]
--- response_body_like eval
[('"code":"BODY_INVALID".*"reason":"the multipart body is malformed, or ends too soon"') x 10]



=== TEST 16: boundaries that are none
--- request eval
["POST /toy/measure\n--XX--", "POST /toy/measure\n--XX--", "POST /toy/measure\n--XX--", "POST /toy/measure\n--XX--"]
--- more_headers eval
["Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=", "Content-Type: multipart/form-data; boundary=X; boundary=XX", "Content-Type: multipart/form-data; boundary=" . 'X' x 71]
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
[('"code":"BODY_INVALID"') x 4]



=== TEST 17: a form without a file at all
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--XX--\r\n", "POST /toy/measure\n--XX--\r\n"]
--- error_code eval
[400, 400]
--- response_body_like eval
[('PARAM_MISSING.*"field":"data"') x 2]



=== TEST 18: a body without a type
--- raw_request eval
"POST /toy/measure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
--- error_code: 415
--- response_body_like: "code":"MEDIA_TYPE","message":"Send the file as the body, with its own Content-Type, or in a form of multipart/form-data.","message_zh":"请将文件作为请求体发送，并注明其 Content-Type，或使用 multipart/form-data 表单。"



=== TEST 19: a multipart body for a call that takes no file
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /toy/turn\n--XX--"
--- error_code: 415
--- response_body_like: "code":"MEDIA_TYPE","message":"Send application/json or application/x-www-form-urlencoded."



=== TEST 20: nobody is logged in
--- more_headers
Content-Type: image/png
--- request
POST /toy/pictures
hello
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 21: a call that is refused keeps nothing
--- session: li
--- more_headers
Content-Type: image/png
--- request
POST /toy/pictures?title=no
nothing of this
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"title"



=== TEST 22: kept, and given back
--- session: li
--- more_headers
Content-Type: image/png
--- request eval
["POST /toy/pictures\nhello", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "HEAD /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]
--- response_headers eval
["Content-Type: application/json; charset=utf-8",
 "Content-Type: image/png\nContent-Length: 5\nETag: \"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"\nCache-Control: private, max-age=31536000, immutable\nAccept-Ranges: bytes\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\nX-Content-Type-Options: nosniff",
 "Content-Length: 5\nAccept-Ranges: bytes"]
--- response_body_like eval
['"size":5', '^hello$', '^$']



=== TEST 23: a part of it
--- session: li
--- request eval
["POST /toy/pictures\nhello", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]
--- more_headers eval
["Content-Type: image/png", "Range: bytes=1-3", "Range: bytes=-2", "Range: bytes=5-"]
--- error_code eval
[200, 206, 206, 416]
--- response_headers eval
["Cache-Control: no-store", "Content-Range: bytes 1-3/5", "Content-Range: bytes 3-4/5",
 "Content-Range: bytes */5\nCache-Control: no-store\nContent-Disposition:\nETag:\nX-Content-Type-Options: nosniff"]
--- response_body_like eval
['"size":5', '^ell$', '^lo$', '416']



=== TEST 24: what a browser has is not sent again
--- session: li
--- request eval
["POST /toy/pictures\nhello", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]
--- more_headers eval
["Content-Type: image/png",
 "If-None-Match: \"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"",
 "If-None-Match: \"other\"",
 "Range: bytes=1-3\nIf-Range: \"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"",
 "Range: bytes=1-3\nIf-Range: \"other\""]
--- error_code eval
[200, 304, 200, 206, 200]
--- response_body_like eval
['"size":5', '^$', '^hello$', '^ell$', '^hello$']



=== TEST 25: another's
--- session: wang
--- request
GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 26: paths
--- session: li
--- request eval
["GET /toy/pictures/..%2F..%2Fnew%2Fa", "GET /toy/pictures/" . '.' x 64, "GET /toy/pictures/2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824"]
--- error_code eval
[404, 404, 404]
--- response_body_like eval
["404 Not Found", "NOT_FOUND", "NOT_FOUND"]



=== TEST 27: a merchant signs the hash of the file
--- signed: tea service=toy.receipt data=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
--- request
POST /toy/receipt
title=a
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"data"



=== TEST 28: phone_blobs: the folder may end with a slash
--- conf
    phone_blobs $TEST_NGINX_DIR/blobs/;
--- session: li
--- more_headers
Content-Type: text/plain
--- request
POST /toy/pictures
hello
--- response_body_like: "code":"OK"



=== TEST 29: phone_blobs in a folder that is not there
--- conf
    phone_blobs /nonexistent/blobs;
--- must_die
--- error_log
[emerg]
"/nonexistent/blobs" failed



=== TEST 30: phone_blobs twice
--- conf
    phone_blobs $TEST_NGINX_DIR/a;
    phone_blobs $TEST_NGINX_DIR/b;
--- must_die
--- error_log
[emerg]
"phone_blobs" directive is duplicate



=== TEST 31: phone_blobs sweep=999ms
--- conf
    phone_blobs $TEST_NGINX_DIR/a sweep=999ms;
--- must_die
--- error_log
[emerg]
needs a sweep between 1s and 7d



=== TEST 32: phone_blobs without a folder
--- conf
    phone_blobs "";
--- must_die
--- error_log
[emerg]
needs a folder



=== TEST 33: a call that takes files, without phone_blobs
--- without: phone_blobs
--- request
GET /toy/job
--- must_die
--- error_log
[emerg]
"phone_blobs" is missing: a location with phone endpoints needs it



=== TEST 34: a file whose name of a field is none is not repeated
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"\xff\xfe\"; filename=\"a\"\r\n\r\nhello\r\n--XX--\r\n",
 "POST /toy/measure\n--XX\r\nContent-Disposition: form-data; name=\"a b\"; filename=\"a\"\r\n\r\nhello\r\n--XX--\r\n"]
--- error_code eval
[400, 400]
--- response_body_like eval
['^(?!.*"field").*"code":"PARAM_INVALID"', '^(?!.*"field").*"code":"PARAM_INVALID"']



=== TEST 35: a condition that does not hold
--- session: li
--- request eval
["POST /toy/pictures\nhello", "GET /toy/pictures/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]
--- more_headers eval
["Content-Type: image/png", "If-Match: \"other\""]
--- error_code eval
[200, 412]
--- response_headers eval
["Cache-Control: no-store", "Cache-Control:\nETag:\nContent-Disposition:"]
--- response_body_like eval
['"size":5', '412']
