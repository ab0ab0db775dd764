# The configuration of README.md, as it stands there with the files of conf/,
# does what it says: a login by code, a bill, a payment, a notice.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Env qw(load_module slurp top);

my $p = Phone::Product->new(stopped => 1);
my $dir = $p->dir;

my $readme = slurp(top() . '/README.md');
my ($text) = $readme =~ /^```nginx\n(.*?)^```/ms;
ok $text, 'README.md has a configuration';

# The folder of logs is made as it says.  The user of the workers is the one
# that it names: they may enter the scratch folder, and are not root.

my ($install) = $readme =~ m{`(install -d /var/log/ngx_phone)`};
ok $install, 'and how the folder of logs is made';
my $log = "$dir/var-log";
system($install =~ s{/var/log/ngx_phone}{$log}r) == 0 or die "$install: $?\n";
symlink "$log/sms.log", "$dir/sms.log" or die "symlink: $!\n";

# the socket of Redis is for the group that its unit names

if ($> == 0) {
    my ($group) = slurp(top() . '/conf/ngx_phone-redis.service') =~ /^Group=(\S+)/m;
    chown(0, scalar getgrnam $group, $p->redis->socket) and chmod 0770, $p->redis->socket
        or die "the socket of Redis: $!\n";
}

my $load = load_module();
my ($port, $operator) = ($p->port, $p->port('operator'));

for ($text) {
    s{^load_module [^;]*;}{$load daemon off; worker_processes 2; pid $dir/nginx.pid;
        error_log $dir/logs/error.log info;}m or die;
    s{/etc/ngx_phone}{$dir}g;
    s{/var/log/ngx_phone}{$log}g;
    s{listen 80;}{listen 127.0.0.1:$port;} or die;
    s{listen 127\.0\.0\.1:8081;}{listen 127.0.0.1:$operator;} or die;
    s{resolver +192\.0\.2\.53;}{resolver 127.0.0.1:9;} or die;

    # this machine's: where files go, and a merchant who lives here
    my $here = join ' ', "access_log $dir/logs/access.log;", 'phone_fetch_allow 127.0.0.0/8;',
        map { "${_}_temp_path $dir/temp/$_;" } qw(client_body proxy fastcgi uwsgi scgi);
    s{^http \{}{http \{ $here}m or die;
}

# conf/ as an operator has it: Product has put the paths in
my $fetch = slurp("$dir/fetch.conf");
$fetch =~ s/^phone_fetch_log/# phone_fetch_log/m;
$p->write('fetch.conf', $fetch);
$p->write('nginx.conf', $text);

my ($code, $out) = $p->test_config;
is $code, 0, 'nginx takes it' or diag $out;
$p->start;

sub operator {
    my ($path, %form) = @_;
    local $p->{ports}{''} = $operator;
    return $p->operator($path, %form);
}

my $backend = Phone::Merchant->new;
my $key = Phone::Sign::key('shop');
operator('merchants', merchant_id => 'tea', name => 'Tea', sign_type => 'RSA2',
    public_key => slurp($key->{public}), notify_url => $backend->url);
my $shop = Phone::Sign->new(merchant_id => 'tea', key => $key, sign_type => 'RSA2');
my $payer = { phone => '+8613800000001' };
operator('accounts', phone => $payer->{phone}, name => 'Li', password => $p->PASSWORD);
my $card = operator('bank-cards', phone => $payer->{phone}, balance => 1000,
    card_no => $p->card_no)->{card_id};

is $p->post('/login/code', { phone => $payer->{phone} })->{status}, 202, 'a code is asked for';
ok wait_for(sub { $p->sms($payer->{phone}) }), 'and written where it says';
is $p->login($payer)->{status}, 200, 'a login';
is $p->post('/pay/pin', { pin => $p->PIN }, cookie => $payer->{cookie})->{status}, 200, 'a PIN';

my $bill = $p->bill($shop, out_trade_no => 1, amount => 100, payer_phone => $payer->{phone},
    subject => 'tea')->{json};
is $p->pay($payer, $bill->{bill_id}, $card)->{json}{status}, 'PAID', 'a payment';
ok $backend->wait_for(1), 'and the notice arrives';
is $p->get('/operator/check')->{status}, 404, 'the operator is not for the public';

done_testing;
