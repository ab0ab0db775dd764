# PAY-13: a merchant's nginx lets through what the platform has signed, and
# nothing else.

use utf8;
use lib 't/lib';
use Phone::Flow;
use Phone::Env qw(slurp);
use Phone::Sign;

my ($old, $new, $else) = map { Phone::Sign::key($_) } qw(platform next shop);
my $flow = Phone::Flow->new(redis => 0, workers => 1);

$flow->write('base64.pub', join '', grep { !/^-/ } split /^/, slurp($old->{public}));
$flow->config(<<"END");
%%GLOBALS%%
events { }
http {
    %%HTTP%%
    log_format notice '\$status \$phone_notice_id|\$phone_notice_event|'
                      '\$phone_notice_bill_id|\$phone_notice_out_trade_no|'
                      '\$phone_notice_status|\$phone_notice_amount|'
                      '\$phone_notice_merchant_id';
    server {
        listen 127.0.0.1:%%PORT%%;

        location = /one {
            phone_notify      $old->{public} merchant_id=tea;
            access_log        %%DIR%%/logs/one.log notice;
            proxy_set_header  X-Bill \$phone_notice_bill_id;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /base64 {
            phone_notify      base64.pub merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location /two {
            phone_notify      key_id=p1:$old->{public} key_id=p2:$new->{public}
                              skew=10s merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;

            location /two/open {
                phone_notify  off;
                proxy_pass    http://127.0.0.1:%%PORT%%/backend;
            }
            location /two/too {
                proxy_pass    http://127.0.0.1:%%PORT%%/backend;
            }
        }
        location = /named {
            phone_notify      key_id=p1:$old->{public} merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /shops {
            phone_notify      $old->{public} merchant_id=tea merchant_id=rice;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /asked {
            phone_notify      $old->{public} merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%;
        }
        location = /md5 {
            phone_notify      $old->{public} sign_type=MD5withRSA merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /file {
            client_body_in_file_only on;
            phone_notify      $old->{public} merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /moved {
            phone_notify      $old->{public} merchant_id=tea;
            try_files         /nothing/there /moved/to;
        }
        location = /moved/to {
            default_type text/plain;
            return 200 "[\$phone_notice_bill_id]";
        }
        location = /moved/else {
            phone_notify      $old->{public} merchant_id=tea;
            try_files         /nothing/there /another;
        }
        location = /another {
            phone_notify      $else->{public} merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /page {
            ssi on;
            default_type      text/html;
            proxy_pass        http://127.0.0.1:%%PORT%%/include;
        }
        location = /include {
            default_type text/html;
            return 200 'begin <!--# include virtual="/one" --> end';
        }
        location = /asks {
            auth_request      /one;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /asks/too {
            phone_notify      $old->{public} merchant_id=tea;
            auth_request      /asks/other;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /asks/other {
            phone_notify      $else->{public} merchant_id=tea;
            proxy_pass        http://127.0.0.1:%%PORT%%/backend;
        }
        location = /backend {
            default_type text/plain;
            return 200 "success \$http_x_bill \$request_method \$content_length";
        }
    }
}
END
$flow->start;

my %notice = (notify_id => 'n1', attempt => 1, event => 'bill',
    bill_id => '017-01K', out_trade_no => '茶 & cake', amount => 1280,
    currency => 'CNY', status => 'PAID', paid_at => '2026-11-21T04:00:00Z');

sub signer { Phone::Sign->new(merchant_id => 'tea', key => $old, @_) }

sub send_form {
    my ($path, %form) = @_;
    return $flow->post($path, [%form]);
}

sub refused {
    my ($reply, $status, $code, $field, $name) = @_;
    is $reply->{status}, $status, "$name: $status";
    is $reply->{json}{code}, $code, "$name: $code";
    is $reply->{json}{field}, $field, "$name: field";
}


my %form = signer(key_id => 'p1')->sign(%notice);
my $reply = send_form('/one', %form);
is $reply->{status}, 200, 'a notice goes through';
like $reply->{content}, qr/^success 017-01K POST [1-9]\d\d$/, 'as it came';
my $line = wait_for { slurp($flow->dir . '/logs/one.log') };
is $line, "200 n1|bill|017-01K|\\xE8\\x8C\\xB6 & cake|PAID|1280|tea\n", 'the variables';

is send_form('/one', %form)->{status}, 200, 'twice: the backend tells by notify_id';
is send_form('/base64', %form)->{status}, 200, 'a key as base64';
is send_form('/one', signer()->sign(%notice))->{status}, 200, 'without key_id';
is send_form('/one', signer()->sign(%notice, new_field => 'x'))->{status}, 200,
    'with a field that nobody knows';
is send_form('/one', signer()->sign(%notice, timestamp => time - 290))->{status},
    200, 'nearly five minutes old';


# what was altered

my %bad = %form;
$bad{amount} = 1;
refused(send_form('/one', %bad), 401, 'DIGEST_MISMATCH', 'digest', 'amount');
%bad = %form;
$bad{extra} = 1;
refused(send_form('/one', %bad), 401, 'DIGEST_MISMATCH', 'digest', 'a field more');
%bad = %form;
delete $bad{paid_at};
refused(send_form('/one', %bad), 401, 'DIGEST_MISMATCH', 'digest', 'a field less');
%bad = %form;
delete $bad{digest};
refused(send_form('/one', %bad), 401, 'DIGEST_MISMATCH', 'digest', 'no digest');

# one text, one signature, two notices
%bad = signer()->sign(%notice, note => 'x&status=PAID');
refused(send_form('/one', %bad), 400, 'FIELD_AMBIGUOUS', 'note', 'a field within a value');

for my $sign ('', 'AAAA', 'x', $form{sign} . '=', substr($form{sign}, 4),
              ' ' . $form{sign})
{
    refused(send_form('/one', %form, sign => $sign), 401, 'SIGN_ERROR', 'sign',
            'sign');
}

%bad = %form;
delete $bad{sign};
refused(send_form('/one', %bad), 401, 'SIGN_ERROR', 'sign', 'no sign');

%bad = Phone::Sign->new(merchant_id => 'tea', key => $else)->sign(%notice);
refused(send_form('/one', %bad), 401, 'SIGN_ERROR', 'sign', 'a key of somebody');

# the platform signs its replies with the same key: they are no notices

my %reply = (%notice, code => 'OK', request_nonce => 'of-some-call');
delete @reply{qw(event notify_id attempt)};
refused(send_form('/one', signer()->sign(%reply)), 400, 'PARAM_MISSING', 'event', 'a reply');
refused(send_form('/one', signer()->sign(%reply, event => 'bill')),
        400, 'PARAM_MISSING', 'notify_id', 'a notice without a name');
refused(send_form('/one', signer()->call('bill.create', %reply)),
        400, 'PARAM_MISSING', 'event', 'a call');
refused(send_form('/one', signer()->sign(%reply), sign => 'AAAA'),
        401, 'SIGN_ERROR', 'sign', 'who has not signed is told of the signature');


# the platform signs every merchant's notices, and any merchant may name this
# place in notify_url

sub of { my $id = shift; Phone::Sign->new(merchant_id => $id, key => $old)->sign(%notice, @_) }

for my $id ('evil', 'TEA', 'tea2', 'te', 'rice') {
    refused(send_form('/one', of($id)), 401, 'KEY_UNKNOWN', 'merchant_id', "a notice to $id");
}
refused(send_form('/one', of('', note => 'x')), 401, 'KEY_UNKNOWN', 'merchant_id', 'to nobody');
is send_form('/shops', of($_))->{status}, 200, "one backend for two: $_" for qw(tea rice);
refused(send_form('/shops', of('evil')), 401, 'KEY_UNKNOWN', 'merchant_id', 'and no third');


# what is not signed

for my $name (qw(x status2)) {
    refused(send_form('/one', %form, $name => ''), 400, 'PARAM_INVALID', $name, "an empty $name");
}
refused(send_form('/one', %form, 'to[]' => 'a'), 401, 'DIGEST_MISMATCH', 'digest', 'a list');
refused(send_form('/one', signer()->sign(%notice, paid_at => ''), paid_at => ''),
        400, 'PARAM_INVALID', 'paid_at', 'an empty field of a notice');

for my $query ('status=EXPIRED', 'amount=1', 'token=1&amount=', 'a%6dount=1', 'Status=PAID', 'notify.id=1',
               'paid.at=1', 'status[]=PAID', 'paid_at=1', 'reason=x', 'sign=x') {
    my ($name) = $query =~ /((?:a%6d|[A-Za-z_.])+)(?:\[\])?=[^&]*\z/;
    $name =~ s/%6d/m/;
    refused(send_form("/one?$query", %form), 400, 'PARAM_INVALID', $name, "?$query");
}
refused(send_form("/one?$_", %form), 400, 'BODY_INVALID', undef, "?$_")
    for 'a-b=1', 'a=%00', 'a=%zz', 'a;status=1', '%20status=1';
refused(send_form('/one?a=1&a=2', %form), 400, 'FIELD_DUPLICATE', undef, 'an argument twice');
is send_form("/one$_", %form)->{status}, 200, "an argument of one's own: $_"
    for '?', '?token=x7', '?order=5&shop', '?x=status=1';
is send_form('/one?amount=1', %form, amount => 5)->{json}{code}, 'DIGEST_MISMATCH',
    'the signature is looked at first';


# time

for my $time (time - 310, time + 310, 0, '99999999999999999999', 'x', '-5', '') {
    refused(send_form('/one', signer()->sign(%notice, timestamp => $time)),
            401, 'TIMESTAMP_SKEW', 'timestamp', "timestamp \"$time\"");
}

refused(send_form('/two', signer(key_id => 'p1')->sign(%notice,
            timestamp => time - 20)),
        401, 'TIMESTAMP_SKEW', 'timestamp', 'skew=10s');


# sign_type

refused(send_form('/one', signer(sign_type => 'MD5withRSA')->sign(%notice)),
        401, 'SIGN_ERROR', 'sign_type', 'the other type');
refused(send_form('/one', signer()->sign(%notice, sign_type => '')),
        401, 'SIGN_ERROR', 'sign_type', 'no type');
is send_form('/md5', signer(sign_type => 'MD5withRSA')->sign(%notice))->{status},
    200, 'MD5withRSA where it is said';
refused(send_form('/md5', %form), 401, 'SIGN_ERROR', 'sign_type', 'and no other');


# keys

for my $case (['p1', $old, 200], ['p2', $new, 200], ['p1', $new, 401, 'SIGN_ERROR'],
              ['p2', $old, 401, 'SIGN_ERROR'], ['p3', $old, 401, 'KEY_UNKNOWN'],
              ['p', $old, 401, 'KEY_UNKNOWN'], ['', $old, 401, 'KEY_UNKNOWN'])
{
    my ($id, $key, $status, $code) = @$case;
    $reply = send_form('/two/too', signer(key => $key, key_id => $id)->sign(%notice));
    is $reply->{status}, $status, "key_id \"$id\": $status";
    is $reply->{json}{code}, $code, "key_id \"$id\": code";
}

is send_form('/named', signer()->sign(%notice))->{status}, 200,
    'of one named key the name may be left out';
is send_form('/two/open', amount => 1)->{status}, 200, 'off';


# what is no notice

refused($flow->get('/one'), 405, 'METHOD_NOT_ALLOWED', undef, 'GET');
is $flow->get('/one')->{headers}{allow}, 'POST', 'Allow';
refused($flow->post('/one', {%form}), 415, 'MEDIA_TYPE', undef, 'JSON');
refused($flow->post('/one', 'a=1'), 415, 'MEDIA_TYPE', undef, 'no type');

my %type = (headers => { 'Content-Type' => 'application/x-www-form-urlencoded' });
refused($flow->post('/one', 'x' x 70000, %type), 413, 'TOO_LARGE', undef, 'large');
refused($flow->post('/one', 'x=' . 'y' x 60000, %type), 401, 'SIGN_ERROR',
        'sign_type', 'up to 64 KiB is read');
refused($flow->post('/one', 'a=%zz', %type), 400, 'BODY_INVALID', undef, 'escape');
refused($flow->post('/one', "a=\xff", %type), 400, 'BODY_INVALID', undef, 'bytes');
refused($flow->post('/one', 'a=1&a=2', %type), 400, 'FIELD_DUPLICATE', undef, 'twice');
refused($flow->post('/one', '', %type), 401, 'SIGN_ERROR', 'sign_type', 'nothing');
refused($flow->post('/one', join('&', map { "f$_=1" } 1 .. 80), %type),
        400, 'BODY_INVALID', undef, 'many fields');
is send_form('/file', %form)->{status}, 200, 'client_body_in_file_only has no effect';

$reply = send_form('/one', %bad);
like $reply->{json}{message_zh}, qr/签名/, 'in Chinese too';
ok !$reply->{json}{retryable}, 'not to be retried';
like $reply->{json}{request_id}, qr/^[0-9a-f]{32}$/, 'with an id';
is $reply->{headers}{'content-type'}, 'application/json', 'as JSON';


# how it comes: pieces, chunks, charset, pipelined behind a refusal

my $body = HTTP::Tiny->new->www_form_urlencode([
    signer(key_id => 'p1')->sign(%notice)]);
my $head = "POST /one HTTP/1.1\r\nHost: x\r\n"
         . "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
my $length = 'Content-Length: ' . length($body) . "\r\n";

(my $hidden = $head) =~ s{/one}{/asked#?status=EXPIRED};
like $flow->raw($hidden . "Connection: close\r\n$length\r\n", $body),
    qr/^HTTP\/1\.1 400 .*BODY_INVALID/s, 'arguments behind a fragment';
like $flow->raw($head . "Connection: close\r\n$length\r\n",
                unpack '(a100)*', $body),
    qr/^HTTP\/1\.1 200 /, 'in pieces';
like $flow->raw($head . "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
                (map { sprintf "%x\r\n%s\r\n", length, $_ } unpack '(a100)*', $body),
                "0\r\n\r\n"),
    qr/^HTTP\/1\.1 200 /, 'in chunks';
like $flow->raw($head . "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
                (map { "4000\r\n" . 'x' x 0x4000 . "\r\n" } 1 .. 5), "0\r\n\r\n"),
    qr/^HTTP\/1\.1 413 /, 'too much in chunks';
like $flow->raw("GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
                . $head . "Connection: close\r\n$length\r\n$body"),
    qr/^HTTP\/1\.1 405 .*HTTP\/1\.1 200 /s, 'behind a refusal';

for my $pieces ([$head], [$head . "$length\r\n"], [$head . "$length\r\n", 'notify']) {
    my $socket = $flow->connect;
    for (@$pieces) {
        syswrite $socket, $_;
        select undef, undef, undef, 0.05;
    }
    close $socket;
}

my ($warning) = $flow->log =~ /\[warn\] [^\n]*(notice refused: DIGEST[^,]*)/;
is $warning, 'notice refused: DIGEST_MISMATCH of digest', 'a refusal is logged';

# internal redirects and subrequests

is send_form('/moved', %form)->{content}, '[017-01K]',
    'the variables outlive an internal redirect';
is send_form('/another', %form)->{status}, 401, 'a key of somebody else';
is send_form('/moved/else', %form)->{status}, 401,
    'what one location has verified is nothing to another one with other keys';

$reply = $flow->get('/page');
like $reply->{content}, qr/^begin/, 'a page that includes a location of notices';
unlike $reply->{content}, qr/success/, 'gets nothing from behind it';
is send_form('/asks', %form)->{status}, 403, 'nor is it asked by auth_request';
is send_form('/asks/too', %form)->{status}, 403, 'nor with other keys';
like $flow->log, qr/\[warn\] .*subrequest refused: its request is not a verified notice/, 'the log says why';

$flow->reload(wait => 1) for 1 .. 3;
is send_form('/one', signer()->sign(%notice))->{status}, 200, 'after three reloads';

done_testing;
