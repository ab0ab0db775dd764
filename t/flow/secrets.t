# A host whose secret or platform key is not that of the others is refused before
# it does anything; one that changes them as docs/operations.md says is not.

use lib 't/lib';
use Phone::Product;
use Phone::Env qw(slurp);
use Phone::Sign;

my $good = Phone::Product->new(workers => 1);
my $redis = $good->redis;

sub noted { return $redis->hash('phone:store') }

ok wait_for(sub { my $store = noted(); $store->{secret} && $store->{'key:p1'} }),
    'who comes first notes its secret and its keys';
like noted()->{secret}, qr/^secret:[0-9a-f]{32}$/, 'what tells it from another one';
my ($print) = noted()->{secret} =~ /:(.*)/;
unlike slurp("$good->{dir}/secret"), qr/$print/, 'and nothing of it';
is noted()->{'key:p1'}, $good->get('/pay/keys')->{json}{keys}[0]{sha256}, 'a key is noted as merchants see it';

my $payer = $good->payer('13800000001', 100000);
my $first = noted();

my $host = Phone::Product->new(redis => 0, stopped => 1, workers => 1,
    store => 'unix:' . $redis->socket, allow => qr/another/);
my %right = map { $_ => slurp("$host->{dir}/$_") } qw(secret platform.key);
my $other = Phone::Sign::key('somebody-else');

sub is_refused {
    my ($why, $name) = @_;
    ok $host->wait_log($why), "$name: [crit] says what to do";
    is $host->login({ %$payer })->{status}, 503, "$name: 503";
    is $host->get('/pay/keys')->{status}, 200, "$name: (what needs no store is answered)";
    ok wait_for(sub { $host->get('/status')->{status} == 503 }), "$name: /status is 503";
    like $host->get('/status')->{content}, qr/"store_state":"(?:down|failing)".*"store_reason":"its /, "$name: with the reason";
    is $host->get('/metrics')->{status}, 200, "$name: /metrics is not";
    is_deeply noted(), $first, "$name: the store is left alone";
}

sub works {
    my ($p, $name) = @_;
    is patient { $p->login({ %$payer }) }->{status}, 200, $name;
    ok wait_for(sub { $p->get('/status')->{status} == 200 }), "$name: /status is 200";
}

$host->write('secret', 'f' x 64, 0600);
$host->start;
is_refused(qr/\[crit\].*another "phone_secret_file": give this host the one of the others/, 'another secret');

$host->write('secret', $right{secret}, 0600);
$host->write('platform.key', slurp($other->{private}), 0600);
$host->reload(wait => 1);
is_refused(qr/\[crit\].*"phone_platform_key" "p1" is another key: give this host the file of the others/, 'another key');

$host->write('platform.key', $right{'platform.key'}, 0600);
$host->reload(wait => 1);
works($host, 'with the right ones it works');


# Another key with an id of its own, announced on one host after the other

sub keys_are {
    my ($p, $lines) = @_;
    my $text = slurp("$p->{dir}/phone.conf") =~ s/^phone_platform_key .*\n//gmr;
    $p->write('next.key', slurp($other->{private}), 0600);
    $p->write('phone.conf', $text . $lines =~ s/DIR/$p->{dir}/gr);
    $p->reload(wait => 1);
}

for my $p ($host, $good) {
    keys_are($p, "phone_platform_key DIR/platform.key p1;\nphone_platform_key DIR/next.key p2 next;\n");
    works($p, 'a next key');
    keys_are($p, "phone_platform_key DIR/platform.key p1 old;\nphone_platform_key DIR/next.key p2;\n");
    works($p, 'it signs');
}
isnt noted()->{'key:p2'}, noted()->{'key:p1'}, 'both are noted';


# Another secret, on one host after the other

sub changed {
    my ($p, $secret) = @_;
    $p->write('secret.before', slurp("$p->{dir}/secret"), 0600);
    $p->write('secret', $secret, 0600);
    both($p);
}

