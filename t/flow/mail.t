# MAIL-2 .. MAIL-4 on real nginx and Redis: a thousand recipients while workers
# are killed, many callers at once, a mailbox of 100,000 mails, live events.

use Time::HiRes ();

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 2,
    http => 'phone_pump interval=200ms; phone_lease 3s; phone_mail_day 100000; '
            . 'phone_mail_hour 10000; phone_mail_box 200000;');
my $redis = $p->redis;
my $li = $p->payer('13800000001', 100);
my $wang = $p->payer('13900000002', 100);

sub tally {
    my %count;
    $count{$_}++ for @_;
    return \%count;
}

sub mail {
    my ($from, $to, $text, $key) = @_;
    return $p->post('/mail', { to => $to, text => $text }, cookie => $from->{cookie},
                    headers => $key ? { 'Idempotency-Key' => $key } : {});
}

sub list {
    my ($person, $how) = @_;
    return patient { $p->get('/mail' . ($how || ''), cookie => $person->{cookie}) }->{json};
}

# (what goes to another bucket takes a moment)

sub unread_is {
    my ($person, $expected, $name) = @_;
    wait_for { list($person)->{unread} == $expected };
    is list($person)->{unread}, $expected, $name;
}

sub box {
    my ($phone) = @_;
    my ($key) = grep { /:mails:\Q$phone\E$/ } $redis->keys;
    return $key;
}

# How many mails each of these has, as "how many" => "how often".

sub boxes {
    my ($pattern) = @_;
    return tally(map { $redis->command('ZCARD', $_) }
                 grep { /:mails:\+86$pattern$/ } $redis->keys);
}


# A thousand recipients; the workers are killed again and again

my @to = map { sprintf '137%08d', $_ } 1 .. 1000;
my $sent = mail($li, \@to, 'to all');
is $sent->{status}, 200, 'li writes to a thousand' or diag $sent->{content};
is $sent->{json}{recipients}, 1000, 'as many get it';

for (1 .. 4) {
    Time::HiRes::sleep(0.3);
    $p->kill_worker for 1 .. 2;
}

ok wait_for(sub { (grep { /:mails:\+86137\d{8}$/ } $redis->keys) >= 1000 }),
    'all have it';
is_deeply boxes('137\d{8}'), { 1 => 1000 }, 'each once';
ok wait_for(sub {
    my ($job) = map { $redis->hash($_) } grep { /:job:/ } $redis->keys;
    return ($job->{state} || '') eq 'DONE';
}), 'the job is done';
is_deeply boxes('137\d{8}'), { 1 => 1000 }, 'and each still has one';
is list($li)->{mail}[0]{recipients}, 1000, 'li has one copy';
is scalar @{ list($li)->{mail} }, 1, 'of his own';
is scalar(grep { !$redis->command('HEXISTS', $_, 'facts') } grep { /:mail:/ } $redis->keys),
    0, 'every mail has its facts';
is scalar(grep { /:mail:/ } $redis->keys), 1001, 'and there is no other';


# The same call again and again, while workers are killed: one mail

my $kill = fork();
die "fork: $!\n" unless defined $kill;

if (!$kill) {
    for (1 .. 6) {
        Time::HiRes::sleep(0.2);
        my ($pid) = $p->workers;
        kill 'KILL', $pid if $pid;
    }
    POSIX::_exit(0);
}

for my $n (1 .. 40) {
    my $reply = patient { mail($li, [$wang->{phone}], "once $n", "key-$n") };
    is $reply->{status}, 200, "mail $n" or diag $reply->{content};
}

waitpid $kill, 0;
wait_for { $p->workers >= 2 };

# (what a worker had not delivered that was killed comes when its lease is over)

my $texts;
wait_for { $texts = tally(map { $_->{text} } @{ list($wang, '?limit=50')->{mail} }); keys %$texts >= 40 };
is_deeply $texts, { map { ("once $_" => 1) } 1 .. 40 }, 'each has come once';
unread_is($wang, 40, 'none was read');


# Many at once

my $newest = list($wang, '?limit=1')->{mail}[0]{mail_id};
is_deeply tally($p->parallel(20, sub {
    $p->post("/mail/$newest/read", {}, cookie => $wang->{cookie})->{status};
})), { 200 => 20 }, 'read twenty times at once';
is list($wang)->{unread}, 39, 'one is read';
is_deeply tally($p->parallel(20, sub {
    $p->delete("/mail/$newest", cookie => $wang->{cookie})->{status};
})), { 200 => 1, 404 => 19 }, 'deleted twenty times at once: once';
is $p->get("/mail/$newest", cookie => $wang->{cookie})->{json}{code}, 'MAIL_NOT_FOUND', 'it is gone';
is_deeply tally($p->parallel(60, sub { mail($li, [$wang->{phone}], "n $_[0]")->{status} })),
    { 200 => 60 }, 'sixty mails at once';
unread_is($wang, 99, 'all have come');
my $own = list($li, '?limit=1')->{mail}[0]{mail_id};
is $p->$_("/mail/$own", cookie => $wang->{cookie})->{status}, 404, "somebody else's mail: $_"
    for qw(get delete);
is $p->post("/mail/$own/$_", { $_ eq 'read' ? () : $_ eq 'reply' ? (text => 'x')
                               : (to => [$li->{phone}]) },
            cookie => $wang->{cookie})->{status}, 404, "and $_"
    for qw(read reply forward);


# A blocked sender, at any time

