# A forgotten payment PIN: a login by SMS, the password, and a quiet time.

use lib 't/lib';
use Phone::Product;

my $quiet = 'phone_pin_quiet 60s;';
my $p = Phone::Product->new(http => $quiet);
my $shop = $p->shop('tea', reply_sign => 0);
my $li = $p->payer('13800000001', 100000);
my $serial = 0;

sub by_code {
    my ($who, $count) = @_;
    $p->ask_code($who);
    return $p->login($who, $p->code('+86' . $who->{phone}, $count))->{status};
}
sub forgotten { $p->post('/pay/pin/forgotten', { pin => '314159', password => Phone::Product::PASSWORD, @_ },
                         cookie => $li->{cookie}) }
sub bill { $p->bill($shop, out_trade_no => ++$serial, amount => 100,
               payer_phone => $li->{phone}, subject => 'tea')->{json}{bill_id} }
sub pay { my $reply = $p->pay($li, bill(), $li->{cards}[0], @_); return $reply->{json}{code} }

is forgotten()->{json}{code}, 'CODE_NEEDED', 'a session by password';
my $texts = $p->sms('+8613800000001');
is by_code($li, $texts + 1), 200, 'a login by SMS';

my ($key) = $p->redis->keys('phone:*:account:+8613800000001');
is forgotten()->{json}{code}, 'PASSWORD_NEW', 'one that the operator has set a moment ago';
$p->redis->command('HINCRBY', $key, 'password_at', -60000);
is forgotten(password => 'not-the-right-one')->{json}{code}, 'LOGIN_FAILED', 'a wrong password';
my $reply = forgotten();
my $set = time;
is $reply->{status}, 200, 'another PIN';
like $reply->{json}{until}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'which is accepted from then on';
ok wait_for(sub { grep { $_->{text} =~ /was reset/ } $p->sms('+8613800000001') }), 'its owner is told';

is pay(pin => '314159'), 'PIN_QUIET', 'the new one: not yet';
is pay(), 'PIN_QUIET', 'the old one: no longer';
is pay(pin => '000000'), 'PIN_QUIET', 'a guess: not looked at';

# a minute: the time is sealed with the PIN, nobody can set it back

like $p->redis->hash($key)->{pin}, qr/^[0-9a-f]{12}\.[\w-]+$/, 'of the PIN nothing can be seen';
sleep 1 while time < $set + 62;
is pay(), 'PIN_WRONG', 'then the old one is wrong';
is pay(pin => '314159'), 'OK', 'and the new one pays';

is $p->post('/password', { password => 'another-quiet-lake' }, cookie => $li->{cookie})->{status}, 200,
    'another password, by SMS alone';
$reply = forgotten(password => 'another-quiet-lake');
is $reply->{json}{code}, 'PASSWORD_NEW', 'is too new';

my $wang = $p->payer('13900000002', 1000);
ok wait_for(sub { $p->get('/me', cookie => $wang->{cookie})->{status} == 200 }), 'somebody else';
is $p->post('/pay/pin/forgotten', { pin => '314159', password => Phone::Product::PASSWORD,
    phone => '13800000001' }, cookie => $wang->{cookie})->{json}{code}, 'CODE_NEEDED', 'resets his own PIN alone';

$p->books_are_right;
done_testing;
