package Phone::Backlog;

# Many notices of one merchant that are due, and what they cost: t/flow/lane.t
# and t/bench/backlog.

use strict;
use warnings;

use Exporter 'import';
use Time::HiRes ();

use Phone::Env qw(slurp);

our @EXPORT_OK = qw(seed cost);


# Copies of a paid bill, each with a notice that is due by now.

my $script = <<'END';
local bill = redis.call('HGETALL', ARGV[1])
local n, now, shop = tonumber(ARGV[2]), ARGV[3], ARGV[4]
local facts = 'event 4 bill\nform 11 status=PAID\nmerchant ' .. #shop .. ' '
              .. shop .. '\n'
for i = 1, n do
  local bucket = string.format('%03d', i % 256)
  local id = string.format('%s-01J0000000000000000%07d', bucket, i)
  redis.call('HSET', 'phone:{' .. bucket .. '}:bill:' .. id, unpack(bill))
  redis.call('HSET', 'phone:{' .. bucket .. '}:bill:' .. id, 'notices', '1 1')
  redis.call('HSET', 'phone:{' .. bucket .. '}:notice:' .. id .. '.bill.1',
             'v', 'backlog', 'facts', facts)
  redis.call('ZADD', 'phone:{' .. bucket .. '}:due', now,
             'notice.send ' .. id .. '.bill.1 ' .. shop)
end
return n
END

sub seed {
    my ($p, $bill_id, $shop, $n) = @_;

    my ($bucket) = $bill_id =~ /^(\d{3})/;

    return $p->redis->command('EVAL', $script, 0,
        "phone:{$bucket}:bill:$bill_id", $n, time * 1000, $shop);
}


# In so many seconds: commits of events a second (each looks at a score of a due
# queue), and milliseconds of the processor a second, of workers and Redis.

sub cost {
    my ($p, $seconds) = @_;

    my @before = (commits($p), cpu($p->workers), cpu($p->redis->{pid}));
    Time::HiRes::sleep($seconds);
    my @after = (commits($p), cpu($p->workers), cpu($p->redis->{pid}));

    return map { ($after[$_] - $before[$_]) / $seconds } 0 .. 2;
}

sub commits {
    my ($p) = @_;
    my ($calls) = $p->redis->command('INFO', 'commandstats')
                  =~ /cmdstat_zscore:calls=(\d+)/;
    return $calls || 0;
}

sub cpu {
    my $ns = 0;

    for my $pid (@_) {
        for my $file (glob "/proc/$pid/task/*/schedstat") {
            $ns += (split ' ', slurp($file))[0] || 0;
        }
    }

    return $ns / 1e6;
}

1;
