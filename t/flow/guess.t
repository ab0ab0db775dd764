# Guessing, and floods of logins: what was counted nowhere while the password
# queue was full, and who was shut out by ten addresses with right passwords.

use lib 't/lib';
use Phone::Product;
use POSIX ();
use Time::HiRes ();

my $p = Phone::Product->new(workers => 1, http => <<'END');
phone_password_queue 16;
phone_address_tries 10000;
set_real_ip_from 127.0.0.1;
real_ip_header X-Real-IP;
END

my $password = 'a-quiet-lake';

sub from { return headers => { 'X-Real-IP' => $_[0] } }

for my $n (1 .. 12) {
    $p->operator('accounts', phone => sprintf('138000000%02d', $n), password => $password);
}

my $owner = { phone => '13800000001' };
is $p->login($owner, $password)->{status}, 200, 'the owner logs in';
delete $owner->{jar}{phone_session};


# ten networks log in to accounts of their own, with the right password, as fast
# as they can, some at a time each

my @flood;
for my $n (2 .. 11) {
    for (1 .. 3) {
        my $pid = fork();
        die "fork: $!\n" unless defined $pid;
        if (!$pid) {
            POSIX::nice(19);             # as the threads that hash
            my $end = Time::HiRes::time() + 600;
            while (Time::HiRes::time() < $end) {
                eval { $p->post('/login', { phone => sprintf('138000000%02d', $n),
                    password => $password }, from("10.$n.0.1")) };
            }
            POSIX::_exit(0);
        }
        push @flood, $pid;
    }
}

# the queue is full: most of the flood is told BUSY

ok wait_for(sub {
    my ($n) = $p->get('/metrics')->{content} =~ /^phone_compute_refused_total\S* (\d+)/m;
    return $n && $n > 20;
}), 'the password queue is full';

my $code = do {
    my $reply = $p->ask_code($owner, from('192.0.2.7'));
    is $reply->{status}, 202, 'the owner asks for a code';
    $p->code('+8613800000001');
};

my %status;
for my $n (1 .. 200) {
    my $guess = sprintf '%06d', $n + ($n >= $code ? 1 : 0);
    my $address = '192.0.2.' . (7 + $n % 50);    # limit_req is by address
    $status{ $p->login($owner, $guess, from($address))->{status} }++;
}
is_deeply \%status, { 401 => 200 }, '200 wrong codes, none is answered with BUSY';
is $p->login($owner, $code, from('192.0.2.7'))->{status}, 401,
    'the right one comes too late';

$p->ask_code($owner, from('192.0.2.7'));
$code = $p->code('+8613800000001', 2);
is $p->login($owner, $code, from('192.0.2.7'))->{status}, 200, 'a fresh one is good at once';


# others are not shut out

my $reply = $p->login({ phone => '13800000012' }, $password, from('198.51.100.1'));
is $reply->{status}, 200, 'somebody from elsewhere logs in with his password'
    or diag $reply->{content};

$reply = $p->login($owner, $password, from('10.2.0.9'));
is $reply->{status}, 200, 'and a known browser, even from the midst of them'
    or diag $reply->{content};

kill 'TERM', @flood;
waitpid $_, 0 for @flood;

done_testing;
