# phone_notify: which notices reach a merchant's backend, and what the backend is
# told of them.

use lib 't/lib';
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: a notice
--- server
    location = /n {
        phone_notify $TEST_NGINX_PLATFORM merchant_id=tea;
        add_header Notice "$phone_notice_id $phone_notice_event $phone_notice_bill_id $phone_notice_out_trade_no $phone_notice_amount $phone_notice_status $phone_notice_merchant_id" always;
        try_files /none =204;
    }
--- signed: platform
--- request
POST /n
notify_id=n1&attempt=1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID&payer_phone=%2B8613800000001
--- error_code: 204
--- response_headers
Notice: n1 bill b1 T1 100 PAID tea



=== TEST 2: without phone_notify the variables are empty
--- server
    location = /n {
        add_header Notice "[$phone_notice_id$phone_notice_event$phone_notice_bill_id$phone_notice_out_trade_no$phone_notice_amount$phone_notice_status$phone_notice_merchant_id]" always;
        try_files /none =204;
    }
--- signed: platform
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204
--- response_headers
Notice: []



=== TEST 3: a notice that was changed on the way
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform
--- after_signing: amount=1
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"DIGEST_MISMATCH"



=== TEST 4: a notice that somebody else has signed
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: tea
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 5: an old one
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform timestamp=$TEST_NGINX_HALF_AN_HOUR_AGO
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"TIMESTAMP_SKEW"



=== TEST 6: ... where skew= is longer than that
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM skew=1h merchant_id=tea; try_files /none =204; }
--- signed: platform timestamp=$TEST_NGINX_HALF_AN_HOUR_AGO
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204



=== TEST 7: the type that was agreed on is another
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM sign_type=MD5withRSA merchant_id=tea; try_files /none =204; }
--- signed: platform
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR"



=== TEST 8: a key of that id
--- server
    location = /n { phone_notify key_id=p1:$TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 204



=== TEST 9: no key of that id
--- server
    location = /n { phone_notify key_id=p2:$TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN"



=== TEST 10: not signed at all
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"SIGN_ERROR".*"field":"sign_type"



=== TEST 11: a notice to another merchant
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=rice; try_files /none =204; }
--- signed: platform
--- request
POST /n
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 401
--- response_body_like: "code":"KEY_UNKNOWN".*"field":"merchant_id"



=== TEST 12: an argument that could be taken for a field
--- server
    location = /n { phone_notify $TEST_NGINX_PLATFORM merchant_id=tea; try_files /none =204; }
--- signed: platform
--- request
POST /n?status=EXPIRED
notify_id=n1&event=bill&bill_id=b1&out_trade_no=T1&amount=100&currency=CNY&status=PAID
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"status"
