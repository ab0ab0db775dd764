# When a number wants an SMS about new mail, what mail costs at most, and how a
# conversation ends: GET and PUT /mail/triggers, phone_zoneinfo,
# phone_mail_invite, phone_mail_invites, phone_mail_day_bytes, DELETE
# /mail/conversations/{phone}.  t/flow/mail-invite.t has the SMS.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: no triggers
--- session: wang
--- request
GET /mail/triggers
--- response_body_like: ^\{"code":"OK"\}$



=== TEST 2: all of them; they are there then
--- session: wang
--- request eval
["PUT /mail/triggers\nsenders[]=13800000001&senders[]=%2B8613700000003&from=22:00&to=07:30&timezone=Asia/Shanghai&count=5&match=all&gap=30", "GET /mail/triggers"]
--- response_body_like eval
[(qr/^\{"code":"OK","senders":\["\+8613800000001","\+8613700000003"\],"from":"22:00","to":"07:30","timezone":"Asia\/Shanghai","count":5,"match":"all","gap":30\}$/) x 2]



=== TEST 3: a call replaces all; without a condition there are none
--- session: wang
--- request eval
["PUT /mail/triggers\ncount=3", "PUT /mail/triggers\ngap=20", "GET /mail/triggers"]
--- response_body_like eval
[qr/"count":3,"match":"any","gap":10\}$/, (qr/^\{"code":"OK","match":"any","gap":20\}$/) x 2]



=== TEST 4: nobody is logged in
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request eval
["GET /mail/triggers", "PUT /mail/triggers\ncount=3"]
--- error_code eval
[401, 401]
--- response_body_like eval
[(qr/"LOGIN_REQUIRED"/) x 2]



=== TEST 5: no such match, count, gap or sender
--- session: wang
--- request eval
["PUT /mail/triggers\ncount=1&match=some", "PUT /mail/triggers\ncount=0", "PUT /mail/triggers\ncount=1001", "PUT /mail/triggers\ncount=1&gap=0", "PUT /mail/triggers\ncount=1&gap=1441", "PUT /mail/triggers\nsenders[]=12", "PUT /mail/triggers\nsenders=13800000001"]
--- error_code eval
[(400) x 7]
--- response_body_like eval
[map { qr/"code":"PARAM_INVALID".*"field":"\Q$_\E"/ } qw(match count count gap gap senders[0] senders)]



=== TEST 6: more senders than there may be
--- session: wang
--- request eval
"PUT /mail/triggers\n" . CORE::join '&', map { sprintf 'senders[]=139000001%02d', $_ } 1 .. 21
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"senders"



=== TEST 7: a time of day without its other parts
--- session: wang
--- request eval
["PUT /mail/triggers\nfrom=22:00", "PUT /mail/triggers\nto=22:00&timezone=Asia/Shanghai", "PUT /mail/triggers\nfrom=22:00&to=23:00"]
--- error_code eval
[(400) x 3]
--- response_body_like eval
[map { qr/"code":"PARAM_MISSING".*"field":"$_"/ } qw(to from timezone)]



=== TEST 8: no time of day, no time between, no zone
--- session: wang
--- request eval
["PUT /mail/triggers\nfrom=24:00&to=07:30&timezone=Asia/Shanghai", "PUT /mail/triggers\nfrom=07:30&to=7:300&timezone=Asia/Shanghai", "PUT /mail/triggers\nfrom=07:30&to=07:30&timezone=Asia/Shanghai", "PUT /mail/triggers\nfrom=07:30&to=08:30&timezone=Asia/Peking"]
--- error_code eval
[(400) x 4]
--- response_body_like eval
[map { qr/"code":"PARAM_INVALID".*"field":"$_"/ } qw(from to to timezone)]



=== TEST 9: phone_zoneinfo: zones have their names in that folder
--- conf
    phone_zoneinfo /usr/share/zoneinfo/Asia;
--- session: wang
--- store_changes
--- request eval
["PUT /mail/triggers\nfrom=22:00&to=07:30&timezone=Shanghai", "PUT /mail/triggers\nfrom=22:00&to=07:30&timezone=Asia/Shanghai"]
--- error_code eval
[200, 400]
--- response_body_like eval
[qr/"timezone":"Shanghai"/, qr/"PARAM_INVALID".*"field":"timezone"/]



=== TEST 10: phone_mail_invite, phone_mail_invites, phone_mail_unclaimed: the sender does not see them
--- conf
    phone_mail_invite 2h;
    phone_mail_invites 0;
    phone_mail_unclaimed 30d;
--- session: li
--- request
POST /mail
to[]=13999999998&text=Hello
--- store_changes
--- response_body_like: "code":"OK".*"recipients":1



=== TEST 11: phone_mail_day_bytes: long texts times recipients
--- conf
    phone_mail_day_bytes 1500;
--- session: li
--- request eval
["POST /mail\nto[]=13900000002&text=" . "x" x 1000, "POST /mail\nto[]=13900000002&text=" . "x" x 1000, "POST /mail\nto[]=13900000002&to[]=13700000003&text=" . "x" x 1000, "POST /mail\nto[]=13900000002&text=" . "x" x 500]
--- error_code eval
[200, 429, 400, 200]
--- store_changes
--- response_body_like eval
[qr/"OK"/, qr/"RATE_LIMITED".*"field":"text"/, qr/"PARAM_INVALID".*"field":"text"/, qr/"OK"/]



=== TEST 12: a conversation is deleted
--- session: wang
--- request eval
["DELETE /mail/conversations/+8613800000001", "DELETE /mail/conversations/+8613800000001", "GET /mail"]
--- response_body_like eval
[qr/^\{"code":"OK","deleted":1,"more":false\}$/, qr/"deleted":0,"more":false/, qr/"mail":\[\],"unread":0/]



=== TEST 13: the conversation of no number; of nobody
--- session: wang
--- request
DELETE /mail/conversations/12
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 14: nobody is logged in
--- request
DELETE /mail/conversations/+8613800000001
--- error_code: 401
--- response_body_like: "code":"LOGIN_REQUIRED"



=== TEST 15: one's own number is not blocked
--- session: wang
--- request
POST /mail/blocked
phone=13900000002
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"phone"



=== TEST 16: a list in the query string and in the body
--- session: li
--- request
POST /mail?to[]=13900000002
to[]=13700000003&text=x
--- error_code: 400
--- response_body_like: "code":"FIELD_DUPLICATE".*"field":"to"



=== TEST 17: zones that are links to others, but none that each host has another of
--- session: wang
--- store_changes
--- request eval
[map { "PUT /mail/triggers\nfrom=22:00&to=07:30&timezone=$_" } qw(Asia/Calcutta UTC localtime)]
--- error_code eval
[200, 200, 400]
--- response_body_like eval
[qr/"timezone":"Asia\/Calcutta"/, qr/"timezone":"UTC"/, qr/"PARAM_INVALID".*"field":"timezone"/]
