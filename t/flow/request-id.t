# The request_id of a reply is found again in the logs.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);

my $p = Phone::Product->new(workers => 1, allow => qr/redis/,
    http => 'log_format ids "$status $request_method $uri $phone_request_id"; '
            . 'access_log logs/ids.log ids;',
    location => 'location = /plain { return 204; }');
my $payer = $p->payer('13800000001', 1000);

sub line {
    my ($pattern) = @_;
    my $found;
    wait_for(sub { ($found) = (grep { /$pattern/ } split /\n/, slurp($p->dir . '/logs/ids.log'))[-1] });
    return $found;
}

my $id = qr/[0-9A-Z]{26}/;

is $p->get('/me', cookie => $payer->{cookie})->{status}, 200, 'a call';
like line('GET /me'), qr/^200 GET \/me $id$/, 'has its id in the access log';

is $p->get('/plain')->{status}, 204, 'a request that is no call';
like line('/plain'), qr/ -$/, 'has none';

# refused by the handler, by the shell, by the parser

for (['/me', 401], ['/pay/nothing', 404], ['/pay/keys?a=1&a=2', 400]) {
    my ($path, $status) = @$_;
    my $reply = $p->get($path);
    (my $uri = $path) =~ s/\?.*//;
    is $reply->{status}, $status, "$path: $status" or diag $reply->{content};
    is line("$status GET \Q$uri\E "), "$status GET $uri $reply->{json}{request_id}",
        "$path: the id of the reply is in the access log";
    unlike $p->log, qr/$reply->{json}{request_id}/, "$path: the error log has no line";
}

# failed by the platform

$p->redis->stop;
my $reply = $p->post('/pay/bills/000-0/pay?pin=314159',
    { card_id => 'x', pin => '314159' }, cookie => $payer->{cookie});
is $reply->{status}, 400, 'a secret in a URL is refused at once';

$reply = $p->get('/me', cookie => $payer->{cookie});
is $reply->{status}, 503, 'no store' or diag $reply->{content};
my $request_id = $reply->{json}{request_id};
like line('503 GET /me '), qr/ $request_id$/, 'the id is in the access log';
ok $p->wait_log(qr/\[error\] .*request $request_id of session\.me failed: 503 STORE_UNAVAILABLE$/m),
    'and in the error log, with the code';
is scalar(my @lines = $p->log =~ /request $request_id of/g), 1, 'once';
unlike $p->log, qr/314159/, 'without secrets';

done_testing;
