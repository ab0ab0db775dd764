# A merchant's own file of a day on real nginx and Redis: 100,000 rows, in a body
# and as a part of a form, with workers killed while they are compared; hostile
# files; and what others ask for meanwhile.

use lib 't/lib';
use Phone::Product;
use Digest::SHA qw(sha256_hex);
use POSIX ();
use Time::HiRes qw(time sleep);

my $p = Phone::Product->new(workers => 2, allow => qr/exited on signal 9/,
    http => 'phone_pump interval=200ms; phone_lease 3s;');
my $redis = $p->redis;
my $shop = $p->shop('tea');
my $cake = $p->shop('cake');
my $payer = $p->payer('13800000001', 1000000);
my $rows = 100_000;
my $day = POSIX::strftime('%Y-%m-%d', gmtime(time + 8 * 3600 - 86400));

sub signed_file {
    my ($who, $bytes, $type, $name, %more) = @_;
    my %call = $who->call('reconcile.create', date => $day, file => sha256_hex($bytes),
        'file.type' => $type, $name ? ('file.name' => $name) : (), %more);
    delete @call{'file', 'file.type', 'file.name'};
    return %call;
}

sub escape { return $_[0] =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger }

# the file is the body, the other fields are in the query string
sub upload {
    my ($who, $bytes, %more) = @_;
    my %call = signed_file($who, $bytes, 'text/csv', undef, %more);
    my $query = join '&', map { "$_=" . escape($call{$_}) } sort keys %call;
    return $p->request('POST', "/pay/reconcile?$query", body => $bytes,
        headers => { 'Content-Type' => 'text/csv' });
}

sub upload_form {
    my ($who, $bytes) = @_;
    my %call = signed_file($who, $bytes, 'text/csv', 'day.csv');
    my $body = join '', (map { "--XX\r\nContent-Disposition: form-data; name=\"$_\"\r\n\r\n$call{$_}\r\n" }
                         sort keys %call),
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"day.csv\"\r\n",
        "Content-Type: text/csv\r\n\r\n$bytes\r\n--XX--\r\n";
    return $p->request('POST', '/pay/reconcile', body => $body,
        headers => { 'Content-Type' => 'multipart/form-data; boundary=XX' });
}

# A worker that has just begun may have no connection to Redis yet: 503, ask again.

sub query {
    my ($who) = @_;
    return patient { $p->signed($who, '/pay/reconcile/query', date => $day) }->{json};
}

