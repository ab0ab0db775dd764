# Bills are handed on, on real nginx and Redis: fifty calls at once, of which one
# decides; a story from hand to hand; and a worker that is killed meanwhile.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;

my $merchant = Phone::Merchant->new;

# a lease that ends soon: events of a worker that was killed wait for that

my $p = Phone::Product->new(workers => 2,
    http => 'phone_bill_handed_day 100; phone_lease 3s; phone_pump interval=200ms;');
my $shop = $p->shop('tea', reply_sign => 0, notify_url => $merchant->url);
my $li = $p->payer('13800000001', 1000000);
my $wang = $p->payer('13800000002', 1000000);
my $zhao = $p->payer('13800000003', 1000000);
my $serial;

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}

sub bill {
    my $order = 'T' . ++$serial;

    return (patient { $p->bill($shop, out_trade_no => $order, amount => 100, payer_phone => $li->{phone},
                               subject => 'tea') }->{json}{bill_id}, $order);
}

sub call {
    my ($who, $call, $bill_id, %field) = @_;

    return $p->post("/pay/bills/$bill_id/$call", \%field, cookie => $who->{cookie});
}

sub newest { return $p->bills(shift)->[0]{bill_id} }

sub offered {
    my ($bill_id, $order) = bill();

    is call($li, 'delegate', $bill_id, phone => $wang->{phone})->{status}, 200, 'handed on';
    return (newest($wang), $order, $bill_id);
}

sub status { my ($order) = @_; return patient { $p->query($shop, out_trade_no => $order) }->{json} }


# fifty at once: half of them hand it on, half pay

my ($bill_id, $order) = bill();

my @answers = $p->parallel(50, sub {
    my $reply = $_[0] % 2 ? call($li, 'delegate', $bill_id, phone => $wang->{phone})
                          : $p->pay($li, $bill_id, $li->{cards}[0]);
    return ($_[0] % 2 ? 'delegate ' : 'pay ') . $reply->{json}{code};
});
my $tally = tally(@answers);

if ($tally->{'pay OK'}) {
    is_deeply $tally, { 'pay OK' => 1, 'pay BILL_PAID' => 24, 'delegate BILL_PAID' => 25 },
        'paid: never handed on' or diag explain $tally;
    is scalar @{ $p->bills($wang) }, 0, 'nobody else has it';

} else {
    is_deeply $tally, { 'delegate OK' => 25, 'pay BILL_HANDED_ON' => 25 },
        'handed on: never paid' or diag explain $tally;
    is scalar @{ $p->bills($wang) }, 1, 'once';
}


# to fifty numbers: one gets it

($bill_id, $order) = bill();

@answers = $p->parallel(50, sub {
    my $reply = call($li, 'delegate', $bill_id, phone => sprintf '139000000%02d', $_[0]);
    return $reply->{json}{code};
});
is_deeply tally(@answers), { OK => 1, BILL_HANDED_ON => 49 }, 'one of fifty gets it';
like status($order)->{status}, qr{^(?:CREATED|PUSHED)$}, 'the shop sees an open bill';


# accepted and declined

my $first;
($bill_id, $order, $first) = offered();

@answers = $p->parallel(50, sub {
    my $reply = call($wang, $_[0] % 2 ? 'accept' : 'decline', $bill_id);
    return ($_[0] % 2 ? 'accept ' : 'decline ') . $reply->{json}{code};
});
$tally = tally(@answers);

if ($tally->{'accept OK'}) {
    is_deeply $tally, { 'accept OK' => 25, 'decline BILL_NOT_OFFERED' => 25 }, 'accepted'
        or diag explain $tally;
    is $p->bills($li)->[0]{status}, 'HANDED_ON', 'it has not come back';

} else {
    is_deeply $tally, { 'decline OK' => 25, 'accept BILL_HANDED_ON' => 25 }, 'declined'
        or diag explain $tally;
    is $p->bills($li)->[0]{declined_by}, '+8613800000002', 'it has come back';
    is scalar(grep { $_->{out_trade_no} eq $order } @{ $p->bills($li) }), 1, 'once';
}