$p->post('/mail/blocked', { phone => $li->{phone} }, cookie => $wang->{cookie});
my $before = list($wang)->{unread};
$p->parallel(20, sub { mail($li, [$wang->{phone}], 'unwanted')->{status} });
is list($wang)->{unread}, $before, 'nothing comes of a blocked sender';
$p->delete("/mail/blocked/+86$li->{phone}", cookie => $wang->{cookie});
mail($li, [$wang->{phone}], 'wanted again');
unread_is($wang, $before + 1, 'until he is unblocked');


# A hundred in a row are unread: one more is kept when he has read one

mail($li, [$wang->{phone}], 'ignored');
Time::HiRes::sleep(0.3);
is list($wang)->{unread}, 100, 'one sender has a hundred unread mails, and no more';
$p->post('/mail/' . list($wang, '?limit=1')->{mail}[0]{mail_id} . '/read', {}, cookie => $wang->{cookie});


# Live events

my $live = $p->events('/live', cookie => $wang->{cookie});
is $live->status, 200, 'wang listens';
mail($li, [$wang->{phone}], 'live');
my $event = $live->next || {};
is $event->{event}, 'mail.new', 'a mail has come';
like $event->{data}, qr/"mail_id":"[^"]+","from":"\+8613800000001"/, 'from li';
my ($come) = ($event->{data} || '') =~ /"mail_id":"([^"]+)"/;
$p->post("/mail/$come/read", {}, cookie => $wang->{cookie});
$event = $live->next || {};
is $event->{event}, 'mail.read', 'another page of his has read it';
like $event->{data}, qr/\Q$come\E/, 'that one';
$live->close;


# One after the other: they are listed as they were sent

my $sun = $p->payer('13700088888', 100);
my $qian = $p->payer('13700088887', 100);
mail($qian, [$sun->{phone}], "line $_") for 1 .. 40;
unread_is($sun, 40, 'forty mails');
for my $person ($sun, $qian) {
    is join(' ', map { $_->{text} =~ /(\d+)/ } reverse @{ list($person, '?limit=50')->{mail} }),
        join(' ', 1 .. 40), "as they were sent, for $person->{phone}";
}


# Read up to a mail, by many calls at once, while others come

sub read_to {
    my ($mail_id) = @_;
    return patient { $p->post("/mail/conversations/+86$qian->{phone}/read", { mail_id => $mail_id },
                              cookie => $sun->{cookie}) }->{json};
}

mail($qian, [$sun->{phone}], 'more') for 1 .. 40;
unread_is($sun, 80, 'eighty mails');
my $to = list($sun, '?limit=1')->{mail}[0]{mail_id};
mail($wang, [$sun->{phone}], 'of somebody else');
unread_is($sun, 81, 'one of somebody else');
my $marked = 0;
$marked += $_ for $p->parallel(20, sub {
    $_[0] % 2 ? read_to($to)->{marked} : (mail($qian, [$sun->{phone}], 'late'), 0)[1];
});
my $reply;
do { $reply = read_to($to); $marked += $reply->{marked} } while $reply->{more};
is $marked, 80, 'each is marked once';
unread_is($sun, 11, 'what came later, and of somebody else, is unread');
is_deeply tally(map { $_->{text} } @{ list($sun, '?unread=1&limit=50')->{mail} }),
    { late => 10, 'of somebody else' => 1 }, 'these';
is read_to($to)->{marked}, 0, 'once more: nothing';


# A hundred thousand mails: a page costs as much as of a hundred

my $zhao = $p->payer('13700099999', 100);
mail($li, [$zhao->{phone}], 'the first');
unread_is($zhao, 1, 'a mail to zhao');
my $first = list($zhao, '?limit=1')->{mail}[0]{mail_id};
my $box = box('+86' . $zhao->{phone});
my ($tag) = $box =~ /(\{\d+\})/;
$redis->command('EVAL', <<'LUA', 2, $box, "phone:$tag:mail:$first", 100000, $first);
local at = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]))
local facts = redis.call('HGET', KEYS[2], 'facts')
local bucket = string.sub(ARGV[2], 1, 3)
for i = 1, tonumber(ARGV[1]) do
    local id = string.format('%s-01AAAAAAAA0000000000%06d', bucket, i)
    redis.call('ZADD', KEYS[1], at - 1000000 + i, id)
    if i % 1000 < 100 then
        redis.call('HSET', string.gsub(KEYS[2], '[^:]+$', id), 'v', 'x', 'facts', facts)
    end
end
LUA
is $redis->command('ZCARD', $box), 100001, 'a mailbox of 100,001 mails';

my $middle = $redis->command('ZSCORE', $box, $first) - 1000000 + 50099;
my ($small, $small_ms) = pages($wang, '?limit=20');
my ($large, $large_ms) = pages($zhao, "?limit=20&before=$middle");
printf "# a page in its middle: %.1f ms, of a small one %.1f ms\n", $large_ms, $small_ms;
cmp_ok $large, '<', 3 * $small, "a page in its middle: $large bytes of Redis, of a small one $small";
is scalar @{ list($zhao, "?limit=20&before=$middle")->{mail} }, 20, 'a whole one';

# What Redis sends for forty pages, and ms for one.

sub pages {
    my ($person, $how) = @_;
    my ($had, $start) = (bytes(), Time::HiRes::time());
    list($person, $how) for 1 .. 40;
    my $ms = 1000 * (Time::HiRes::time() - $start) / 40;
    return (bytes() - $had, $ms);
}

sub bytes { return $redis->command('INFO', 'stats') =~ /^total_net_output_bytes:(\d+)/m ? $1 : 0 }

# those that were killed by the child above

$p->{allow_death}{$_} = 1 for $p->log =~ /process (\d+) exited on signal 9/g;
is_deeply [$p->severe], [], 'nothing severe was logged';

done_testing;
