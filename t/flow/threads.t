# What a host gets: threads and passwords at a time are shared out among workers.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 1, http => 'phone_compute_threads 12;');
my $cpus = () = Phone::Env::slurp('/proc/cpuinfo') =~ /^processor/mg;

# files have threads of their own, a quarter of the others
sub media {
    my ($processors, $threads, $workers) = @_;
    my $least = $processors < $threads ? $processors : $threads;
    return $workers * (int($least / 4 / $workers) || 1);
}

sub metric {
    my ($name) = @_;
    my ($value) = $p->get('/metrics')->{content} =~ /^\Q$name\E (\S+)$/m;
    return $value;
}

for my $workers (1, 2, 3, 4) {
    $p->configure(workers => $workers);
    $p->reload(wait => 1);
    wait_for { metric('phone_workers') == $workers };

    my $hashers = int($cpus / 2 / $workers) || 1;
    my $threads = int(12 / $workers);
    $threads = $hashers + 1 if $threads <= $hashers;

    is metric('phone_compute_hashers'), $workers * $hashers, "$workers workers: passwords";
    my $all = $workers * $threads + media($cpus, 12, $workers);
    is metric('phone_compute_threads'), $all, 'threads';

    my $tasks = 0;
    $tasks += () = glob "/proc/$_/task/*" for $p->workers;
    is $tasks - $workers, $all, 'and so many there are';
}

# On a host of eight processors: "phone_compute_threads" bounds passwords as well,
# and never leaves fewer threads to signatures than to passwords

SKIP: {
    skip 'a sanitizer must be loaded first', 1 if Phone::Env::build() eq 'asan';

    my $source = $p->write('eight.c', <<'END');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

long
sysconf(int name)
{
    long  (*real)(int) = (long (*)(int)) dlsym(RTLD_NEXT, "sysconf");

    return name == _SC_NPROCESSORS_ONLN ? 8 : real(name);
}
END
    my $eight = $p->dir . '/eight.so';
    system('cc', '-shared', '-fPIC', '-o', $eight, $source, '-ldl') == 0 or die;

    # threads configured, workers => threads and passwords of each worker
    my @shares = ([8, 1 => 8, 4], [8, 2 => 4, 2], [8, 4 => 2, 1], [4, 1 => 4, 2], [2, 1 => 2, 1],
                  [1, 1 => 2, 1], [3, 2 => 2, 1], [32, 1 => 32, 4]);

    for my $share (@shares) {
        my ($configured, $workers, $threads, $hashers) = @$share;

        $p->stop;
        $p->configure(workers => $workers, http => "phone_compute_threads $configured;");
        { local $ENV{LD_PRELOAD} = $eight; $p->start; }
        wait_for { (metric('phone_workers') || 0) == $workers };

        is metric('phone_compute_threads') . ' ' . metric('phone_compute_hashers'),
            $workers * $threads + media(8, $configured, $workers) . ' ' . $workers * $hashers,
            "$configured threads for $workers workers: those of the host, and passwords";
    }
}

done_testing;
