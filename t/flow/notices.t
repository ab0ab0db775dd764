# PAY-12: a merchant's notices on real nginx and Redis: every attempt is listed,
# one is sent again however often that is asked for, and all since a time, when
# workers are killed as well.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new('500');
my $p = Phone::Product->new(workers => 2, http => 'phone_notice_schedule 1s;'
    . ' phone_pump interval=200ms; phone_lease 8s; phone_fetch_timeout 7s; phone_bill_day_payer 1000000;');
my $shop = $p->shop('tea', notify_url => $backend->url);
my $cake = $p->shop('cake', key => 'cake', notify_url => $backend->url);
my $payer = $p->payer('13800000001', 1000000);
my $orders = 0;

sub paid {
    my $bill = $p->bill($shop, out_trade_no => 'T' . ++$orders, amount => 1,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    is $p->pay($payer, $bill, $payer->{cards}[0])->{status}, 200, "T$orders is paid";

    return $bill;
}

sub list { my %form = @_; return patient { $p->signed($shop, '/pay/notices', limit => 50, %form) }->{json} }
sub replay { my %form = @_; return patient { $p->signed($shop, '/pay/notices/replay', %form) } }

# In that state, with so many attempts of each.

sub are {
    my ($n, $state, $attempts) = @_;
    my ($list, %tries);

    my $ok = wait_for(sub {
        $list = list(state => $state);
        %tries = ();
        $tries{ $_->{notify_id} }++ for @{ $list->{attempts} };

        return @{ $list->{notices} } == $n
               && !grep { $_ < $attempts } values %tries;
    });

    ok $ok, "$n notices are $state after $attempts attempts"
        or diag explain $list, list();

    return $list;
}


# nobody acknowledges them

my @bills = map { paid() } 1 .. 5;
my $list = are(5, 'EXHAUSTED', 2);
is scalar @{ $list->{attempts} }, 10, 'each attempt is listed';
is join(' ', map { $_->{result} } @{ $list->{attempts} }), join(' ', ('500') x 10),
    'with what came of it';
ok !(grep { $_->{took_ms} !~ /^\d+$/ || $_->{took_ms} > 60000 } @{ $list->{attempts} }),
    'and how long it took';
ok Phone::Sign::check($p->{platform}{public}, %$list), 'the list is signed';
$list->{attempts}[3]{result} = '200';
ok !Phone::Sign::check($p->{platform}{public}, %$list), 'each word of it';

is_deeply $p->signed($cake, '/pay/notices')->{json}{notices}, [], "another merchant's list";
is $p->signed($cake, '/pay/notices', bill_id => $bills[0])->{status}, 404, 'who has no such bill';
is $p->signed($cake, '/pay/notices/replay', notify_id => "$bills[0].bill.1")->{status}, 404,
    'nor such a notice';


# one of them, twenty times at once

my $sent = $backend->requests;
$backend->behave('ok');
my @calls = map { { $shop->call('notice.replay', notify_id => "$bills[0].bill.1") } } 1 .. 20;
my @codes = $p->parallel(20, sub {
    srand;
    return $p->post('/pay/notices/replay', $calls[$_[0] - 1])->{status};
});
is scalar(grep { $_ == 200 } @codes), 20, 'twenty calls want one again';
$list = are(1, 'DELIVERED', 3);
is $list->{notices}[0]{notify_id}, "$bills[0].bill.1", 'it is delivered';

my @again = map { $_->{form} } ($backend->requests)[$sent .. $backend->requests - 1];
my %nonce = map { $_->{nonce} => 1 } $backend->requests ? @again : ();
is scalar keys %nonce, scalar @again, 'each time with a nonce of its own';
ok !(grep { $_->{notify_id} ne "$bills[0].bill.1" } @again), 'by its id, and no other';
ok Phone::Sign::check($p->{platform}{public}, %{ $again[0] }), 'and signed';
are(4, 'EXHAUSTED', 2);


# all that are exhausted

my $job = replay(since => time - 3600)->{json};
is $job->{job}, 'RUNNING', 'a job';
ok wait_for(sub { replay(job_id => $job->{job_id})->{json}{job} eq 'DONE' }), 'is done';
is replay(job_id => $job->{job_id})->{json}{done}, 4, 'with four notices';
are(5, 'DELIVERED', 3);
is_deeply list(state => 'EXHAUSTED')->{notices}, [], 'none is left';


# all, while workers are killed

push @bills, map { paid() } 1 .. 70;
ok wait_for(sub { $backend->requests >= $sent + 75 }), 'many are told';

my $before = $backend->requests;
$job = replay(since => time - 3600, all => 1)->{json};

for (1 .. 3) {
    select undef, undef, undef, 0.4;
    $p->kill_worker;
}

ok wait_for(sub { (replay(job_id => $job->{job_id})->{json}{job} || '') eq 'DONE' }),
    'all again, with workers killed';

my %told;
ok wait_for(sub {
    %told = map { $_->{form}{notify_id} => 1 } ($backend->requests)[$before .. $backend->requests - 1];
    return keys %told == 75;
}), 'each has come again' or diag scalar keys %told;

my ($first, $second);
ok wait_for(sub {
    $first = list(state => 'DELIVERED');
    $second = $first->{next_before}
              ? list(state => 'DELIVERED', before => $first->{next_before}) : {};
    return @{ $first->{notices} } == 50 && @{ $second->{notices} || [] } == 25;
}), 'all are delivered' or diag scalar(@{ $first->{notices} }), explain list(state => 'PENDING');

my %listed = map { $_->{notify_id} => 1 } @{ $first->{notices} }, @{ $second->{notices} };
is scalar keys %listed, 75, 'and each is listed once';


# what is delivered leaves the store

my @keys = grep { /:told:tea:/ } $p->redis->keys('phone:*');
ok @keys > 0, 'the list of a day';
ok !(grep { $p->redis->command('PTTL', $_) < 3 * 86400 * 1000
            || $p->redis->command('PTTL', $_) > 4 * 86400 * 1000 } @keys),
    'is kept for three days behind it';
$p->books_are_right("at the end");

$backend->stop;
done_testing();
