# The secret is rotated on two hosts as docs/operations.md says, and what it has
# sealed is sealed again by a job, while workers are killed, hosts are reloaded,
# cards are opened, and people log in and pay.  Then the one before goes, twice,
# and all of them still can.

use lib 't/lib';
use Phone::Product;
use Phone::Bank;
use Phone::Env qw(slurp);

my $shared = 'a secret that the bank shares with us';
my $bank = Phone::Bank->new($shared);
my %option = (workers => 2, stopped => 1,
    allow => qr/exited on signal 9|needs a "phone_secret_file"/,
    http => 'phone_pump interval=100ms; phone_lease 4s; phone_fetch_timeout 1s;'
          . ' phone_bill_day_payer 1000000;');
my $host = Phone::Product->new(%option);
my $other = Phone::Product->new(%option, redis => 0, store => 'unix:' . $host->redis->socket);
my @hosts = ($host, $other);
my $redis = $host->redis;

for my $p (@hosts) {
    my ($location) = slurp('docs/bank.md') =~ m{(location = /bank \{.*?\n        \})}s or die;
    my $url = $bank->url;
    $location =~ s{proxy_pass +[^;]*}{proxy_pass $url} or die;
    $p->write('citybank.secret', "$shared\n", 0600);
    $p->configure(http => $p->{http} . " phone_bank citybank $p->{dir}/citybank.secret;"
                          . ' phone_fetch_location bank /bank;');
    my $fetch = slurp($p->dir . '/fetch.conf');
    $fetch =~ s{(access_log[^;]*;)}{$1\n$location} or die;
    $p->write('fetch.conf', $fetch);
    $p->start;
}

my $shop = $host->shop('tea', reply_sign => 0);
my $mac = $host->shop('mac', sign_type => 'HMAC-SHA256');
my $payer = $host->payer('13800000001', 1000);
my @bank_cards = map { opened('13800000001', bank => 'citybank') } 1 .. 4;
my $orders = 0;

sub opened {
    my ($phone, %more) = @_;
    return $host->operator('bank-cards', phone => $phone, card_no => $host->card_no,
                           balance => 0, %more)->{card_id};
}

sub secrets {
    my $reply = patient { $host->get('/operator/secrets',
        headers => { Authorization => 'Bearer operator-token-for-tests' }) };
    my %by = map { ($_->{status} => $_) } @{ $reply->{json}{keys} };
    return (\%by, $reply->{json});
}

# the ids of the keys that have sealed cards, proofs, PINs, passwords and merchants' secrets; of a
# card number without a proof nobody can tell

