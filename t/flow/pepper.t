# A host whose pepper is not that of the others: with it no PIN and no code
# fits, and right PINs would lock their owners out on all hosts.  It is refused
# before it does anything.

use lib 't/lib';
use Phone::Product;

my $good = Phone::Product->new(workers => 1);
my $redis = $good->redis;
my $pepper;

ok wait_for(sub { $pepper = $redis->hash('phone:store')->{pepper} }, 5), 'who comes first notes its pepper';
like $pepper, qr/^[0-9a-f]{32}$/, 'what tells it from another one';
unlike Phone::Env::slurp("$good->{dir}/pepper"), qr/\Q$pepper/, 'and nothing of it';

my $payer = $good->payer('13800000001', 100000);
my $shop = $good->shop('tea', reply_sign => 0);
my $bill = $good->bill($shop, out_trade_no => 1, amount => 100,
    payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id};

my $host = Phone::Product->new(redis => 0, stopped => 1, workers => 1,
    store => 'unix:' . $redis->socket, allow => qr/another "phone_pepper_file"/);
my $right = Phone::Env::slurp("$host->{dir}/pepper");
$host->write('pepper', 'f' x 64, 0600);
$host->start;

is $host->pay($payer, $bill, $payer->{cards}[0])->{status}, 503, 'a right PIN: 503' for 1 .. 6;
is $host->login({ %$payer })->{status}, 503, 'a login: 503';
ok wait_for(sub { $host->get('/metrics')->{content} =~ /^phone_store_up 0/m }, 5), 'phone_store_up is 0';
ok $host->wait_log(qr/\[crit\].*another "phone_pepper_file": give this host the one of the others/),
    '[crit] says what to do';
is $redis->hash('phone:store')->{pepper}, $pepper, 'the store is left alone';

is $good->pay($payer, $bill, $payer->{cards}[0])->{status}, 200, 'nothing was counted: the other host pays';

$host->write('pepper', $right, 0600);
$host->reload(wait => 1);
is patient { $host->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'with the right one it works';


# Lost for good: an operator says so

$_->stop for $host, $good;
$redis->command('HDEL', 'phone:store', 'pepper');
$good->write('pepper', 'e' x 64, 0600);
$good->start;
is patient { $good->get('/me', cookie => $payer->{cookie}) }->{status}, 200, 'a new one is taken';
ok wait_for(sub { ($redis->hash('phone:store')->{pepper} || $pepper) ne $pepper }, 5), 'and noted';

$good->books_are_right;
done_testing;
