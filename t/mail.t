# A number's mailbox: POST /mail, GET /mail, GET /mail/{mail_id}, read, DELETE.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a mail to one number
--- session: li
--- request
POST /mail
to[]=13900000002&text=Hello
--- response_body_like: "code":"OK","mail_id":"\d{3}-\w{26}","recipients":1,"created_at":"[^"]+Z"\}



=== TEST 2: it is in the mailbox of the recipient, and in that of the sender
--- session: wang
--- request
GET /mail
--- response_body_like: "mail":\[\{"mail_id":"$TEST_NGINX_MAIL","kind":"IN","from":"\+8613800000001","to":\["\+8613900000002"\],"recipients":1,"text":"Hello, Wang","created_at":"[^"]+","read":false,"forwarded":false\}\],"unread":1



=== TEST 3: as the sender has it
--- session: li
--- request
GET /mail/$TEST_NGINX_MAIL_OUT
--- response_body_like: "mail_id":"$TEST_NGINX_MAIL_OUT","kind":"OUT".*"read":true



=== TEST 4: somebody else's mail
--- session: li
--- request
GET /mail/$TEST_NGINX_MAIL
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND".*"field":"mail_id"



=== TEST 5: one that does not exist: the same reply
--- session: li
--- request
GET /mail/001-01HQVMRZNJQE1FF01ZB2GRQKBE
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND".*"field":"mail_id"



=== TEST 6: no id at all
--- session: li
--- request
GET /mail/x
--- error_code: 404
--- response_body_like: "code":"NOT_FOUND"



=== TEST 7: nobody is logged in
--- request
GET /mail
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 8: to several numbers, one of them twice, one that is nobody's
--- session: li
--- request eval
["POST /mail\n{\"to\":[\"13900000002\",\"+8613900000002\",\"13700000003\",\"13999999999\"],\"text\":\"a\\nb\"}", "GET /mail"]
--- response_body_like eval
[qr/"recipients":3/, qr/"to":\["\+8613900000002","\+8613700000003","\+8613999999999"\],"recipients":3,"text":"a\\nb"/]



=== TEST 9: more recipients than there may be
--- session: li
--- request eval
"POST /mail\n{\"text\":\"x\",\"to\":[" . CORE::join(",", map { "\"13900000$_\"" } 100 .. 999, 100 .. 200) . "]}"
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*at most 1000.*"field":"to"



=== TEST 47: as many
--- session: li
--- request eval
["POST /mail\n{\"text\":\"x\",\"to\":[" . CORE::join(",", map { "\"13900000$_\"" } 100 .. 999, 100 .. 199) . "]}", "GET /mail?limit=1"]
--- response_body_like eval
[qr/"recipients":900,/, qr/"to":\[("\+861390000010\d",){10}("\+861390000011\d",?){10}\],"recipients":900,/]



=== TEST 10: a number that is none
--- session: li
--- request
POST /mail
to[]=13900000002&to[]=12&text=x
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"to\[1\]"



=== TEST 11: nobody
--- session: li
--- request
POST /mail
text=x
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"to"



=== TEST 12: blank lines only
--- session: li
--- request
POST /mail
to[]=13900000002&text=+%0D%0A+
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 13: a text that turns others around
--- session: li
--- request
POST /mail
to[]=13900000002&text=a%E2%80%AEb
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 14: 2001 characters
--- session: li
--- request eval
"POST /mail\nto[]=13900000002&text=" . "x" x 2001
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 15: a link with several fields
--- session: li
--- request eval
["POST /mail\nto[]=13900000002&text=http://a.example/%3Fb=1%26c=2", "GET /mail"]
--- response_body_like eval
[qr/"OK"/, qr{"text":"http://a.example/\?b=1&c=2"}]



=== TEST 16: reading
--- session: wang
--- request eval
["POST /mail/\$TEST_NGINX_MAIL/read", "GET /me", "POST /mail/\$TEST_NGINX_MAIL/read", "GET /mail?unread=1"]
--- response_body_like eval
[qr/"OK"/, qr/"unread":0/, qr/"OK"/, qr/"mail":\[\],"unread":0/]



=== TEST 17: GET /me before that
--- session: wang
--- request
GET /me
--- response_body_like: "unread":1



=== TEST 18: somebody else's mail is not read
--- session: zhao
--- request
POST /mail/$TEST_NGINX_MAIL/read
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND"



=== TEST 19: deleting, and the second time
--- session: wang
--- request eval
["DELETE /mail/\$TEST_NGINX_MAIL", "DELETE /mail/\$TEST_NGINX_MAIL", "GET /me", "GET /mail/\$TEST_NGINX_MAIL", "GET /mail"]
--- error_code eval
[200, 404, 200, 404, 200]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"MAIL_NOT_FOUND"/, qr/"unread":0/, qr/"MAIL_NOT_FOUND"/, qr/"mail":\[\]/]



