# Pictures of mails: POST /mail with one, GET /mail/{mail_id}/picture, what is refused,
# phone_mail_picture, phone_mail_pictures.  t/flow/mail-picture.t has who sees them.

use lib 't/lib';
use Phone::World;
use Phone::Picture;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a picture, and what the lists say of it
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /mail\n" . Phone::Picture::form(Phone::Picture::png(8, 4), to => ['13900000002'], text => 'look'), "GET /mail?limit=1"]
--- response_body_like eval
[qr/"code":"OK","mail_id":"[^"]+","recipients":1/, qr/"text":"look".*"forwarded":false,"picture_type":"image\/png","picture_size":\d+,"picture_width":8,"picture_height":4\}/]



=== TEST 2: without words; its sides as they are shown
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /mail\n" . Phone::Picture::form(Phone::Picture::jpeg('x'), to => ['13900000002']), "GET /mail?limit=1"]
--- response_body_like eval
[qr/"code":"OK"/, qr/"text":"".*"picture_type":"image\/jpeg"/]



=== TEST 3: a form without a picture is a mail like others
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /mail\n--XX\r\nContent-Disposition: form-data; name=\"to[]\"\r\n\r\n13900000002\r\n--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n--XX--\r\n"
--- response_body_like: "code":"OK"



=== TEST 4: no words, no picture
--- session: li
--- request
POST /mail
to[]=13900000002
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"text"



=== TEST 5: no picture, whatever it is said to be
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /mail\n" . Phone::Picture::form('<html><script>alert(1)</script>', to => ['13900000002'], text => 'x'), "POST /mail\n" . Phone::Picture::form(substr(Phone::Picture::jpeg(), 0, -2), to => ['13900000002'], text => 'x'), "POST /mail\n" . Phone::Picture::form("GIF89a\1\0\1\0", to => ['13900000002'], text => 'x')]
--- error_code eval
[422, 422, 422]
--- store_changes
--- response_body_like eval
[('"code":"PICTURE_UNREADABLE","message":"The file is not a complete JPEG, PNG or still WebP picture.*"field":"picture"') x 3]



=== TEST 6: too many pixels in a few bytes
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /mail\n" . Phone::Picture::form(Phone::Picture::png(10000, 10000), to => ['13900000002'], text => 'x'), "POST /mail\n" . Phone::Picture::form(Phone::Picture::png(16384, 1), to => ['13900000002'], text => 'x')]
--- error_code eval
[422, 422]
--- store_changes
--- response_body_like eval
[('"code":"PICTURE_PIXELS".*"field":"picture"') x 2]



=== TEST 7: fewer pixels than it says
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /mail\n" . Phone::Picture::form(Phone::Picture::png(5000, 5000), to => ['13900000002'], text => 'x')
--- error_code: 422
--- store_changes
--- response_body_like: "code":"PICTURE_UNREADABLE"



=== TEST 8: phone_mail_picture
--- conf
    phone_mail_picture 1k;
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /mail\n" . Phone::Picture::form(Phone::Picture::jpeg('x' x 1000), to => ['13900000002'], text => 'x')
--- error_code: 413
--- store_changes
--- response_body_like: "code":"PICTURE_TOO_LARGE".*"field":"picture"



=== TEST 9: phone_mail_pictures
--- conf
    phone_mail_pictures 1;
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
[(map { "POST /mail\n" . Phone::Picture::form(Phone::Picture::png(8, $_), to => ['13900000002'], text => 'x') } 1, 2), "GET /mail?limit=1"]
--- error_code eval
[200, 429, 200]
--- store_changes
--- response_body_like eval
['"OK"', '"code":"RATE_LIMITED".*"field":"picture"', '"picture_height":1']



=== TEST 10: phone_mail_picture out of bounds
--- conf
    phone_mail_picture 8m;
--- must_die
--- error_log
[emerg]
must be between 1024 and 7340032



=== TEST 11: a body that is larger than any picture may be
--- session: li
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
"POST /mail\n" . Phone::Picture::form("\xff\xd8\xff" . "x" x 7_500_000, to => ['13900000002'], text => 'x')
--- error_code: 413
--- response_body_like: "code":"TOO_LARGE"



=== TEST 12: a mail that has none
--- session: wang
--- request
GET /mail/$TEST_NGINX_MAIL/picture
--- error_code: 404
--- response_body_like: "code":"PICTURE_NOT_FOUND".*"field":"mail_id"



=== TEST 13: somebody else's mail, one that does not exist
--- session: li
--- request eval
["GET /mail/\$TEST_NGINX_MAIL/picture", "GET /mail/001-01HQVMRZNJQE1FF01ZB2GRQKBE/picture"]
--- error_code eval
[404, 404]
--- response_body_like eval
[('^\{"code":"MAIL_NOT_FOUND","message":"There is no such mail in your mailbox: list it again.","message_zh":"[^"]+","field":"mail_id","retryable":false,"request_id":"[^"]+"\}$') x 2]



=== TEST 14: nobody is logged in
--- request
GET /mail/$TEST_NGINX_MAIL/picture
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 15: a reply
--- session: wang
--- more_headers
Content-Type: multipart/form-data; boundary=XX
--- request eval
["POST /mail/\$TEST_NGINX_MAIL/reply\n" . Phone::Picture::form(Phone::Picture::png(1, 1)), "GET /mail?limit=1"]
--- response_body_like eval
[qr/"code":"OK"/, qr/"picture_width":1,"picture_height":1\}.*/]
