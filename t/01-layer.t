# The test layer itself: a fake that does not fake, or a flow that does not see
# an alert, would make every other file pass.

use strict;
use warnings;

use lib 't/lib';

use HTTP::Tiny;
use Test::More;
use Time::HiRes 'time';

use Phone::Env qw(free_port temp_dir spawn stop_process is_running slurp spew);
use Phone::FakeRedis;
use Phone::Merchant;
use Phone::Redis;
use Phone::Sign;

redis_survives();
fake_answers();
fake_cuts();
merchant_behaves();
signing();
processes_end();
flows_see_faults();

done_testing;


sub dies(&) { my ($code) = @_; eval { $code->() }; return $@ }


sub redis_survives {
    my $redis = Phone::Redis->new(appendfsync => 'always', store => 0);

    is $redis->command('SET', 'a', "b\r\n\0c"), 'OK', 'a command';
    is $redis->command('GET', 'none'), undef, 'nil';
    is_deeply $redis->command('KEYS', '*'), ['a'], 'a list';
    like dies { $redis->command('NOPE') }, qr/ERR unknown/, 'an error reply';

    $redis->kill;
    like dies { $redis->command('PING') }, qr/cannot connect/, 'killed';

    $redis->start;
    is $redis->command('GET', 'a'), "b\r\n\0c", 'the file brings it back';
    $redis->stop;
}


sub pair {
    my $redis = Phone::Redis->new;
    my $fake = Phone::FakeRedis->new(upstream => $redis->socket);
    my $client = bless { socket => $fake->socket }, 'Phone::Redis';

    return ($redis, $fake, $client);
}


sub fake_answers {
    my ($redis, $fake, $client) = pair();

    is $client->command('SET', 'k', 'v'), 'OK', 'proxy passes commands on';
    is_deeply [$fake->commands], ['SET k v'], 'and writes them down';
    is $fake->connects, 1, 'with the connections';

    $fake->behave('proxy', fragment => 1);
    is $client->command('GET', 'k'), 'v', 'byte for byte';

    $fake->behave('proxy', delay => 0.2);
    my $start = time;
    is $client->command('GET', 'k'), 'v', 'delayed';
    cmp_ok time - $start, '>=', 0.19, 'by that time';

    my %answer = (
        loading => qr/LOADING/, hang_up => qr/lost/, garbage => qr/not RESP/,
    );

    for my $behavior (sort keys %answer) {
        $client->close;
        $fake->behave($behavior);
        like dies { $client->command('GET', 'k') }, $answer{$behavior},
             $behavior;
    }

    $client->close;
    $fake->behave('error', text => '-OOM full');
    like dies { $client->command('GET', 'k') }, qr/OOM full/, 'error';

    $client->close;
    $fake->behave('close');
    like dies { $client->command('GET', 'k') }, qr/lost/, 'close';

    $client->close;
    $fake->behave('push');
    is $client->command('GET', 'k'), 'unasked', 'push';

    $client->close;
    $fake->behave('silent');
    local $SIG{ALRM} = sub { die "no answer\n" };
    Time::HiRes::alarm(0.3);
    is dies { $client->command('GET', 'k') }, "no answer\n", 'silent';
    Time::HiRes::alarm(0);

    $client->close;
    $fake->stop;
    like dies { $client->command('GET', 'k') }, qr/cannot connect/, 'refused';

    $fake->behave('proxy');
    $fake->start;
    is $client->command('GET', 'k'), 'v', 'and back';
}


sub fake_cuts {
    my ($redis, $fake, $client) = pair();

    $fake->behave('proxy', cut_reply => '^INCR', skip => 1);
    is $client->command('INCR', 'n'), 1, 'cut_reply: the first is skipped';
    like dies { $client->command('INCR', 'n') }, qr/lost/, 'the second is cut';
    is $redis->command('GET', 'n'), 2, 'but was done';
    is $client->command('INCR', 'n'), 3, 'the third is well';

    $fake->behave('proxy', cut_before => '^INCR', times => 2);
    like dies { $client->command('INCR', 'n') }, qr/lost/, 'cut_before' for 1, 2;
    is $redis->command('GET', 'n'), 3, 'was not done';
    is $client->command('INCR', 'n'), 4, 'and then is';

    $client->close;
    $fake->behave('proxy', mid_reply => 2);
    is $client->command('GET', 'n'), 4, 'mid_reply: the first is whole';
    like dies { $client->command('GET', 'n') }, qr/lost/, 'the second is not';

    $client->close;
    $fake->behave('proxy', cut_after => 1);
    is $client->command('GET', 'n'), 4, 'cut_after: the first';
    like dies { $client->command('GET', 'n') }, qr/lost/, 'no second';

    ok $fake->wait_commands(qr/^GET n/, 3), 'the commands are counted';
}


