# A merchant who hangs with thousands of notices due: what they cost does not
# grow with their number, another merchant is served at once, a killed worker
# leaves none behind, and when he answers again all of them arrive.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Backlog qw(seed cost);
use Time::HiRes ();

my $many = 6000;
my $p = Phone::Product->new(
    http => 'phone_pump interval=500ms; phone_lease 20s; phone_notice_schedule 1s 1s 1s 1s;');
my $silent = Phone::Merchant->new('silent');
my $quick = Phone::Merchant->new;
my $payer = $p->payer('13800000001', 1000000);
my $hung = $p->shop('hung', notify_url => $silent->url);
my $other = $p->shop('other', notify_url => $quick->url);
my $serial = 0;

sub paid {
    my ($shop) = @_;
    my $order = 'T' . ++$serial;
    my $bill = patient { $p->bill($shop, out_trade_no => $order, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea') }->{json}{bill_id};
    is patient { $p->pay($payer, $bill, $payer->{cards}[0], pay_id => 'once') }->{status}, 200, "$serial is paid";
    return $bill;
}

sub parked {
    my $n = 0;
    $n += $p->redis->command('ZCARD', $_) for $p->redis->keys('phone:*:parked:*');
    return $n;
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}

my $bill = paid($hung);
seed($p, $bill, 'hung', $many);
ok wait_for(sub { parked() > $many - 100 }), 'what there is no room for is parked';

my ($commits) = cost($p, 6);
cmp_ok $commits, '<', 500, "and costs little from then on: $commits commits/s";

paid($other);
my $start = Time::HiRes::time();
ok $quick->wait_for(1), 'another merchant is told at once';
cmp_ok +($quick->requests)[0]{time} - $start, '<', 4, 'not after a time-out, 5 s';

my $sent = $silent->requests;
cmp_ok $sent, '>=', 8, 'his own are tried all the while';
ok wait_for(sub { scalar($silent->requests) > $sent }), 'one after another';
cmp_ok metric('phone_events_parked_total'), '>', $many - 100, 'it is counted';
ok wait_for(sub { metric('phone_events_parked_age_seconds') > 5 }),
    'and how long the oldest of them waits';

ok wait_for(sub { my $n = metric('phone_events_parked_now'); $n > 0.7 * parked() && $n < 1.2 * parked() }),
    'and how many there are' or diag metric('phone_events_parked_now'), ' of ', parked();

$p->kill_worker;
$silent->behave('ok');
$sent = parked();
ok wait_for(sub { parked() < $sent - 200 }), 'when he answers they go out, a worker killed meanwhile'
    or diag parked();

# all of a few: none is left behind

$p->redis->command('DEL', $p->redis->keys('phone:*:parked:*'), $p->redis->keys('phone:*:due'));
eval { $p->operator("notices/$bill.bill.1/replay") };      # if that was among them
$silent->behave('silent');
my @few = map { paid($hung) } 1 .. 24;
ok wait_for(sub { parked() > 0 }), 'some are parked';
$p->kill_worker;
$silent->behave('ok');
ok wait_for(sub { !grep { ($p->notice($_)->{state} || '') ne 'ACKED' } @few }, 180),
    'all are acknowledged in the end';
ok wait_for(sub { parked() == 0 && !$p->redis->keys('phone:*:due') }), 'and nothing waits';
ok wait_for(sub { metric('phone_events_parked_now') == 0 }), 'nor is counted';

$p->books_are_right;
done_testing;
