# Strangers fill no store: a flood of codes and wrong logins for ever other
# numbers, from ever other networks, and bills are made and paid all the time.
# What is left of the memory is for money and for known browsers.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use POSIX ();

my $limit = 64 << 20;
my $merchant = Phone::Merchant->new;
my $p = Phone::Product->new(workers => 1, redis => { maxmemory => $limit },
    stopped => 1, allow => qr/redis uses \d+ of \d+ bytes/);
my $token = 'gateway-token-for-tests';

$p->write('gateway.token', "$token\n", 0600);
$p->configure(location => 'location /sms/ { access_log off; phone_sms; }', http => <<END);
phone_gateway_token_file @{[$p->dir]}/gateway.token;
phone_address_tries 10000;
phone_code_cap 2000;
phone_bill_day_payer 1000000;
set_real_ip_from 127.0.0.1;
real_ip_header X-Real-IP;
END
$p->start;

my $shop = $p->shop('tea-shop', notify_url => $merchant->url, reply_sign => 0);
my $payer = $p->payer('13800000001', 100000000);
my $serial = 0;

sub from { return headers => { 'X-Real-IP' => $_[0] } }

sub pay {
    my $bill = $p->bill($shop, out_trade_no => 'N' . ++$serial, amount => 100,
        payer_phone => $payer->{phone}, subject => 'tea')->{json}{bill_id} or return 0;
    return $p->pay($payer, $bill, $payer->{cards}[0])->{status} == 200;
}

sub used {
    my ($used) = $p->redis->command('INFO', 'memory') =~ /^used_memory:(\d+)/m;
    return $used;
}

sub memory_low { ($p->get('/metrics')->{content} =~ /^phone_store_memory_low (\d)$/m)[0] // -1 }

# a stranger of his own network and number

my $strangers = 0;

sub stranger {
    my ($path, $n) = @_;
    return $p->post($path, { phone => sprintf('137%08d', $n),
        $path eq '/login' ? (password => 'wrong-wrong') : () },
        from(sprintf '10.%d.%d.1', $n / 256 % 256, $n % 256))->{status};
}


# A text for the merchant, as long as one can be, of a number that sends twenty

my $emoji = '%F0%9F%98%80' x 494;
my $texts = 0;

sub text {
    my ($words) = @_;
    my $n = $texts++;
    return $p->get(sprintf '/sms/in?token=%s&from=%%2B86136%08d&text=pizza%%20%s&id=m%d', $token,
        $n / 20, $words, $n)->{status};
}

$p->operator('merchants/tea-shop/keywords', keyword => 'pizza');


# The flood: four at once, each bounded; bills are paid meanwhile

my $before = used();
my @flood;
for my $k (0 .. 3) {
    my $pid = fork();
    die "fork: $!\n" unless defined $pid;
    if (!$pid) {
        eval { stranger($_ % 50 ? '/login/code' : '/login', 4 * $_ + $k) } for 1 .. 1000;
        POSIX::_exit(0);
    }
    push @flood, $pid;
}

my ($paid, $asked) = (0, 0);
my %gone;
while (keys %gone < @flood) {
    $asked++;
    $paid++ if pay();
    for my $pid (@flood) {
        $gone{$pid} = 1 if !$gone{$pid} && waitpid($pid, POSIX::WNOHANG()) == $pid;
    }
}

is $paid, $asked, "all $asked bills were made and paid during the flood";

my $taken = used() - $before;
note sprintf '4,000 calls of strangers, and %d bills, took %d bytes', $asked, $taken;
cmp_ok used(), '<', $limit, 'the store is not full';


# The reserve: so little is left that strangers get none of it

$p->redis->command('CONFIG', 'SET', 'maxmemory', used() + (8 << 20));

ok wait_for(sub { stranger('/login/code', 5000) == 503 }),
    'with little left no code is sent to an unknown browser';
is stranger('/login', 5001), 503, 'nor is a password looked at';
ok wait_for(sub { memory_low() == 1 }), 'the metrics say so';
is scalar(grep { !pay() } 1 .. 5), 0, 'bills are made and paid';

my $used = used();
is scalar(grep { text($emoji) != 200 } 1 .. 200), 0, 'texts for the merchant are taken';
$taken = (used() - $used) / 200;
note sprintf 'each took %d bytes', $taken;
cmp_ok $taken, '<', 1500, 'and are not kept';

is $p->login($payer)->{status}, 200, 'a known browser logs in';

$p->redis->command('CONFIG', 'SET', 'maxmemory', 8 * $limit);

ok wait_for(sub { stranger('/login/code', 5002) == 202 }), 'then strangers are served again';
ok wait_for(sub { memory_low() == 0 }), 'and the metrics say that';

text($emoji) for 1 .. 400;               # which make the sketches
$used = used();
is scalar(grep { text($emoji) != 200 } 1 .. 400), 0, 'texts for the merchant are taken';
$taken = (used() - $used) / 400;
note sprintf 'each took %d bytes', $taken;
cmp_ok $taken, '<', 6000, 'and are kept, in few bytes';

done_testing;