sub both {
    my ($p) = @_;
    my $text = slurp("$p->{dir}/phone.conf") =~ s/^phone_secret_file_before .*\n//gmr;
    $p->write('phone.conf', "${text}phone_secret_file_before $p->{dir}/secret.before;\n");
    $p->reload(wait => 1);
}

# before the next rotation: passwords as well

sub sealed_again {
    my @token = (headers => { Authorization => 'Bearer operator-token-for-tests' });
    patient { $good->post('/operator/secrets/reseal', {}, @token) };
    ok wait_for(sub { ($good->get('/operator/secrets', @token)->{json}{job} || '') eq 'DONE' }),
        'all is sealed again';
}

for my $secret ('a' x 64, 'b' x 64) {
    changed($host, $secret);
    works($host, 'another secret');
    $good->reload(wait => 1);
    works($good, 'the host that still has the one before') if $secret =~ /a/;
    changed($good, $secret);
    works($_, 'all have it') for $host, $good;
    sealed_again();
}


# A text that was put by a host with a new secret, due at one that lacks it: the
# one that has it takes no events for now

sub texts { return scalar map { $_->sms($_[0]) } $host, $good }

changed($good, 'c' x 64);
my $http = $good->{http};
$good->configure(http => "$http phone_pump off;");
both($good);
works($good, 'it takes calls and no events');
is $good->post('/login/code', { phone => '13800000002' })->{status}, 202, 'a code is asked for';
ok $host->wait_log(qr/\[warn\].*sms.send needs a "phone_secret_file" that this host does not have: key [0-9a-f]{12}/),
    'the other host cannot read the text, and says so';
is texts('+8613800000002'), 0, 'it is not sent yet';
is scalar(my @kept = $redis->keys("phone:*:sms:*")), 1, 'it is kept';
$good->configure(http => $http);
both($good);
$host->stop;
ok wait_for(sub { texts('+8613800000002') == 1 }), 'whose secret it is sends it';
$host->start;
changed($host, 'c' x 64);
works($_, 'all have it') for $host, $good;
sealed_again();


# As docs/operations.md says: all hosts can read the new one before any uses it

sub secrets_are {
    my ($p, $secret, $before) = @_;
    $p->write('secret', $before, 0600);
    changed($p, $secret);
    works($p, 'it works');
}

my @who;
sub in_session { my ($name) = @_;
    for my $p ($host, $good) {
        for my $i (0 .. $#who) {
            my $reply = $p->get('/me', cookie => $who[$i]{cookie});
            is $reply->{status}, 200, "$name: login $i is there" or diag $reply->{content};
        }
    } }

push @who, $good->payer('13800001000', 100);
for my $step (['c' x 64, 'd' x 64], ['d' x 64, 'c' x 64]) {
    for my $p ($host, $good) {
        secrets_are($p, @$step);
        my $who = $good->payer('1380000100' . @who, 100);
        is $p->login($who)->{status}, 200, 'somebody logs in';
        push @who, $who;
        in_session('one host has changed');
        my $phone = '1380000' . (2000 + @who);
        is $p->post('/login/code', { phone => $phone })->{status}, 202, 'a code is asked for';
        ok wait_for(sub { texts("+86$phone") == 1 }), 'and sent at once';
    }
}


# Lost for good: an operator says so

$_->stop for $host, $good;
$redis->command('HDEL', 'phone:store', 'secret');
$good->write('secret', 'e' x 64, 0600);
$good->write('phone.conf', slurp("$good->{dir}/phone.conf") =~ s/^phone_secret_file_before .*\n//gmr);
$good->start;
ok wait_for(sub { (noted()->{secret} || $first->{secret}) ne $first->{secret} }), 'a new one is noted';
ok wait_for(sub { $good->get('/status')->{status} == 200 }), 'and used';

$good->books_are_right;
done_testing;