# accepted, on two terms

($bill_id, $order) = offered();

@answers = $p->parallel(50, sub {
    my $reply = call($wang, 'accept', $bill_id, tell_merchant => $_[0] % 2);
    return ($_[0] % 2) . " $reply->{json}{code}";
});
$tally = tally(@answers);
my $terms = $tally->{'1 OK'} ? 1 : 0;

is_deeply $tally, { "$terms OK" => 25, (1 - $terms) . ' EXISTS' => 25 }, 'one of two terms'
    or diag explain $tally;


# closed while it goes from hand to hand

for my $round (1 .. 6) {
    ($bill_id, $order) = bill();

    my %close = $shop->call('bill.close', out_trade_no => $order);

    my ($closed, $handed) = $p->parallel(2, sub {
        return ($_[0] == 1 ? $p->post('/pay/close', \%close)
                : call($li, 'delegate', $bill_id, phone => $wang->{phone}))->{json}{code};
    });

    is $closed, 'OK', 'the shop can always close it';
    like $handed, qr/^(?:OK|BILL_CLOSED)\z/, 'handed on before, or not';
    is status($order)->{status}, 'CLOSED', 'closed it is';

    if ($handed eq 'OK') {
        is call($wang, 'accept', newest($wang))->{json}{code}, 'BILL_CLOSED', 'for all';
    }
}


# from hand to hand, with a worker killed now and then

my %due;

for my $round (1 .. 8) {
    ($bill_id, $order) = bill();
    $first = $bill_id;

    my ($killer) = $round % 2 ? $p->workers : ();

    my @steps = (
        sub { call($li, 'delegate', $bill_id, phone => $wang->{phone}) },
        sub { call($wang, 'accept', $bill_id = newest($wang), tell_merchant => $round % 2) },
        sub { call($wang, 'delegate', $bill_id, phone => $zhao->{phone}) },
        $round % 4 == 0 ? sub { call($zhao, 'decline', newest($zhao)) }
                        : sub { call($zhao, 'accept', $bill_id = newest($zhao),
                                     tell_merchant => $round % 2) },
        $round % 4 == 0 ? sub { $p->pay($wang, $bill_id = newest($wang), $wang->{cards}[0]) }
                        : sub { $p->pay($zhao, $bill_id, $zhao->{cards}[0]) },
    );

    for my $i (0 .. $#steps) {
        if ($killer && $i == 2) {
            $p->{allow_death}{$killer} = 1;
            kill KILL => $killer;
        }

        my $reply;

        wait_for(sub {
            $reply = eval { $steps[$i]->() };
            return $reply && ($reply->{status} == 200 || $reply->{status} == 409);
        });

        # paid by a call whose answer was lost
        ok $reply->{status} == 200 || $reply->{json}{code} eq 'BILL_PAID', "round $round, step $i"
            or diag $reply->{content};
    }

    my $seen = status($order);
    is $seen->{status}, 'PAID', 'the shop sees it paid';
    is $seen->{bill_id}, $first, 'under its id';
    is $seen->{payer_phone}, '+8613800000001', 'the payer it has named';
    is $seen->{paid_by}, $round % 2 ? '+8613800000003' : undef, 'and who has paid, if he agrees';
    is patient { $p->get("/pay/bills/$first", cookie => $li->{cookie}) }->{json}{handed_status}, 'PAID',
        'so does the first payer';
    $due{$first} = 1;
}

wait_for(sub {
    my %told = map { $_->{form}{bill_id} => 1 } $merchant->requests;
    return !grep { !$told{$_} } keys %due;
});

my %told;
push @{ $told{$_->{form}{bill_id}} }, $_->{form} for $merchant->requests;

for my $id (keys %due) {
    my ($notice) = @{ $told{$id} || [] };
    is $notice->{status}, 'PAID', 'its notice' or next;
    is $notice->{payer_phone}, '+8613800000001', 'tells of who was named';
}

$p->books_are_right;

done_testing;
