# The archive of bills on real nginx and Redis: workers are killed while bills of
# three months ago are archived and their ledger is closed; what merchants and
# payers ask is answered as before; a file that is damaged or gone.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use POSIX ();

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2,
    allow => qr/exited on signal 9|is missing or damaged/,
    http => 'phone_pump interval=200ms; phone_lease 3s; phone_bill_day_payer 1000000;'
          . ' phone_archive_after 30d; phone_pump_lane 40;');
my $redis = $p->redis;
my $shop = $p->shop('tea', reply_sign => 0, notify_url => $backend->url);
my $payer = $p->payer('13800000001', 1000000);
my ($card) = @{ $payer->{cards} };
my $long_ago = time - 92 * 86400;
my $month = POSIX::strftime('%Y-%m', gmtime $long_ago);
my $now = POSIX::strftime('%Y-%m', gmtime);
my %id;

# What a reply says of a bill or a refund.

sub said {
    my ($reply) = @_;
    my $json = $reply->{json} || {};
    return { map { defined $json->{$_} ? ($_ => $json->{$_}) : () }
             qw(code bill_id out_trade_no status amount paid_at refunded ended_at reason
                refund_id out_refund_no bill_status) };
}

sub asked {
    return {
        (map { ("query $_" => said(patient { $p->query($shop, out_trade_no => $_) })) }
             sort keys %id),
        by_id => said(patient { $p->query($shop, bill_id => $id{T1}) }),
        again => said(patient { order('T2') }),
        refund => said(patient { $p->signed($shop, '/pay/refund/query', out_refund_no => 'R1') }),
        refunded => said(patient { $p->signed($shop, '/pay/refund', out_trade_no => 'T1',
                                              out_refund_no => 'R1', amount => 30) }),
    };
}

sub order {
    my ($no) = @_;
    return $p->bill($shop, out_trade_no => $no, amount => 100,
                    payer_phone => $payer->{phone}, subject => 'tea');
}

# Times of the store go back to that month: those in bills, and in the ids of
# movements.

sub age {
    my $ms = "${long_ago}000";
    my @digits = (0 .. 9, grep { !/[ILOU]/ } 'A' .. 'Z');
    my $time = join '', map { $digits[$ms >> 5 * $_ & 31] } reverse 0 .. 9;

    for my $key ($redis->keys('phone:*:bill:*')) {
        for my $field (qw(paid ended)) {
            my $text = $redis->command('HGET', $key, $field) or next;
            $text =~ s/^(paid_at|ended_at) 13 \d{13}/$1 13 $ms/;
            $redis->command('HSET', $key, $field, $text);
        }
    }

    for my $key ($redis->keys("phone:*:ledger:*-$now"), $redis->keys("phone:*:ended:*-$now")) {
        (my $old = $key) =~ s/\Q$now\E$/$month/;
        my ($bucket) = $key =~ /\{(\d+)\}/;
        $redis->command('RPUSH', $old, $key =~ /:ledger:/ ? s/^.{10}/$time/r : $_)
            for @{ $redis->command('LRANGE', $key, 0, -1) };
        $redis->command('DEL', $key);
        $redis->command('HSET', "phone:{$bucket}:period:$bucket", 'v', 'x', 'from', $month);
    }
}

sub begin {
    for my $key ($redis->keys("phone:*:ledger:*-$month")) {
        my ($bucket) = $key =~ /\{(\d+)\}/;
        $redis->command('ZADD', "phone:{$bucket}:due", time * 1000, "ledger.month $bucket");
    }
}

sub files {
    return map { @{ $redis->command('LRANGE', $_, 0, -1) } } $redis->keys('phone:*:archive_files');
}

sub path { my ($sha256) = @_;
    return $p->{blobs} . '/kept/' . substr($sha256, 0, 2) . "/$sha256" }


for my $n (1 .. 240) {
    $id{"T$n"} = patient { order("T$n") }->{json}{bill_id};
    $n % 4 ? $p->pay($payer, $id{"T$n"}, $card)
           : $p->signed($shop, '/pay/close', out_trade_no => "T$n", reason => 'sold');
}

is $p->signed($shop, '/pay/refund', out_trade_no => 'T1', out_refund_no => 'R1', amount => 30)
    ->{status}, 200, 'a bill is refunded';

# those beside the merchant's lane are parked: then one event is due, "lane.next"

ok wait_for(sub { !grep { !/^(?:ledger\.month|statement\.close|posting\.forget) / }
                  map { @{ $redis->command('ZRANGE', $_, 0, -1) } } $redis->keys('phone:*:due') }),
    'all notices are acknowledged';

age();
my $before = asked();
is $before->{'query T1'}{status}, 'PARTLY_REFUNDED', 'a bill before';
my $held = $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards}[0]{balance};


# Workers are killed all the time; a stopped step is done again, by another one

