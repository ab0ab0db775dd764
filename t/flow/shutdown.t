# worker_shutdown_timeout is the end: a store that does not answer, a name that is
# not found and a merchant who is silent keep no worker longer.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use IO::Socket::INET;
use Time::HiRes ();

my $deaf = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die;

my $p = Phone::Product->new(workers => 2, allow => qr/redis|fetch/,
    main => 'worker_shutdown_timeout 1s;',
    http => 'phone_call_timeout 30s; phone_fetch_timeout 20s; phone_notice_schedule 60s;'
          . 'resolver 127.0.0.1:' . $deaf->sockport . '; resolver_timeout 15s;');
my $payer = $p->payer('13800000001', 100000);
my $silent = Phone::Merchant->new('silent');
my $serial = 0;

sub paid {
    my ($url) = @_;
    my $shop = $p->shop('m' . ++$serial, notify_url => $url);
    my $bill = $p->bill($shop, out_trade_no => $serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};
    is $p->pay($payer, $bill, $payer->{cards}[0])->{status}, 200, 'paid';
}

# From the reload until the workers of before have gone.

sub took {
    my (@old) = $p->workers;
    my $started = Time::HiRes::time();
    kill 'HUP', $p->{pid};
    wait_for(sub { !grep { kill 0, $_ } @old });
    return Time::HiRes::time() - $started;
}

paid($silent->url);
ok $silent->wait_for(1), 'a merchant is silent';
cmp_ok took(), '<', 12, 'and keeps no worker';

paid('http://nowhere.test/notice');
cmp_ok took(), '<', 12, 'a name that is not found keeps none';

my $redis = $p->redis->{pid};
kill 'STOP', $redis;
my @calls = map { my $socket = $p->connect;
                  syswrite $socket, "GET /me HTTP/1.1\r\nHost: x\r\nCookie: $payer->{cookie}\r\n\r\n";
                  $socket } 1 .. 4;
select undef, undef, undef, 0.3;
my $took = took();
kill 'CONT', $redis;
cmp_ok $took, '<', 12, 'a store that does not answer keeps none';

my $reply = patient { $p->get('/me', cookie => $payer->{cookie}) };
is $reply->{status}, 200, 'the next workers go on';
$p->books_are_right;

done_testing;