=== TEST 20: the sender's copy is not the recipient's to delete
--- session: wang
--- request
DELETE /mail/$TEST_NGINX_MAIL_OUT
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND"



=== TEST 21: a conversation
--- session: wang
--- request eval
["GET /mail?peer=13800000001", "GET /mail?peer=13700000003", "GET /mail?peer=13800000001&unread=1"]
--- response_body_like eval
[qr/"text":"Hello, Wang"/, qr/"mail":\[\]/, qr/"text":"Hello, Wang"/]



=== TEST 22: a page, and the next
--- session: wang
--- request eval
["GET /mail?limit=1", "GET /mail?before=1&limit=1", "GET /mail?after=1"]
--- response_body_like eval
[qr/"next_before":"[^"]+"/, qr/"mail":\[\],"unread":1\}/, qr/"text":"Hello, Wang".*"next_after":"[^"]+"/]



=== TEST 23: too large a page
--- session: wang
--- request
GET /mail?limit=51
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 24: phone_mail_hour
--- conf
    phone_mail_hour 1;
--- session: wang
--- request eval
[map { "POST /mail\nto[]=13800000001&text=x" } 1 .. 2]
--- error_code eval
[200, 429]
--- store_changes
--- response_headers_like eval
["", "Retry-After: \\d+"]
--- response_body_like eval
[qr/"OK"/, qr/"code":"RATE_LIMITED".*"field":"text"/]



=== TEST 25: phone_mail_day
--- conf
    phone_mail_day 2;
--- session: wang
--- request eval
["POST /mail\nto[]=13800000001&to[]=13700000003&text=x", "POST /mail\nto[]=13800000001&text=x"]
--- error_code eval
[200, 429]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"code":"RATE_LIMITED".*"field":"to"/]



=== TEST 26: phone_mail_day 0: none
--- conf
    phone_mail_day 0;
--- session: wang
--- request
POST /mail
to[]=13800000001&text=x
--- error_code: 429
--- response_body_like: "code":"RATE_LIMITED"



=== TEST 27: phone_mail_box: the oldest that was read makes room
--- conf
    phone_mail_box 10;
--- session: qian
--- request eval
[(map { "POST /mail\nto[]=13700000003&text=m$_." } 1 .. 11), "GET /mail?limit=50"]
--- error_code eval
[(200) x 12]
--- response_body_like eval
[(qr/"OK"/) x 11, qr/^(?!.*m1\.).*m11\..*m2\./]



=== TEST 28: phone_mail_box: full of mails that were not read
--- conf
    phone_mail_box 10;
--- more_headers eval
[("Cookie: \$TEST_NGINX_COOKIE_LI\nContent-Type: application/x-www-form-urlencoded") x 10, ("Cookie: \$TEST_NGINX_COOKIE_WANG\nContent-Type: application/x-www-form-urlencoded") x 2]
--- request eval
[(map { "POST /mail\nto[]=13900000002&text=m$_." } 1 .. 10), "POST /mail\nto[]=13800000001&text=x", "GET /mail?limit=50"]
--- error_code eval
[(200) x 10, 409, 200]
--- store_changes
--- response_body_like eval
[(qr/"OK"/) x 10, qr/"code":"MAILBOX_FULL"/, qr/^(?!.*m10\.).*m9\..*"unread":10/]



