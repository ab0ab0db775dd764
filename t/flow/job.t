# What the toys of t/toys show on real nginx and Redis: a number with a floor
# under 100 callers at a time, and jobs whose workers are killed in the middle.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;

my $p = Phone::Product->new(workers => 2,
    http => 'phone_pump interval=200ms; phone_lease 2s; phone_fetch_timeout 800ms;');
my $redis = $p->redis;

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}

sub job {
    my ($id) = @_;
    return patient { $p->get("/toy/jobs/$id") }->{json};
}

sub entries {
    my ($kind) = @_;
    my ($key) = grep { /:\Q$kind\E$/ } $redis->keys;
    return $key ? @{ $redis->command('LRANGE', $key, 0, -1) } : ();
}


# 100 callers, 60 places

$p->post('/toy/fill', { stock => 'tea', left => 60 });

my $take = sub {
    my $reply = $p->post('/toy/take', { stock => 'tea', take_no => "t$_[0]", n => 1 });
    return "$reply->{status} $reply->{json}{code}";
};

is_deeply tally($p->parallel(100, $take)),
    { '200 OK' => 60, '403 BALANCE_NOT_ENOUGH' => 40 },
    '100 take one of 60: 60 get it, 40 are told that there is none';
my $after = $p->get('/toy/takes?stock=tea')->{json};
is $after->{left}, 0, 'nothing is left';
is $after->{takes}, 60, 'and 60 entries are in the log';
is_deeply tally($p->parallel(100, $take)),
    { '200 OK' => 60, '403 BALANCE_NOT_ENOUGH' => 40 }, 'the same again, the same answers';
is $p->get('/toy/takes?stock=tea')->{json}{takes}, 60, 'and no other entry';


# Somebody logged in takes from a stock in another bucket: once for each key

my $payer = $p->payer('13800000001', 100);
$p->post('/toy/fill', { stock => 'cake', left => 30 });
my $draw = sub {
    my ($key, $n) = @_;
    return $p->post('/toy/draw', { stock => 'cake', n => $n || 2 }, cookie => $payer->{cookie},
                    headers => { 'Idempotency-Key' => $key });
};
is_deeply tally($p->parallel(40, sub { my $reply = $draw->('key-' . $_[0] % 4); "$reply->{status} $reply->{json}{taken}" })),
    { '200 2' => 40 }, '40 calls with four keys';
is $p->get('/toy/takes?stock=cake')->{json}{left}, 22, 'take four times';
is $draw->('key-1', 3)->{json}{code}, 'IDEMPOTENCY_MISMATCH', 'a key with other fields';
is $draw->('key-1')->{content}, $draw->('key-1')->{content}, 'the same reply each time';
is $p->get('/toy/takes?stock=cake')->{json}{left}, 22, 'nothing more is taken';


# A job of 600 steps; the workers are killed while it runs

my $reply = $p->post('/toy/jobs', { job_id => '003-a', to => 6000, by => 10, name => 'ear' });
is $reply->{status}, 200, 'a job' or diag $reply->{content};
is $reply->{json}{job}, 'RUNNING', 'runs';

for my $kill (1 .. 3) {
    my $done = job('003-a')->{done};
    ok wait_for(sub { job('003-a')->{done} > $done }), "it goes on from $done";
    $p->kill_worker('KILL') for 1 .. 2;
}

is job('003-a')->{job}, 'RUNNING', 'three times all workers were killed while it ran';
ok wait_for(sub { job('003-a')->{job} eq 'DONE' }), 'it comes to its end'
    or diag explain job('003-a');

my $done = job('003-a');
is $done->{done}, 6000, 'with all items';
ok $done->{ended}, 'and an end';
is_deeply [entries('toy_counted:003-a')], [0 .. 5999], 'each item once, in order';
ok wait_for(sub { entries('toy_heard:ear') == 6000 }), 'as many in another bucket';
is_deeply [sort { $a <=> $b } entries('toy_heard:ear')], [0 .. 5999], 'each once';

my ($key) = grep { /:job:003-a$/ } $redis->keys;
cmp_ok $redis->command('PTTL', $key), '>', 6 * 86400e3, 'it is kept for some days';


# 100,000 items; a job that is stopped; one that fails

my $began = Time::HiRes::time();
$p->post('/toy/jobs', { job_id => '004-b', to => 100000, by => 200 });
$p->post('/toy/jobs', { job_id => '005-c', to => 100000, by => 1 });
$p->post('/toy/jobs', { job_id => '006-d', to => 10, by => 1, refuses => 256 });

ok wait_for(sub { job('005-c')->{done} > 3 }), 'a slow job';
is $p->post('/toy/jobs/005-c/cancel', {})->{json}{job}, 'CANCELED', 'is stopped';
my $stopped = job('005-c')->{done};

my $failing = job('006-d');
is $failing->{job}, 'RUNNING', 'a job whose steps refuse runs';
is $failing->{error}, 'NOT_FOUND', 'and says why it does not get on';
is $failing->{done}, 0, 'nothing is done';

ok wait_for(sub { job('004-b')->{job} eq 'DONE' }), '100,000 items';
diag sprintf '100,000 items in %.1f s', Time::HiRes::time() - $began;
is scalar(entries('toy_counted:004-b')), 100000, 'are there';

is job('005-c')->{done}, $stopped, 'what was stopped has not gone on';
is scalar(entries('toy_counted:005-c')), $stopped, 'with as many entries';

$p->post('/toy/jobs', { job_id => '008-f', to => 10, by => 1, name => 'nobody' });
ok wait_for(sub { job('008-f')->{job} eq 'FAILED' }), 'a job that fails at once';
ok wait_for(sub {
    $p->get('/metrics')->{content} =~ /^phone_jobs_failed_total 1$/m }), 'is counted';

is $p->get('/toy/jobs/007-e')->{status}, 404, 'a job that is not there';

done_testing();