sub sealed_by {
    my %by;
    for my $key ($redis->keys('phone:*:card:*')) {
        $by{ $redis->hash($key)->{number} =~ s/\..*//r }++;
    }
    for my $key ($redis->keys('phone:*:account:*')) {
        my $account = $redis->hash($key);
        $by{ $account->{$_} =~ s/\..*//r }++ for grep { $account->{$_} } qw(pin password);
    }
    for my $key ($redis->keys('phone:*:card_number:*')) {
        my $number = $redis->hash($key);
        next if $number->{moved};
        $number->{proof} ? $by{ $number->{proof} =~ s/\..*//r }++ : $by{bound}++;
    }
    $by{ $redis->hash($_)->{keys} =~ s/.*hmac:([^.]*)\..*/$1/sr }++
        for grep { $redis->hash($_)->{keys} =~ /hmac:/ } $redis->keys('phone:*:merchant:*');
    return \%by;
}

sub has {
    my ($p, $secret, $before) = @_;
    my $text = slurp("$p->{dir}/phone.conf") =~ s/^phone_secret_file_before .*\n//gmr;
    $p->write('secret', $secret, 0600);

    if ($before) {
        $p->write('secret.before', $before, 0600);
        $text .= "phone_secret_file_before $p->{dir}/secret.before;\n";
    }

    $p->write('phone.conf', $text);
    $p->reload(wait => 1);
}

sub pays {
    my ($p, $card, $name) = @_;
    my $order = 'B' . ++$orders;
    my $bill = (patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') })->{json}{bill_id};
    ok $bill, "$name: a bill" or diag $p->bill($shop, out_trade_no => $order, amount => 100, payer_phone => $payer->{phone}, subject => 'tea')->{content};
    patient { $p->login($payer) };
    my $reply = patient { $p->pay($payer, $bill, $card) };
    is $reply->{json}{payment}, 'PENDING', "$name: the bank is asked" or diag $reply->{content};
    ok wait_for(sub {
        ($p->get("/pay/bills/$bill", cookie => $payer->{cookie})->{json}{status} || '') eq 'PAID' }),
        "$name: the bill is paid";
}

# People who log in and pay all the time: none of them is told that what he knows is wrong

sub goes_on {
    my ($p, $who, $file) = @_;
    my $pid = fork();
    return $pid if $pid;

    srand;
    my ($n, %codes) = 0;

    while (!-e "$host->{dir}/enough") {
        my $reply = eval { $p->login($who) } || {};
        $codes{ 'login ' . ($reply->{json}{code} || 'none') }++;

        for (1 .. 4) {
            my $bill = eval { $p->bill($shop, out_trade_no => "W$$-" . ++$n, amount => 1,
                payer_phone => $who->{phone}, subject => 'tea') } || {};
            $reply = $bill->{json}{bill_id}
                ? eval { $p->pay($who, $bill->{json}{bill_id}, $who->{cards}[0]) } || {} : {};
            $codes{ 'pay ' . ($reply->{json}{code} || 'none') }++;
            select undef, undef, undef, 0.1;
        }
    }

    Phone::Env::spew($file, join "\n", map { "$_=$codes{$_}" } sort keys %codes);
    POSIX::_exit(0);
}

my @going = map { goes_on($hosts[$_], $host->payer("1380000300$_", 100000), "$host->{dir}/codes$_") } 0, 1;

opened("1380000" . (1000 + $_ % 50), proof => '271934') for 1 .. 150;
my $offered = $host->card_no;
my $card_id = opened('13800000001', proof => '271934', card_no => $offered);
my ($keys) = secrets();
is $keys->{NEWEST}{records}, 2 * (150 + 1 + 4 + 1 + 2) + 2 * 3 + 1, 'all that is sealed is counted';

my $old = slurp("$host->{dir}/secret");

for my $new ('a' x 64, 'b' x 64) {
    my $name = substr $new, 0, 1;

    for my $step ([$old, $new], [$new, $old]) {
        for my $p (@hosts) {
            has($p, @$step);
            opened('13800000001', proof => '271934');
            pays($_, $bank_cards[0], "$name: while hosts change") for @hosts;
        }
    }

    ($keys) = secrets();
    my ($newest, $before) = map { $keys->{$_}{key_id} } qw(NEWEST BEFORE);
    ok $keys->{BEFORE}{records} >= 300, "$name: the secret before has sealed most of it";

    # the job, while workers are killed

    my ($job) = map { $_->operator('secrets/reseal')->{job_id} } @hosts;
    is $other->operator('secrets/reseal')->{job_id}, $job, "$name: it is one job" if $name eq 'a';

    for (1 .. 3) {
        eval { $_->kill_worker('KILL') } for @hosts;
        opened('13800000001', proof => '271934');
        select undef, undef, undef, 0.2;
        $other->reload(wait => 1);
    }

    my $shown;
    ok wait_for(sub { ($keys, $shown) = secrets(); $shown->{job} eq 'DONE' }), "$name: it ends"
        or diag explain $shown;
    is $keys->{BEFORE}{records}, 0, "$name: nothing is left of the one before";
    is $shown->{done}, $shown->{total}, "$name: all buckets";
    is $shown->{result}, $newest, "$name: what it has sealed with";
    my $by = sealed_by();
    is_deeply [sort keys %$by], [sort $newest, 'bound'], "$name: all is sealed by the new one";
    is $by->{$newest} + $by->{bound}, $keys->{NEWEST}{records}, "$name: and counted so";
    isnt $newest, $before, "$name: they are two";

    # the one before goes

    has($_, $new) for @hosts;
    ($keys) = secrets();
    is_deeply [sort keys %$keys], ['NEWEST'], "$name: one secret";

    for my $p (@hosts) {
        pays($p, $_, "$name: without the one before") for @bank_cards[0, 1];
        is patient { $p->query($mac, out_trade_no => 'none') }->{json}{code}, 'BILL_NOT_FOUND',
            "$name: the merchant's secret opens";
    }

    is opened('13800000001', proof => '271934', card_no => $offered), $card_id,
        "$name: a card number is found by its new name";
    $old = $new;
}

$host->write('enough', '');
for my $i (0, 1) {
    waitpid $going[$i], 0;
    my $codes = slurp("$host->{dir}/codes$i");
    ok $codes =~ /^pay OK=(\d+)/m && $1 > 20, "people have paid on host $i" or diag $codes;
    unlike $codes, qr/PIN|LOGIN_FAILED|BALANCE|INTERNAL/, 'and were never told that they are wrong';
}

is patient { $other->post('/pay/cards', { card_no => $offered, proof => '271934', pin => Phone::Product::PIN },
    cookie => $payer->{cookie}) }->{json}{card_id}, $card_id, 'a proof that was given before all this binds';

my %numbers = map { ($_->{card_no} => 1) } grep { $_->{card_no} } values %{ $bank->held };
is scalar(keys %numbers), 2, 'the bank was asked for two cards, as they were';


# A host that has lost a secret

has($host, 'c' x 64, $old);
has($other, 'c' x 64, $old);
opened('13800000001', bank => 'citybank');
patient { $host->login($payer) };
has($host, 'c' x 64);

my $bill = patient { $host->bill($shop, out_trade_no => 'LOST', amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
my $reply = $host->pay($payer, $bill, $bank_cards[0]);
is $reply->{status}, 503, 'a PIN whose secret is not here';
is $reply->{json}{code}, 'STORE_UNAVAILABLE', 'is not compared';
like $reply->{json}{reason}, qr/does not have the secret/, 'says why';
ok $reply->{json}{retryable}, 'and another host may be able to';
is $host->pay($payer, $bill, $payer->{cards}[0], pin => '000000')->{status}, 503, 'a wrong one gets the same'
    for 1 .. 6;
my $again = $host->login({ %$payer });
is $again->{status}, 503, 'a password';
like $again->{json}{reason}, qr/does not have the secret/, 'says why';
my ($by) = secrets();
my $missing = $by->{MISSING}{key_id};
ok $by->{MISSING}{records} > 300, 'how many texts nobody can read here';
ok $host->wait_log(qr/\[warn\].*(?:bill.pay|session.login) needs a "phone_secret_file" that this host does not have: key $missing/),
    'the log says which one';
is patient { $other->pay($payer, $bill, $payer->{cards}[0]) }->{json}{status}, 'PAID', 'the host that has it: no try was counted';
pays($other, $bank_cards[0], 'the host that has it');

$host->books_are_right;
done_testing;
