# Replies that are no longer in step with their commands, and a master that has
# become a replica: the connection is given up, nobody gets what is another's, and
# nobody is told of an internal error.

use lib 't/lib';
use Phone::Product;
use Phone::FakeRedis;
use Phone::Redis;

my $redis = Phone::Redis->new;
my $fake = Phone::FakeRedis->new(behavior => 'proxy', upstream => $redis->socket);
my $p = Phone::Product->new(
    redis => 0, stopped => 1, workers => 1, store => 'unix:' . $fake->socket,
    http => 'phone_pump interval=200ms;', allow => qr/redis answered/,
);
$p->{redis} = $redis;
$p->start;

my $shop = $p->shop('tea', reply_sign => 0);
my @payers = map { $p->payer("1380000000$_", 1000000) } 1 .. 4;
my $serial = 0;

sub bill {
    my ($payer) = @_;
    my $reply;
    wait_for(sub {
        $reply = $p->bill($shop, out_trade_no => 'T' . ++$serial, amount => 100,
            payer_phone => $payer->{phone}, subject => 'tea');
        $reply->{status} == 200;
    }) or diag $reply->{content};
    return $reply->{json}{bill_id};
}

sub recovers {
    my ($name) = @_;
    $fake->behave('proxy');
    my @reply;
    ok wait_for(sub {
        @reply = map { $p->get('/me', cookie => $payers[0]{cookie})->{status} } 1 .. 8;
        !grep { $_ != 200 } @reply;
    }), "$name: in step again" or diag "@reply";

    # a call that loses the only connection while the others back off gets 503

    ok wait_for(sub {
        $p->get('/metrics')->{content} =~ /^phone_store_connected 2$/m;
    }), "$name: all connections are up";
}

my %stray = (
    status => '+OK', number => ':7', nil => '$-1', text => "\$3\r\nabc", empty => '*0',
    pair => "*2\r\n\$1\r\na\r\n\$1\r\nb", error => '-ERR stray',
);

for my $kind (sort keys %stray) {
    for my $command ($kind eq 'error' ? () : qw(HMGET ZREVRANGEBYSCORE EVALSHA)) {

        # a number in place of a commit's is one of its own
        next if $command eq 'EVALSHA' && $kind eq 'number';

        my @bills = map { bill($_) } @payers;
        my $connects = $fake->connects;
        $fake->behave('proxy', text => $stray{$kind}, stray => "^$command", times => 2);

        my @told = $p->parallel(12, sub {
            my $payer = $payers[$_[0] % 4];
            my $reply = $_[0] % 3 == 0 ? $p->pay($payer, $bills[$_[0] % 4], $payer->{cards}[0])
                      : $_[0] % 3 == 1 ? $p->get('/pay/bills', cookie => $payer->{cookie})
                      : $p->get('/me', cookie => $payer->{cookie});
            my $whose = $reply->{json}{phone} || '';
            $whose = join ' ', grep { $_ } $whose, $reply->{content} =~ /"payer_phone":"(\d+)"/g;
            my $wrong = grep { $_ ne "+86$payer->{phone}" } split / /, $whose;
            return "$reply->{status} $reply->{json}{code}" . ($wrong ? " of $whose" : '');
        });

        my @bad = grep { !/^(?:200 OK|503 STORE_UNAVAILABLE|409 BILL_PAID)$/ } @told;
        is_deeply \@bad, [], "$kind before $command: an answer of one's own, or try again";
        recovers("$kind before $command");
        ok wait_for(sub { $fake->connects > $connects }), "$kind before $command: another connection";
    }
}

unlike $p->log, qr/INTERNAL/, 'no internal error';

# a number that is no guard's: what became of the commit is asked for again

{
    my $bill = bill($payers[0]);
    $fake->behave('proxy', text => ':99', stray => '^EVALSHA .*PAID');
    is $p->pay($payers[0], $bill, $payers[0]{cards}[0])->{status}, 200, 'a stray number: paid';
    recovers('a stray number');
}

# the address moves to another server, the old one is a replica

{
    my $bill = bill($payers[0]);
    $fake->behave('proxy', demoted => 1);
    my $reply;
    ok wait_for(sub {
        $reply = $p->pay($payers[0], $bill, $payers[0]{cards}[0]);
        $reply->{status} != 503;
    }), 'a master was demoted: the new one is found';
    is $reply->{status}, 200, 'and paid there' or diag $reply->{content};

    # by a connection that is older than that
    ok wait_for(sub {
        bill($payers[0]);
        $p->log =~ /redis ".*": it is a read-only replica, next try in/;
    }), 'the log says why';
}

# all that answers is a replica: 503, and no storm of connections

{
    my $bill = bill($payers[0]);
    my $other = Phone::Redis->new;
    $other->command('REPLICAOF', '127.0.0.1', '1');
    my $connects = $fake->connects;
    $fake->behave('proxy', demoted => 1, upstream => $other->socket);
    my $began = time;
    my @status = map { $p->pay($payers[0], $bill, $payers[0]{cards}[0])->{status} } 1 .. 60;
    is scalar(grep { $_ != 503 } @status), 0, 'only a replica: 503';
    cmp_ok $fake->connects - $connects, '<', 40 + 2 * (time - $began), 'and few connections';
    $other->stop;
    recovers('the master is back');
}

# stray replies when a connection is made: no operator has to act

for my $kind (qw(nil empty pair)) {
    my $had = length $p->log;
    $fake->behave('proxy', text => $stray{$kind}, stray => '^HMGET phone:store');
    $fake->stop;
    $fake->start;
    ok wait_for(sub {
        $p->get('/me', cookie => $payers[0]{cookie});
        substr($p->log, $had) =~ /unexpected reply to HMGET/;
    }), "$kind in place of the store: the connection is not used";
    recovers("$kind in place of the store");
}

$p->books_are_right;
done_testing;
