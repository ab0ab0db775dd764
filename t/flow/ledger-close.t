# Months of the ledger are closed on real nginx and Redis, with workers killed;
# the check goes on across the border, and the files are checked without either.

use lib 't/lib';
use Phone::Product;
use POSIX ();

my $p = Phone::Product->new(workers => 2, allow => qr/exited on signal 9|blob/,
    http => 'phone_pump interval=200ms; phone_lease 3s; phone_bill_day_payer 1000000; phone_archive_after 0;');
my $redis = $p->redis;
my $shop = $p->shop('tea');
my @payers = map { $p->payer("1380000000$_", 100000) } 1 .. 4;
my $serial = 0;
my $tool = Phone::Env::top() . '/conf/phone-ledger';
my $buckets = $redis->hash('phone:store')->{buckets};

sub month { my ($sec, $min, $hour, $day, $month, $year) = gmtime;
    $month += $year * 12 - $_[0];
    return sprintf '%04d-%02d', 1900 + int($month / 12), $month % 12 + 1 }

sub sell {
    my ($payer) = @_;
    my $order = 'T' . ++$serial;
    my $bill = patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
    is patient { $p->pay($payer, $bill, $payer->{cards}[0], pay_id => 'once') }->{status}, 200, "T$serial is paid";
}

# What was paid in this month, was paid that many months ago: the logs, with the
# time in the ids of movements, and the time in the bills.

sub age {
    my ($months) = @_;
    my ($now, $then) = (month(0), month($months));
    my ($year, $month) = split /-/, $then;
    my $at = POSIX::mktime(0, 0, 12, 15, $month - 1, $year - 1900) * 1000;
    my @digits = (0 .. 9, grep { !/[ILOU]/ } 'A' .. 'Z');
    my $time = join '', map { $digits[$at >> 5 * $_ & 31] } reverse 0 .. 9;

    for my $key ($redis->keys("phone:*:ledger:*-$now")) {
        (my $old = $key) =~ s/\Q$now\E$/$then/;
        $redis->command('RPUSH', $old, s/^.{10}/$time/r) for @{ $redis->command('LRANGE', $key, 0, -1) };
        $redis->command('DEL', $key);
    }

    for my $key ($redis->keys('phone:*:bill:*')) {
        my $paid = $redis->hash($key)->{paid} or next;
        $paid =~ s/^(paid_at 13) (\d+)/"$1 " . ($2 > time * 1000 - 86400000 ? $at : $2)/me;
        $redis->command('HSET', $key, 'paid', $paid);
    }
}

sub operator { my ($method, $path, %form) = @_;
    my %with = (headers => { Authorization => 'Bearer operator-token-for-tests' });
    return $method eq 'GET' ? $p->get("/operator/$path", %with) : $p->post("/operator/$path", \%form, %with);
}

sub periods {
    my ($next, @all) = (0);

    while (defined $next) {
        my $page = patient { operator(GET => "ledger?bucket=$next&limit=100") };
        push @all, @{ $page->{json}{buckets} };
        $next = $page->{json}{next_bucket};
    }

    return @all;
}

sub close_all {
    my ($month) = @_;
    my $killed = 0;

    for my $bucket (0 .. $buckets - 1) {
        my $reply = patient { operator(POST => 'ledger/close', bucket => $bucket, month => $month) };
        die "bucket $bucket: $reply->{content}" if $reply->{status} != 200;
        eval { $p->kill_worker('KILL') } if $bucket % 60 == 30 && $killed++ < 5;
    }

    ok wait_for(sub { !grep { $_->{from} le $month } periods() }, 400), "$month is closed everywhere";
}

sub tool { my $said = qx{$tool @_ 2>&1}; return ($? >> 8, $said) }

sub folder { return $p->{blobs} }


# The store was made half a year ago

my $since = month(6);
my ($year, $month) = split /-/, $since;
$p->stop;
$redis->command('HSET', 'phone:store', 'created_at', POSIX::mktime(0, 0, 12, 15, $month - 1, $year - 1900) * 1000);
$p->start;

sell($_) for @payers, @payers;
age(6);
sell($_) for @payers;
age(5);
sell($_) for @payers;
$p->books_are_right('three months are open');

my @lists = $redis->keys("phone:*:ledger:*-$since");
my $count = 0;
$count += $redis->command('LLEN', $_) for @lists;
ok $count >= 12, "$count entries in the first";

is operator(POST => 'ledger/close', bucket => 0, month => month(5))->{status}, 400, 'not the second month first';
is operator(POST => 'ledger/close', bucket => 0, month => month(0))->{status}, 400, 'nor this one';
is $p->post('/operator/ledger/close', { bucket => 0, month => $since })->{status}, 401, 'nor without the token';

# 20 calls at once begin one job

my @begun = $p->parallel(20, sub {
    return patient { operator(POST => 'ledger/close', bucket => 200, month => $since) }->{json}{state} });
is join(' ', sort keys %{ { map { $_ => 1 } grep { $_ ne 'CLOSED' } @begun } }), 'RUNNING', '20 calls at once';
is scalar(my @jobs = $redis->keys('phone:{200}:job:*')), 1, 'one job';

