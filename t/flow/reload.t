# nginx: reloads under load with live clients, a failing reload, a worker that
# dies between commit and notice, clients that go away, no master process.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $backend = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 2, http => 'phone_pump interval=200ms; phone_lease 2s;');
my $shop = $p->shop('tea', notify_url => $backend->url, reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $card = $payer->{cards}[0];
my $serial = 0;

sub bill {
    my $order = 'T' . ++$serial;
    return patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
}


# three reloads under load, with a live client that comes back

my @bills = map { bill() } 1 .. 40;
my $live = $p->events('/live', cookie => $payer->{cookie});
is $live->status, 200, 'a live client';

my $load = fork();
if (!$load) {
    my $bad = 0;
    for my $bill (@bills) {
        my $reply = $p->pay($payer, $bill, $card);
        $bad++ if $reply->{status} != 200;
        select undef, undef, undef, 0.05;
    }
    POSIX::_exit($bad);
}

my ($last, %seen) = ('');
for my $round (1 .. 3) {
    $p->reload(wait => 1);

    while (my $event = $live->next(1)) {
        $seen{ $event->{json}{bill_id} }++ if $event->{event} eq 'bill.paid';
        $last = $event->{id} if $event->{id};
    }

    $live = $p->events('/live', cookie => $payer->{cookie},
                       headers => { $last ? ('Last-Event-ID' => $last) : () });
    is $live->status, 200, "reload $round: the client is back";
}

waitpid $load, 0;
is $? >> 8, 0, 'no payment failed over three reloads';

while (my $event = $live->next(grep({ !$seen{$_} } @bills) ? 60 : 2)) {
    $seen{ $event->{json}{bill_id} }++ if $event->{event} eq 'bill.paid';
}

is scalar(grep { !$seen{$_} } @bills), 0, 'the client saw every payment';
is scalar(grep { $_ > 1 } values %seen), 0, 'each once';
$live->close;


# a reload that fails changes nothing

my $conf = Phone::Env::slurp($p->dir . '/nginx.conf');
$p->write('nginx.conf', $conf =~ s/phone_fetch_allow/phone_no_such_directive/r);
kill 'HUP', $p->{pid};
ok $p->wait_log(qr/unknown directive "phone_no_such_directive"/), 'refused';
$p->{allow} = qr/unknown directive/;
is $p->pay($payer, bill(), $card)->{status}, 200, 'and the old workers go on';
$p->write('nginx.conf', $conf);
$p->reload(wait => 1);
is $p->pay($payer, bill(), $card)->{status}, 200, 'a good one follows';


# a worker dies between commit and notice

ok $backend->wait_for(42), 'all notices so far' or diag scalar $backend->requests;
$backend->behave('silent', 'ok');
my $bill = bill();
$p->pay($payer, $bill, $card);
ok $backend->wait_for(43), 'the notice is under way';
$p->kill_worker('KILL', $_) for $p->workers;
ok wait_for(sub {
    grep { $_->{form}{bill_id} eq $bill && $_->{behavior} eq 'ok' } $backend->requests;
}), 'its worker killed: the notice still goes out';


# clients that go away

for my $when (0, 0.002, 0.01) {
    my $socket = $p->connect;
    my $next = bill();
    my $form = "card_id=$card&pin=" . Phone::Product::PIN;
    syswrite $socket, "POST /pay/bills/$next/pay HTTP/1.1\r\nHost: x\r\n"
        . "Cookie: $payer->{cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        . 'Content-Length: ' . length($form) . "\r\n\r\n$form";
    select undef, undef, undef, $when;
    close $socket;
    my $reply = patient { $p->pay($payer, $next, $card) };
    ok $reply->{json}{code} =~ /^(?:OK|BILL_PAID)$/, "gone after $when s: paid, by one or the other";
}

for (1 .. 20) {
    my $socket = $p->connect;
    syswrite $socket, "GET /live HTTP/1.1\r\nHost: x\r\nCookie: $payer->{cookie}\r\n\r\n";
    select undef, undef, undef, 0.005 * ($_ % 4);
    close $socket;
}

$p->books_are_right;
$p->stop;


# one process

my $single = Phone::Product->new(stopped => 1, workers => 0);
my $text = Phone::Env::slurp($single->dir . '/nginx.conf');
$text =~ s/master_process on/master_process off/;
$text =~ s/worker_processes 0;//;
$single->write('nginx.conf', $text);
$single->start;
my $corner = $single->shop('corner');
my $alone = $single->payer('13800000002', 1000);
my $made = $single->bill($corner, out_trade_no => 1, amount => 100,
    payer_phone => $alone->{phone}, subject => 'tea')->{json};
is $single->pay($alone, $made->{bill_id}, $alone->{cards}[0])->{json}{status}, 'PAID',
    'master_process off';
$single->books_are_right;

done_testing;