my ($killed, $wrong) = (3, 0);
begin();
$p->kill_worker('KILL') for 1 .. $killed;
ok wait_for(sub {
    $p->kill_worker('KILL');
    $killed++;
    my $no = 'T' . (1 + $killed % 240);
    $wrong += (patient { order($no) }->{json}{bill_id} || '') ne $id{$no} if $killed % 4 == 0;
    my @left = $redis->keys('phone:*:bill:*');
    select undef, undef, undef, 0.2 if @left;
    return !@left;
}, 120), 'all bills are archived';
note "$killed workers were killed";
is $wrong, 0, 'meanwhile each order stood for its bill';

is scalar(() = $redis->keys('phone:*:order:*')), 0, 'no order is left in Redis';
is scalar(() = $redis->keys('phone:*:refund*')), 0, 'nor a refund';
is scalar(@{ $p->bills($payer) || [] }), 0, 'no list has them';

is_deeply asked(), $before, 'what is asked is answered as before';
is $p->get('/pay/cards', cookie => $payer->{cookie})->{json}{cards}[0]{balance}, $held,
    'and no money has moved';

is $p->get("/pay/bills/$id{T1}", cookie => $payer->{cookie})->{json}{status}, 'PARTLY_REFUNDED',
    'their payer sees them';
is $p->signed($shop, '/pay/refund', out_trade_no => 'T1', out_refund_no => 'R2', amount => 1)
    ->{json}{code}, 'REFUND_TOO_LATE', 'they are not refunded any more';
is $p->bill($shop, out_trade_no => 'T1', amount => 101, payer_phone => $payer->{phone},
            subject => 'tea')->{json}{code}, 'ORDER_MISMATCH', 'nor made with another amount';
is $p->pay($payer, $id{T1}, $card)->{json}{code}, 'BILL_PAID', 'nor paid twice';

my @calls = map {
    my $no = 'T' . (1 + $_ % 10);
    [ map { { $shop->call('bill.create', out_trade_no => $no, amount => 100,
                          payer_phone => $payer->{phone}, subject => 'tea') } } 1 .. 3 ]
} 1 .. 100;
my @made = $p->parallel(100, sub {
    my $reply;

    for my $call (@{ $calls[$_[0] - 1] }) {
        $reply = $p->post('/pay/bill', $call);
        last if $reply->{json}{bill_id};
        select undef, undef, undef, 0.2 + rand 0.5;
    }

    return $reply->{json}{out_trade_no} . ' ' . $reply->{json}{bill_id};
});
is scalar(grep { my ($no, $bill) = split; $bill ne $id{$no} } @made), 0,
    'a hundred at once with used numbers are answered by their bills';
is patient { order("T241") }->{json}{code}, 'OK', 'a new bill is made';

ok wait_for(sub { !$redis->keys("phone:*:ledger:*-$month") }), 'their ledger is closed';
$p->books_are_right('after that');


# The files: a chain, each one once, and nothing half made

my @files = files();
ok @files > 2, @files . ' files';
my %first = map { (split /\n/, `zcat @{[ path($_) ]}`)[0] => $_ } @files;
is scalar(keys %first), @files, 'each has a number of its own';
is scalar(grep { /"before":"([0-9a-f]*)"/ && ($1 eq '' || grep { $_ eq $1 } @files) } keys %first),
    @files, 'and names the one before it';
my %lines;
$lines{$_}++ for grep { /"kind":"bill"/ } map { split /\n/, `zcat @{[ path($_) ]}` } @files;
is scalar(keys %lines), 240, '240 bills are in them';
is scalar(grep { $_ > 1 } values %lines), 0, 'each once';


# Damaged, gone, and there again

my ($file) = grep { `zcat @{[ path($_) ]}` =~ /"id":"\Q$id{T1}\E"/ } @files;
rename path($file), $p->dir . '/aside' or die "$!\n";

sub refused {
    my ($what) = @_;
    my $reply = $p->query($shop, out_trade_no => 'T1');
    is $reply->{status}, 503, "$what: not known now";
    is $reply->{json}{code}, 'ARCHIVE_UNAVAILABLE', "$what: by code";
    is order('T1')->{json}{code}, 'ARCHIVE_UNAVAILABLE', "$what: no second bill of the order";
    is $p->get("/pay/bills/$id{T1}", cookie => $payer->{cookie})->{json}{code},
        'ARCHIVE_UNAVAILABLE', "$what: nor for its payer";
}

refused('gone');
like $p->log, qr/the file of the archive $file is missing or damaged/, 'the log names it';

my $bytes = do { local $/; open my $in, '<', $p->dir . '/aside' or die; binmode $in; <$in> };
substr($bytes, length($bytes) / 2, 1) ^= "\x01";
open my $out, '>', path($file) or die "$!\n";
binmode $out;
print {$out} $bytes;
close $out;
refused('damaged');

rename $p->dir . '/aside', path($file) or die "$!\n";
is_deeply asked(), $before, 'restored, it is as before';

done_testing;
