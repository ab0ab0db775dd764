# MAIL-1: number and password; codes by SMS; limits; sessions; the cookie.

use lib 't/lib';
use Phone::Env qw(slurp);
use Phone::Product;

clear_of(600, 60);
my $p = Phone::Product->new(location => <<'END');
location = /pass { phone_auth on; proxy_set_header X-Phone $phone_number; proxy_pass http://127.0.0.1:$server_port/echo; }
location = /echo { return 200 "$http_x_phone"; }
END

my $payer = $p->payer('13800000001', 1000);
my $cookie = $payer->{cookie};


# the cookie

my $reply = $p->login($payer);
my @set = $p->cookies($reply);
like $set[0], qr/^phone_session=[A-Za-z0-9_-]+; Path=\/; .*HttpOnly.*SameSite=Lax/,
    'the cookie';
like $set[1], qr/^phone_device=[A-Za-z0-9_-]+; Path=\/; .*HttpOnly.*SameSite=Lax/,
    'and one by which the browser is known';
is @set, 2, 'no other';
unlike "@set", qr/Secure/, 'not Secure without TLS';
is $reply->{json}{phone}, '+8613800000001', 'phone';
ok !$reply->{json}{must_change}, 'must_change: no';

is $p->get('/me')->{json}{code}, 'LOGIN_REQUIRED', 'no cookie';
is $p->get('/me', cookie => 'phone_session=nonsense')->{status}, 401, 'a made-up one';
my $bent = $cookie;
substr $bent, -3, 1, substr($bent, -3, 1) eq 'A' ? 'B' : 'A';
is $p->get('/me', cookie => $bent)->{status}, 401, 'a bent one';


# what hashes passwords goes after what answers calls

for my $worker ($p->workers) {
    my %nice;
    $nice{ (split ' ', (split /\) /, slurp($_))[1])[16] }++
        for glob "/proc/$worker/task/*/stat";
    my ($event_loop, @others) = sort { $a <=> $b } keys %nice;
    is $nice{$event_loop}, 1, 'one event loop';
    is_deeply \@others, [ $event_loop < 4 ? $event_loop + 15 : 19 ],
        'the threads are nice to it';
}


# phone_auth protects any location

is $p->get('/pass')->{status}, 401, 'phone_auth: nobody';
is $p->get('/pass', cookie => $cookie)->{content}, '+8613800000001', '$phone_number';


# same origin

for (['Sec-Fetch-Site' => 'same-origin', 200], ['Sec-Fetch-Site' => 'cross-site', 403],
     ['Sec-Fetch-Site' => 'same-site', 403], ['Sec-Fetch-Site' => 'none', 200],
     [Origin => 'http://127.0.0.1:' . $p->port, 200], [Origin => 'http://evil.example', 403],
     [Origin => 'null', 403])
{
    my ($name, $value, $status) = @$_;
    is $p->post('/password', { password => 'x' }, cookie => $cookie,
                headers => { $name => $value })->{status},
        $status == 200 ? 400 : $status, "$name: $value";
}


# codes

my $again = { phone => '13800000001' };
my $new = { phone => '13900000001' };
$reply = $p->ask_code($again);
is $reply->{status}, 202, 'a code';
like +($p->cookies($reply))[0],
    qr/^phone_login=[A-Za-z0-9_-]+; Path=\/; .*HttpOnly.*SameSite=Lax/, 'its cookie';
my $other = $p->ask_code($new);
is $other->{status}, 202, 'the same for a stranger';
is length(($p->cookies($other))[0]), length(($p->cookies($reply))[0]), 'to the byte';
is $other->{content}, $reply->{content}, 'and nothing else is said';
is_deeply [ sort keys %{ $reply->{json} } ], ['code'], 'nothing at all';

my $code = $p->code('+8613800000001');
like $code, qr/^\d{6}$/, 'six digits for who is registered';
my $temporary = $p->code('+8613900000001');
like $temporary, qr/^[0-9A-Za-z]{10}$/, 'ten characters for who is not';

is $p->login({ phone => '13800000001' }, $code)->{status}, 401,
    'another browser cannot use it';
my $copy = { %$again, jar => { %{ $again->{jar} } } };
is $p->login($again, $code)->{status}, 200, 'a code logs in';
ok !$again->{jar}{phone_login}, 'its cookie is taken back';
is $p->login($copy, $code)->{status}, 401, 'once';

