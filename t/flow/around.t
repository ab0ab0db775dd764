# What nginx does around a call: conditional requests, bodies in files, variables
# that are read before they are set, subrequests.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use Phone::Sign;

my $p = Phone::Product->new(workers => 1, stopped => 1,
    http => 'client_body_in_file_only on; map $phone_notice_status $early { "" none; default set; }
             log_format notice "$uri $status $phone_notice_id $phone_notice_status";
             access_log logs/notice.log notice;',
    location => <<'END');
location = /auth { internal; phone_auth on; root html; }
location /outer/ {
    auth_request     /auth;
    auth_request_set $number $phone_number;
    add_header       X-Phone [$number];
    root             html;
}
location = /notice {
    set           $before "$phone_notice_id";
    phone_notify  platform.pub merchant_id=tea;
    add_header    X-Notice "$before $phone_notice_id" always;
    try_files     /nothing/there /told;
}
location = /told { return 200 "success"; }
END
$p->write('platform.pub', slurp($p->{platform}{public}));
mkdir $p->dir . '/html' . $_ for '', '/outer';
$p->write("html/$_", "it is in\n") for qw(auth outer/x);
$p->start;

my $payer = $p->payer('13800000001', 1000);


# A call has no validators: what is done is answered

for my $header ({ 'If-Match' => '"x"' }, { 'If-None-Match' => '*' },
                { 'If-Unmodified-Since' => 'Thu, 01 Jan 1970 00:00:00 GMT' }) {
    my ($name) = keys %$header;
    my $reply = $p->post('/login', { phone => $payer->{phone}, password => $p->PASSWORD },
        headers => $header);
    is $reply->{status}, 200, "$name: a login is answered";
    ok $reply->{headers}{'set-cookie'}, "$name: with its cookie";
    is $p->get('/me', cookie => $payer->{cookie}, headers => $header)->{json}{code}, 'OK',
        "$name: a read as well";
    is $p->get('/status', headers => $header)->{status}, 200, "$name: and the status";
}


# Bodies with passwords and PINs do not lie in files

my $reply = $p->post('/pay/pin', { pin => '314159', old_pin => $p->PIN }, cookie => $payer->{cookie});
is $reply->{status}, 200, 'client_body_in_file_only: a call has its body' or diag $reply->{content};
is_deeply [glob $p->dir . '/temp/client_body/*'], [], 'which is in no file';


# Variables of a notice that are read before it is verified

my $sign = Phone::Sign->new(merchant_id => 'tea', key => $p->{platform});
$reply = $p->post('/notice', [ $sign->sign(notify_id => 'n1', event => 'bill', bill_id => '000-1',
                                           status => 'PAID', amount => 100) ]);
is $reply->{content}, 'success', 'a notice with its body' or diag explain $reply;
is_deeply [glob $p->dir . '/temp/client_body/*'], [], 'which is in no file either';
ok wait_for(sub { slurp($p->dir . '/logs/notice.log') =~ m{^/told }m }), 'it is logged';
like slurp($p->dir . '/logs/notice.log'), qr{^/told 200 n1 PAID$}m, 'with the variables, which were read before as well';


# auth_request

$reply = $p->get('/outer/x', cookie => $payer->{cookie});
is $reply->{status}, 200, 'phone_auth behind auth_request';
is $reply->{headers}{'x-phone'}, '[+8613800000001]', 'auth_request_set has the number';
is $p->get('/outer/x')->{status}, 401, 'nobody is not let in';

# The limit of live clients holds for those that come together

$p->stop;
my $q = Phone::Product->new(workers => 1, allow => qr/redis/, http => 'phone_live_clients 2; phone_pump off;');
my $listener = $q->payer('13800000002', 1000);
kill 'STOP', $q->redis->{pid};
my @open = map {
    my $socket = $q->connect;
    syswrite $socket, "GET /live HTTP/1.1\r\nHost: x\r\nCookie: $listener->{cookie}\r\n\r\n";
    $socket;
} 1 .. 6;
select undef, undef, undef, 0.3;
kill 'CONT', $q->redis->{pid};
my @status = sort map { sysread $_, my $head, 4096; $head =~ m{^HTTP/1\.1 (\d+)} } @open;
is "@status", '200 200 503 503 503 503', 'live clients that come together: as many as may';
$q->stop;

done_testing;
