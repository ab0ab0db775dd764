# Redis with users: what docs/operations.md grants is enough for everything, and
# who is not let in is told why.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp top);
use Phone::Merchant;
use Phone::Redis;
use IO::Socket::UNIX;

my ($rights) = slurp(top() . '/docs/operations.md') =~ /^user ngx_phone on >password (.*)$/m;
ok $rights, 'the rights that the documents name';

my $redis = Phone::Redis->new(appendfsync => 'always');
$redis->command('ACL', 'SETUSER', 'ngx_phone', 'on', '>password', split ' ', $rights);

my $p = Phone::Product->new(redis => 0, stopped => 1, store => 'unix:' . $redis->socket, workers => 2, safe => 1,
    http => 'phone_pump interval=200ms;', allow => qr/redis/);
$p->{redis} = $redis;
$p->write('redis.password', "password\n", 0600);
$p->write('redis.wrong', "wrong\n", 0600);

sub store {
    $p->configure(store => 'unix:' . $redis->socket . " @_");
}

my $dir = $p->dir;
store('user=ngx_phone', "password_file=$dir/redis.password");
$p->start;


# The whole story

my $backend = Phone::Merchant->new('500', 'ok');
my $shop = $p->shop('tea', notify_url => $backend->url);
my $payer = $p->payer('13800000001', 100000);
my $live = $p->events('/live', cookie => $payer->{cookie});
my $bill = $p->bill($shop, out_trade_no => 1, amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea')->{json};
is $p->pay($payer, $bill->{bill_id}, $payer->{cards}[0])->{status}, 200, 'a bill is paid';
ok $backend->wait_for(1), 'the merchant is told';
is $p->post('/login/code', { phone => '13800000002' })->{status}, 202, 'a code';
ok wait_for(sub { $p->sms >= 1 }), 'is sent';
is $p->query($shop, out_trade_no => 1)->{json}{status}, 'PAID', 'a query';
is $p->get('/pay/bills', cookie => $payer->{cookie})->{status}, 200, 'a list';
is $p->post('/logout', {}, cookie => $payer->{cookie})->{status}, 200, 'a logout';
select undef, undef, undef, 3;
$p->books_are_right;
unlike $p->log, qr/\[crit\]|NOPERM|permission/, 'no right was missing';
is_deeply $redis->command('ACL', 'LOG'), [], 'Redis has refused nothing';


# A right that is missing

$redis->command('ACL', 'SETUSER', 'ngx_phone', '-evalsha', '-eval');
my $reply = $p->bill($shop, out_trade_no => 2, amount => 100,
                     payer_phone => $payer->{phone}, subject => 'tea');
is $reply->{status}, 503, 'no script: 503' or diag $reply->{content};
my $began = time;
$p->bill($shop, out_trade_no => 2, amount => 100, payer_phone => $payer->{phone},
         subject => 'tea') for 1 .. 20;
my $lines = () = $p->log =~ /\[crit\].*redis refused a commit.*NOPERM.*grant its user/g;
cmp_ok $lines, '>=', 1, 'the log says what to grant';
cmp_ok $lines, '<=', 2 * (time - $began + 2), 'once a second, each worker';
$redis->command('ACL', 'SETUSER', 'ngx_phone', '+evalsha', '+eval');
$reply = patient { $p->bill($shop, out_trade_no => 2, amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea') };
is $reply->{status}, 200, 'granted: it works';

$redis->command('ACL', 'SETUSER', 'ngx_phone', '-rpush');
$bill = $reply->{json};
$payer = { phone => '13800000001', cards => $payer->{cards} };
patient { $p->login($payer) };
$reply = $p->pay($payer, $bill->{bill_id}, $payer->{cards}[0]);
isnt $reply->{status}, 200, 'half of the script: not paid, as far as we know';
isnt $reply->{status}, 500, 'no error of ours' or diag $reply->{content};
$redis->command('ACL', 'SETUSER', 'ngx_phone', '+rpush');

$redis->command('ACL', 'SETUSER', 'ngx_phone', '-info');
ok wait_for(sub { $p->check->{status} == 503 }), 'no INFO: the store is not used';
ok $p->wait_log(qr/\[crit\].*it answers INFO with "NOPERM/), 'and the log names it';
$redis->command('ACL', 'SETUSER', 'ngx_phone', '+info');
ok wait_for(sub { $p->check->{status} == 200 }), 'granted: it is';


# Not let in

sub log_after {
    my ($change, $pattern, $name) = @_;
    my $had = length $p->log;
    $change->();
    ok wait_for(sub { substr($p->log, $had) =~ $pattern }), $name
        or diag substr $p->log, $had;
    unlike substr($p->log, $had), qr/INFO contains no/, "$name: nothing else";
}

log_after(sub { store('user=ngx_phone', "password_file=$dir/redis.wrong"); $p->reload },
    qr/\[crit\].*does not know this user with this password/, 'a wrong password');
$redis->command('CONFIG', 'SET', 'requirepass', 'password');
$redis->close;
log_after(sub { store(); $p->reload }, qr/\[crit\].*it wants a password/, 'no password');

log_after(sub { store("password_file=$dir/redis.password"); $p->reload(wait => 1);
                $p->check },
    qr/exiting|exit/, 'the right one');
ok wait_for(sub { $p->check->{status} == 200 }), 'is let in';

store('user=ngx_phone');
my ($code, $text) = $p->test_config;
isnt $code, 0, 'a user without a password';
like $text, qr/"phone_redis" directive has "user=" without "password_file="/, 'says so';


# As many clients as it may have

store("password_file=$dir/redis.password");
$p->stop;
my $keep = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $redis->socket);
syswrite $keep, "AUTH password\r\nCONFIG SET maxclients 1\r\n";
sysread $keep, my $said, 100;
log_after(sub { $p->start }, qr/as many clients as it may: raise its "maxclients"/,
    'too many clients');
syswrite $keep, "CONFIG SET maxclients 100\r\n";
ok wait_for(sub { $p->check->{status} == 200 }), 'room: it is used';

done_testing;