sub compared {
    my $json;
    wait_for(sub {
        $json = query($shop);
        return ($json->{state} // '') =~ /\A(?:DONE|FAILED)\z/;
    });
    return $json;
}


# A day before today, of many rows

my ($merchant) = $redis->keys('phone:*:merchant:tea');
(my $log = $merchant) =~ s/:merchant:tea$/:moved:tea:$day/;
my $noon = (int((time + 8 * 3600) / 86400) - 1) * 86400_000 + 4 * 3600_000;
my @made = map { my $i = $_; "$noon,payment,017-01HQVN11S0X4BVD2QR9GQ82KTS,N$i,,CNY,$i" } 1 .. $rows;

$redis->command('HSET', $_, 'created', $noon - 86400_000) for $redis->keys('phone:*:merchant:*');
$redis->command('RPUSH', $log, splice @made, 0, 500) while @made;
$p->reload;

is upload($shop, "out_trade_no,amount\nN1,1\n")->{json}{code}, 'STATEMENT_NOT_READY',
    'before there is a statement';
wait_for(sub { $p->signed($shop, '/pay/statement', date => $day)->{status} == 200 });


# Its own file: all but what was changed is the same

my $file = "\xef\xbb\xbfAmount,\"out_trade_no\",note\r\n";
for my $i (1 .. $rows) {
    next if $i % 10_000 == 1;                                                 # not in the file
    my $amount = $i % 10_000 == 2 ? $i + 1 : $i % 3 ? $i : "+0$i";            # another amount
    my $order = $i % 10_000 == 3 ? "X$i" : "N$i";                             # not at the platform
    $file .= "$amount,$order,\"no. $i\"\r\n";
    $file .= "$amount,$order,\r\n" if $i % 10_000 == 4;                       # twice
}

my $start = time;
my $reply = upload($shop, $file);
my $took = time - $start;
is $reply->{json}{state}, 'RUNNING', 'a file of 100,000 rows is taken';
my @me;

while (query($shop)->{state} eq 'RUNNING') {
    my $asked = time;
    $p->get('/me', cookie => $payer->{cookie});
    push @me, 1000 * (time - $asked);
    sleep 0.005;
}

printf "# %d rows, %d bytes: taken in %.2f s, compared in %.2f s; GET /me meanwhile at most %.1f ms\n",
    $rows, length $file, $took, time - $start - $took, (sort { $a <=> $b } @me, 0)[-1];

my %count = (rows => 100_000, platform_rows => 100_000, matched => 99_970, idle => 0,
    not_at_platform => 10, not_in_file => 20, amount_differs => 10, currency_differs => 0,
    status_differs => 0, duplicate => 10);
my $json = query($shop);
is $json->{state}, 'DONE', 'it is compared';
is_deeply { map { $_ => $json->{$_} } keys %count }, \%count, 'to the right numbers';

my $result = $p->signed($shop, '/pay/reconcile/file', date => $day);
is sha256_hex($result->{content}), $json->{result_sha256}, 'the result is the one that is named';
is $result->{headers}{'phone-digest'}, "sha-256=$json->{result_sha256}", 'and its hash is signed';
my @lines = grep { !/^#/ } split /\r\n/, $result->{content};
is shift @lines, 'difference,row,kind,out_trade_no,out_refund_no,payout_no,platform_currency,'
    . 'platform_amount,file_currency,file_amount,file_status', 'with a header';
is scalar(@lines), 50, 'all that differs is in it';
is_deeply [ grep { /,N10002,/ || /,X10003,/ || /,N10001,/ || /,N10004,/ || /,N10003,/ } @lines ],
    [ 'NOT_IN_FILE,,payment,N10001,,,CNY,10001,,,', 'NOT_IN_FILE,,payment,N10003,,,CNY,10003,,,',
      'AMOUNT,10002,payment,N10002,,,CNY,10002,CNY,10003,',
      'NOT_AT_PLATFORM,10003,payment,X10003,,,,,CNY,10003,',
      'DUPLICATE,10005,payment,N10004,,,,,CNY,10004,' ], 'with its rows'
    or diag explain [ grep { /1000[1234]/ } @lines ];


# The same again, and while workers are killed

is upload($shop, $file)->{json}{state}, 'DONE', 'the same file again is known';
is upload_form($shop, $file)->{json}{result_sha256}, $json->{result_sha256},
    'also as a part of a form';
is upload($shop, "out_trade_no,amount\nN1,1\n")->{json}{state}, 'RUNNING', 'another file';
is compared()->{matched}, 1, 'is compared';

is upload($shop, "out_trade_no,amount\nX1,1\nX2,1\n")->{json}{state}, 'RUNNING', '100,002 differences';
is compared()->{not_in_file}, 100_000, 'are counted';
my $many = $p->signed($shop, '/pay/reconcile/file', date => $day)->{content};
is scalar(my @listed = grep { !/^#/ } split /\r\n/, $many), 100_001, '100,000 are listed, and the header';
like $many, qr/^#more,2\r$/m, 'and how many are not';

$p->post('/me');
is upload_form($shop, $file)->{json}{state}, 'RUNNING', 'the first one once more';
for (1 .. 3) {
    $p->kill_worker('KILL') for 1 .. 2;
    sleep 0.3;
}
is compared()->{result_sha256}, sha256_hex($result->{content}),
    'is compared though workers are killed, to the same bytes';

my @calls = map { { signed_file($shop, "out_trade_no,amount\nN2,2\n", 'text/csv', undef) } } 1 .. 10;
$p->parallel(10, sub {
    my %call = %{ $calls[$_[0] - 1] };
    my $query = join '&', map { "$_=" . escape($call{$_}) } sort keys %call;
    return $p->request('POST', "/pay/reconcile?$query", body => "out_trade_no,amount\nN2,2\n",
        headers => { 'Content-Type' => 'text/csv' })->{status};
});
is scalar(grep { $redis->command('HGET', $_, 'kind') eq 'reconcile' } $redis->keys('phone:*:job:*')), 5,
    'ten at once start one job';
is compared()->{matched}, 1, 'which compares it';


# Hostile files

my %hostile = (
    'a quote that is never closed' => [ "out_trade_no,amount\nN1,1\n\"" . ('x' x 1_000_000), 3, qr/longer than 16384/ ],
    'a million fields' => [ 'a,' x 1_000_000, 1, qr/more than 256 fields/ ],
    'a million empty lines' => [ "\n" x 1_000_000 . "\"", 1_000_001, qr/opened and not closed/ ],
    'zero bytes' => [ "\0" x 100_000, 1, qr/16384|UTF-8/ ],
    'random bytes' => [ pack('C*', map { ($_ * 7919 + 13) % 256 } 1 .. 100_000), undef, qr/./ ],
    'UTF-16' => [ "\xff\xfeo\0u\0t\0", 1, qr/UTF-8/ ],
    'GBK' => [ "out_trade_no,amount\n\xb2\xe8,1\n", 2, qr/UTF-8/ ],
    'a number that is too large' => [ "out_trade_no,amount\nN1," . ('9' x 1000) . "\n", 2, qr/from 1 to/ ],
    'a zip' => [ "PK\3\4\n", 1, qr/UTF-8|no column/ ],
    'too many rows' => [ "out_trade_no,amount\n" . "N,1\n" x 1_000_001, 1_000_002, qr/more than 1000000 rows/ ],
);

for my $name (sort keys %hostile) {
    my ($bytes, $row, $why) = @{ $hostile{$name} };
    $reply = upload($shop, $bytes);
    is $reply->{json}{code}, 'CSV_INVALID', "$name is refused";
    is $reply->{json}{row}, $row, 'with its row' if $row;
    like $reply->{json}{reason}, $why, 'and why';
}

is upload($shop, 'x' x (64 * 1024 * 1024 + 1))->{status}, 413, 'more than 64 MiB';
is query($shop)->{matched}, 1, 'none of them takes the place of the last one';

# rows that would meet in one place of a table: SHA-256 of the whole file mixes them
is upload($shop, "out_trade_no,amount\n" . join('', map { "N1,$_\n" } 1 .. 50_000))->{json}{state},
    'RUNNING', 'one order 50,000 times';
$json = compared();
is $json->{duplicate}, 49_999, 'counts once';
is upload($shop, "out_trade_no,amount\n" . join('', map { "=cmd|$_,1\n" } 1 .. 3))->{json}{state},
    'RUNNING', 'formulas';
compared();
unlike $p->signed($shop, '/pay/reconcile/file', date => $day)->{content}, qr/,=cmd/, 'are text in the result';


# Nobody sees another merchant's

is query($cake)->{code}, 'NOT_FOUND', 'another merchant has sent nothing';
is $p->signed($cake, '/pay/reconcile/file', date => $day)->{json}{code}, 'NOT_FOUND', 'and gets nothing';

$reply = upload($shop, "out_trade_no,amount\nN3,3\n", nonce => 'nonce-of-a-file');
is $reply->{status}, 200, 'a file';
my %call = signed_file($shop, "out_trade_no,amount\nN3,3\n", 'text/csv', undef);
my $signed = join '&', map { "$_=" . escape($call{$_}) } sort keys %call;
is $p->request('POST', "/pay/reconcile?$signed", body => "out_trade_no,amount\nN3,4\n",
    headers => { 'Content-Type' => 'text/csv' })->{json}{code}, 'DIGEST_MISMATCH', 'another file than was signed';
compared();
is_deeply [ glob $p->dir . '/blobs/new/*' ], [], 'no half of a file is left';

done_testing;