close_all($since);
is scalar(grep { $redis->command('EXISTS', $_) } @lists), 0, 'the entries are gone';
my $closed = 0;
$closed += $_->{entries} for periods();
is $closed, $count, 'into files';
$p->books_are_right('the books begin with a file');

close_all(month(5));
sell($_) for @payers;
$p->books_are_right('two months are closed, and more is paid');


# The files, without nginx and Redis

my ($home) = $payers[0]{cards}[0] =~ /^(\d+)/;
my ($period) = grep { $_->{bucket} == $home } periods();
my ($status, $said) = tool('check', folder(), $period->{file});
is $status, 0, 'the chain is right' or diag $said;
is scalar(my @lines = split /\n/, $said), 2, 'of two months';
like $lines[0], qr/^bucket $home, ${\ month(5)}: \d+ entries, \d+ accounts, $period->{file}$/, 'the newest first';
($status, $said) = tool('print', folder(), $period->{file});
like $said, qr/ bill $home-/, 'a file as text';

my $balances = folder() . '/kept/' . substr($period->{balances}, 0, 2) . "/$period->{balances}";
rename $balances, "$balances.aside" or die;
my $found = $p->check->{json};
ok !$found->{ok}, 'a file is missing';
ok scalar(grep { $_->{what} eq 'archive_damaged' && $_->{where} eq "blob:$period->{balances}" } @{ $found->{faults} }),
    'the check names it' or diag explain $found;
($status, $said) = tool('check', folder(), $period->{file});
isnt $status, 0, 'and so does the tool';
like $said, qr/$period->{balances} is missing/, 'by its path';

my $bytes = Phone::Env::slurp("$balances.aside");
substr($bytes, length($bytes) / 2, 1) ^= "\x01";
Phone::Env::spew($balances, $bytes);
$found = $p->check->{json};
ok scalar(grep { $_->{what} eq 'archive_damaged' } @{ $found->{faults} }), 'a damaged one too';
($status, $said) = tool('check', folder(), $period->{file});
like $said, qr/is damaged/, 'it is no other file';
rename "$balances.aside", $balances or die;
$p->books_are_right('with the file again');

# All buckets, as docs/operations.md says

my ($loop) = Phone::Env::slurp(Phone::Env::top() . '/docs/operations.md') =~ /^(bucket=0\nwhile .*?^done\n)/ms
    or die 'no loop in docs/operations.md';
$loop =~ s{/var/lib/ngx_phone_blobs}{folder()}e or die;
$loop =~ s{/etc/ngx_phone/phone-ledger}{$tool} or die;
$p->write('all.sh', $loop);
$said = qx{OPERATOR=http://127.0.0.1:${\ $p->port} TOKEN=operator-token-for-tests sh ${\ $p->dir}/all.sh 2>&1};
is $?, 0, 'the loop over all buckets ends' or diag $said;
my %told = map { /^bucket (\d+), (\S+): \d+ entries/ ? ("$1 $2" => 1) : (other => $_) } split /\n/, $said;
is scalar(keys %told), 2 * $buckets, 'two months of each' or diag $said;


# A bill that is not as its entry says: the month stays

age(4);
my ($old) = $redis->keys("phone:*:ledger:$home-" . month(4));
my ($bill) = map { / card:\S+ .* bill (\S+)$/ } @{ $redis->command('LRANGE', $old, 0, -1) };
my ($key) = $redis->keys("phone:*:bill:$bill");
$redis->command('HSET', $key, 'status', 'PUSHED');
($period) = grep { $_->{bucket} == $home } periods();
is operator(POST => 'ledger/close', bucket => $home + 0, month => $period->{from})->{status}, 200, 'it begins';
ok wait_for(sub { (grep { $_->{bucket} == $home } periods())[0]{stopped} }), 'and stops';
is((grep { $_->{bucket} == $home } periods())[0]{stopped}, "bill_differs:$bill", 'where');
ok scalar(grep { $_->{what} eq 'close_stopped' } @{ $p->check->{json}{faults} }), 'the check says so';
$redis->command('HSET', $key, 'status', 'PAID');
is operator(POST => 'ledger/close', bucket => $home + 0, month => $period->{from})->{status}, 200, 'mended';
ok wait_for(sub { (grep { $_->{bucket} == $home } periods())[0]{from} gt $period->{from} }), 'it is closed';


# By itself

$p->configure(http => 'phone_pump interval=200ms; phone_lease 3s; phone_archive_after 1s;');
$p->reload;

my %some = map { $_->{cards}[0] =~ /^(\d+)/ => 1 } @payers;
$some{$_} = 1 for map { /\{(\d+)\}/ } grep { $redis->command('HEXISTS', $_, 'takings:tea:CNY') } $redis->keys('phone:*:balances');

for my $text (keys %some) {
    $redis->command('ZADD', "phone:{$text}:due", 1, "ledger.month $text");
}

# (bills are archived before, when the month has been over for a day)

my $open = month((gmtime)[3] > 2 ? 0 : 1);
ok wait_for(sub { !grep { $some{sprintf '%03d', $_->{bucket}} && $_->{from} lt $open } periods() }),
    'all months that are over are closed';
$p->books_are_right('all is well');

done_testing;