=== TEST 29: an Idempotency-Key
--- session: li
--- more_headers
Idempotency-Key: once
--- request eval
["POST /mail\nto[]=13600000004&text=x", "POST /mail\nto[]=13600000004&text=x", "POST /mail\nto[]=13600000004&text=y"]
--- error_code eval
[200, 200, 422]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"OK"/, qr/"IDEMPOTENCY_MISMATCH"/]



=== TEST 30: the store is away
--- store_away
--- session: li
--- request
GET /mail
--- error_code: 503
--- response_body_like: "code":"STORE_UNAVAILABLE"



=== TEST 31: a prefix
--- server
    location /m/ { phone_mail /m/; }
--- session: wang
--- request
GET /m/$TEST_NGINX_MAIL
--- response_body_like: "text":"Hello, Wang"



=== TEST 32: phone_mail_box out of bounds
--- conf
    phone_mail_box 9;
--- must_die
--- error_log
[emerg]
must be between 10 and 1000000



=== TEST 33: a reply
--- session: wang
--- request eval
["POST /mail/\$TEST_NGINX_MAIL/reply\ntext=Hello, Li", "GET /mail?peer=13800000001&limit=1"]
--- response_body_like eval
[qr/"code":"OK","mail_id":"[^"]+","recipients":1/, qr/"kind":"OUT","from":"\+8613900000002","to":\["\+8613800000001"\].*"text":"Hello, Li".*"reply_to":"\d{3}-\w{26}"/]



=== TEST 34: a reply to what one has sent
--- session: li
--- request
POST /mail/$TEST_NGINX_MAIL_OUT/reply
text=x
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"mail_id".*"reason":"this number has sent it



=== TEST 35: a reply to somebody else's mail
--- session: zhao
--- request
POST /mail/$TEST_NGINX_MAIL/reply
text=x
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND"



=== TEST 36: a mail is sent on
--- session: wang
--- request eval
["POST /mail/\$TEST_NGINX_MAIL/forward\nto[]=13700000003", "GET /mail?peer=13700000003"]
--- response_body_like eval
[qr/"recipients":1/, qr/"from":"\+8613900000002".*"text":"Hello, Wang".*"forwarded":true/]



=== TEST 37: somebody else's mail is not sent on
--- session: zhao
--- request
POST /mail/$TEST_NGINX_MAIL/forward
to[]=13700000003
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND"



=== TEST 38: phone_mail_hour counts replies and what is sent on
--- conf
    phone_mail_hour 2;
--- session: wang
--- request eval
["POST /mail/\$TEST_NGINX_MAIL/reply\ntext=x", "POST /mail/\$TEST_NGINX_MAIL/forward\nto[]=13700000003", "POST /mail/\$TEST_NGINX_MAIL/reply\ntext=x"]
--- error_code eval
[200, 200, 429]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"OK"/, qr/"RATE_LIMITED"/]