$reply = $p->login($new, $temporary);
is $reply->{status}, 200, 'a temporary password registers';
ok $reply->{json}{must_change}, 'and must be changed';
ok $p->get('/me', cookie => $new->{cookie})->{json}{must_change}, 'so says /me, to whoever asks later';
is $p->post('/password', { password => 'short' }, cookie => $new->{cookie})->{json}{code},
    'PASSWORD_WEAK', 'too short';
is $p->post('/password', { password => 'password123' }, cookie => $new->{cookie})->{json}{code},
    'PASSWORD_WEAK', 'too common';
is $p->post('/password', { password => 'a-quiet-lake' }, cookie => $new->{cookie})->{status}, 200,
    'chosen';
ok !$p->get('/me', cookie => $new->{cookie})->{json}{must_change}, 'nothing is left to change';
$reply = $p->login($new, 'a-quiet-lake');
is $reply->{status}, 200, 'and logs in';
ok !$reply->{json}{must_change}, 'not to be changed any more';

for (1 .. 5) { $p->ask_code({ phone => '13900000003' }) }
wait_for { $p->sms('+8613900000003') == 3 };
select undef, undef, undef, 0.5;
is scalar($p->sms('+8613900000003')), 3, 'three SMS at most';
for (1 .. 3) { is $p->post('/login/code', { phone => '13900000003' })->{status}, 202, 'yet 202' }


# wrong ones: the same for known and unknown numbers

my %answer;
for my $phone ('13800000001', '13700000000') {
    $reply = $p->post('/login', { phone => $phone, password => 'wrong-wrong' });
    my $json = $reply->{json};
    delete $json->{request_id};
    $answer{$phone} = $json;
    is $reply->{status}, 401, 'wrong';
}
is_deeply $answer{13800000001}, $answer{13700000000}, 'one answer for known and unknown';

$p->operator('accounts', phone => '13500000000', password => 'a-quiet-lake');

for my $phone ('13500000000', '13500000001') {
    my @status = map {
        $p->post('/login', { phone => $phone, password => "wrong-$_" })->{status} } 1 .. 6;
    is_deeply \@status, [401, 401, 401, 401, 401, 429], 'after five: wait';
}

$reply = $p->post('/login', { phone => '13500000000', password => 'a-quiet-lake' });
is $reply->{status}, 429, 'the right one waits as well';
ok $reply->{headers}{'retry-after'} > 0, 'for as long as is said';

# many at once: not one more is judged than the limit

my $victim = '13600000000';
$p->operator('accounts', phone => $victim, password => 'a-quiet-lake');
my %count;
$count{$_}++ for $p->parallel(12, sub {
    my ($n) = @_;
    return patient {
        $p->post('/login', { phone => $victim, password => "guess-$n" })
    }->{status};
});
is $count{401}, 5, 'twelve guesses at once: five are answered' or diag explain \%count;


# sessions

my $list = $p->get('/sessions', cookie => $again->{cookie})->{json}{sessions};
ok @$list >= 2, 'sessions are listed';
is scalar(grep { $_->{current} } @$list), 1, 'one is this one';
unlike Cpanel::JSON::XS::encode_json($list), qr/\Q@{[substr $again->{cookie}, 20, 20]}\E/, 'no secrets in it';

is $p->post('/logout', {}, cookie => $again->{cookie})->{status}, 200, 'log out';
is $p->get('/me', cookie => $again->{cookie})->{status}, 401, 'gone';
is $p->get('/me', cookie => $cookie)->{status}, 200, 'the other stays';

is $p->delete('/sessions/others', cookie => $cookie)->{status}, 200, 'all others revoked';
is scalar @{ $p->get('/sessions', cookie => $cookie)->{json}{sessions} }, 1, 'one is left';

$reply = $p->post('/password', { password => 'another-lake', old_password => 'wrong-one' },
                  cookie => $cookie);
is $reply->{status}, 401, 'the old password is asked for' or diag $reply->{content};


# nothing secret in any log or key

my $logs = $p->log . $p->access_log;
unlike $logs, qr/a-quiet-lake|tea-and-cake|271828|\Q$temporary\E/, 'no secret in a log';
my $dump = join ' ', @{ $p->redis->command('KEYS', '*') };
unlike $dump, qr/\Q$code\E|\Q$temporary\E|6222020000/, 'nor in a key name';

done_testing;
