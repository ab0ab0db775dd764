# What a host gets: threads and passwords at a time are shared out among workers.

use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(workers => 1, http => 'phone_compute_threads 12;');
my $cpus = () = Phone::Env::slurp('/proc/cpuinfo') =~ /^processor/mg;

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
    is metric('phone_compute_threads'), $workers * $threads, 'threads';

    my $tasks = 0;
    $tasks += () = glob "/proc/$_/task/*" for $p->workers;
    is $tasks - $workers, $workers * $threads, 'and so many there are';
}

done_testing;