=== TEST 39: conversations, the last one deleted
--- session: wang
--- request eval
["GET /mail/conversations", "DELETE /mail/\$TEST_NGINX_MAIL", "GET /mail/conversations"]
--- response_body_like eval
[qr/"conversations":\[\{"peer":"\+8613800000001","mail_id":"[^"]+","kind":"IN"/, qr/"OK"/, qr/"conversations":\[\]/]



=== TEST 40: conversations: too large a page
--- session: wang
--- request
GET /mail/conversations?limit=51
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"limit"



=== TEST 41: a search
--- session: wang
--- request eval
["GET /mail?q=hello", "GET /mail?q=WANG&peer=13800000001", "GET /mail?q=nothing"]
--- response_body_like eval
[qr/"text":"Hello, Wang"/, qr/"text":"Hello, Wang"/, qr/"mail":\[\]/]



=== TEST 42: a search for a text that is too long
--- session: wang
--- request eval
"GET /mail?q=" . "x" x 51
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"q"



=== TEST 43: a sender is blocked
--- more_headers eval
["Cookie: \$TEST_NGINX_COOKIE_WANG\nContent-Type: application/x-www-form-urlencoded", "Cookie: \$TEST_NGINX_COOKIE_LI\nContent-Type: application/x-www-form-urlencoded", ("Cookie: \$TEST_NGINX_COOKIE_WANG") x 3, "Cookie: \$TEST_NGINX_COOKIE_LI\nContent-Type: application/x-www-form-urlencoded", "Cookie: \$TEST_NGINX_COOKIE_WANG"]
--- request eval
["POST /mail/blocked\nphone=13800000001", "POST /mail\nto[]=13900000002&text=again", "GET /mail", "GET /mail/blocked", "DELETE /mail/blocked/+8613800000001", "POST /mail\nto[]=13900000002&text=and again", "GET /mail"]
--- response_body_like eval
[qr/"OK"/, qr/"recipients":1/, qr/^(?!.*again).*"unread":1/, qr/"blocked":\[\{"phone":"\+8613800000001","since":"[^"]+"\}\]/, qr/"OK"/, qr/"recipients":1/, qr/"text":"and again".*"unread":2/]



=== TEST 44: no number is blocked
--- session: wang
--- request
POST /mail/blocked
phone=12
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 45: one that was not blocked
--- session: wang
--- request
DELETE /mail/blocked/+8613700000003
--- response_body_like: "code":"OK"



=== TEST 46: the path of no number
--- session: wang
--- request
DELETE /mail/blocked/12
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 48: a conversation says whether its number is blocked
--- session: wang
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request eval
["GET /mail?peer=13800000001", "POST /mail/blocked\nphone=13800000001", "GET /mail?peer=13800000001", "GET /mail?peer=13700000003", "GET /mail", "DELETE /mail/blocked/+8613800000001", "GET /mail?peer=13800000001"]
--- response_body_like eval
[qr/"blocked":false/, qr/"OK"/, qr/"blocked":true/, qr/"blocked":false/, qr/^(?!.*"blocked")/, qr/"OK"/, qr/"blocked":false/]



=== TEST 90: a conversation is read up to a mail
--- session: wang
--- request eval
["POST /mail/conversations/+8613800000001/read\nmail_id=\$TEST_NGINX_MAIL", "GET /mail", "POST /mail/conversations/+8613800000001/read\nmail_id=\$TEST_NGINX_MAIL"]
--- response_body_like eval
[qr/\{"code":"OK","marked":1,"more":false\}/, qr/"read":true.*"unread":0/, qr/"marked":0,"more":false/]



=== TEST 91: of another conversation
--- session: wang
--- request
POST /mail/conversations/+8613700000003/read
mail_id=$TEST_NGINX_MAIL
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND".*"field":"mail_id"



=== TEST 92: a mail of somebody else
--- session: wang
--- request
POST /mail/conversations/+8613800000001/read
mail_id=$TEST_NGINX_MAIL_OUT
--- error_code: 404
--- response_body_like: "code":"MAIL_NOT_FOUND"



=== TEST 93: up to no mail
--- session: wang
--- request
POST /mail/conversations/+8613800000001/read
--- error_code: 400
--- response_body_like: "code":"PARAM_MISSING".*"field":"mail_id"



=== TEST 94: with what is no number
--- session: wang
--- request
POST /mail/conversations/12/read
mail_id=$TEST_NGINX_MAIL
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 95: nobody is logged in
--- request
POST /mail/conversations/+8613800000001/read
mail_id=$TEST_NGINX_MAIL
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 96: the name that the phonebook has
--- session: wang
--- request eval
["POST /mail/contacts\n{\"name\":\"Li Lei\",\"numbers\":[{\"number\":\"13800000001\"}]}", "GET /mail/conversations", "GET /mail?peer=13800000001", "POST /mail/blocked\n{\"phone\":\"13800000001\"}", "GET /mail/blocked"]
--- response_body_like eval
[qr/"contact_id"/, qr/"peer":"\+8613800000001","name":"Li Lei","mail_id"/, qr/"name":"Li Lei".*"blocked":false/, qr/OK/, qr/"phone":"\+8613800000001","name":"Li Lei","since"/]



=== TEST 97: somebody else's phonebook has it
--- session: li
--- request
GET /mail?peer=13900000002
--- response_body_unlike: "name"