sub merchant_behaves {
    my @behaviors = ('500', 'text:no', 'junk', 'half', 'close', 'redirect',
                     'late:0.2', 'ok');
    my $merchant = Phone::Merchant->new(@behaviors);
    my $http = HTTP::Tiny->new(max_redirect => 0, timeout => 5);

    is scalar $merchant->requests, 0, 'nothing was sent yet';

    my @status = map {
        $http->post_form($merchant->url, { n => $_, text => "\x{8336} & +" })
             ->{status}
    } 1 .. @behaviors + 1;

    is_deeply \@status, [500, 200, 599, 599, 599, 302, 200, 200, 200],
              'each behavior in turn, the last one for ever';

    my @seen = $merchant->requests;
    is @seen, 9, 'all were written down';
    is $seen[1]{form}{n}, 2, 'in order';
    is $seen[1]{form}{text}, "\x{8336} & +", 'with their fields';
    is $seen[1]{method}, 'POST', 'and method';

    $merchant->behave('silent');
    my $start = time;
    $http = HTTP::Tiny->new(timeout => 0.3);
    is $http->get($merchant->url)->{status}, 599, 'silent';

    $merchant->behave('ok');
    is $http->get($merchant->url)->{content}, 'success',
       'one that waits holds up no other';
}


sub signing {
    my $key = Phone::Sign::key('shop');
    my $other = Phone::Sign::key('other');

    is Phone::Sign::canonical({ b => 2, a => "\x{8336}", c => '', sign => 's',
                                B => 1 }),
       "B=1&a=\xe8\x8c\xb6&b=2", 'the string that is signed';

    for my $type (qw(RSA2 MD5withRSA)) {
        my $signer = Phone::Sign->new(merchant_id => 'm', key => $key,
                                      sign_type => $type);
        my %form = $signer->sign(amount => 100);

        ok Phone::Sign::check($key->{public}, %form), "$type verifies";
        ok !Phone::Sign::check($key->{public}, %form, amount => 101),
           'not with another amount';
        ok !Phone::Sign::check($other->{public}, %form),
           'not with another key';
    }

    my $signer = Phone::Sign->new(merchant_id => 'm', key => $key);
    my %call = $signer->call('bill.query', out_trade_no => 1);
    my %reply = $signer->sign(code => 'OK', request_nonce => $call{nonce},
                              retryable => Cpanel::JSON::XS::false());

    is $call{service}, 'bill.query', 'a call names its service';
    ok Phone::Sign::answers(\%reply, \%call), 'a reply to this call';
    ok !Phone::Sign::answers({ %reply, @$_ }, \%call), "not with another $_->[0]"
        for [request_nonce => 'x'], [merchant_id => 'x'], [code => 'x'],
            [sign => undef];
}


sub processes_end {
    my $file = temp_dir() . '/pid';
    my $pid = spawn(sub {
        my $child = fork();
        spew($file, $child) if $child;
        sleep 600;
    });

    Phone::Env::wait_for { -s $file };
    my $child = slurp($file);
    ok is_running($pid) && kill(0, $child), 'a process and its child';

    stop_process($pid);
    ok !is_running($pid), 'the process ends';
    my $gone = Phone::Env::wait_for { gone($child) } 3;
    ok $gone, 'and its child with it';
}

# A child that nobody waits for stays as a zombie where init is no reaper.

sub gone {
    my ($pid) = @_;
    return !kill(0, $pid) || slurp("/proc/$pid/stat") =~ /^\d+ \(.*\) Z/;
}


# Flows in a perl of their own, whose exit code tells.

sub flows_see_faults {
    my $server = 'http { %%HTTP%% server { listen 127.0.0.1:%%PORT%%; } }';
    my $begin = <<"END";
use lib 't/lib'; use Phone::Flow;
my \$flow = Phone::Flow->new(redis => 0);
\$flow->config('%%GLOBALS%% events { } $server')->start;
ok 1;
END
    my %case = (
        'a flow in order' => [0, 'done_testing;'],
        'an alert' => [1, 'kill "SEGV", ($flow->workers)[0];
                           $flow->wait_log(qr/alert/); done_testing;'],
        'an alert that the test provoked' => [0,
                          '$flow->kill_worker; done_testing;'],
        'a report of a sanitizer' => [1, 'open my $log, ">>",
                          $flow->dir . "/logs/error.log";
                          print $log "==1==ERROR: AddressSanitizer: x\n";
                          close $log; done_testing;'],
        'no done_testing' => [1, ''],
        'an nginx that is killed' => [1,
                          '$flow->stop("KILL"); done_testing;'],
    );

    for my $name (sort keys %case) {
        my ($fails, $rest) = @{ $case{$name} };
        my $out = temp_dir() . '/out';
        my $pid = spawn([$^X, '-e', $begin . $rest], out => $out);

        waitpid $pid, 0;
        my $status = $? >> 8;
        Phone::Env::forget_process($pid);

        is $status ? 1 : 0, $fails, $name or diag slurp($out);
    }
}
