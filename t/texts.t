# The directives that decide which texts are sent, and what they say.  The pump
# runs, also for what the world has put: nothing here may ask that the store
# stays as it is.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: phone_code_lifetime 7m: the text says how long a code is valid
--- conf
    phone_code_lifetime 7m;
    phone_pump on;
--- request
POST /login/code
phone=13800000001
--- texts: +8613800000001
--- text_like: 验证码 \d{6}，7 分钟内有效.*Login code: \d{6}, valid for 7 minutes
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 2: phone_temporary_lifetime 20m: likewise of a temporary password
--- conf
    phone_temporary_lifetime 20m;
    phone_pump on;
--- request
POST /login/code
phone=13500000009
--- texts: +8613500000009
--- text_like: 临时密码 \S+，20 分钟内有效.*Temporary password: \S+, valid for 20 minutes
--- error_code: 202
--- response_body_like: "code":"OK"



=== TEST 3: phone_code_sends 1: the second text to a number is not sent
--- conf
    phone_code_sends 1;
    phone_pump on;
--- request eval
[ ("POST /login/code\nphone=13500000009") x 2 ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 4: phone_code_day 1: likewise of a day
--- conf
    phone_code_day 1;
    phone_pump on;
--- request eval
[ ("POST /login/code\nphone=13500000009") x 2 ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]



=== TEST 5: phone_code_cap 1: one text for all, and nobody is told
--- conf
    phone_code_cap 1;
    phone_pump on;
--- request eval
[ "POST /login/code\nphone=13500000009", "POST /login/code\nphone=13500000008" ]
--- texts: +8613500000009
--- error_code eval
[202, 202]
--- response_body_like eval
[ (qr/"code":"OK"/) x 2 ]
