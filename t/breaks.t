# Is the simulator able to fail?  Each defect that can be put into the
# simulated deployment, and each bug of the core that a review has found, must
# be found within 100 seeds, or 1000.

use strict;
use warnings;

use lib 't/lib';
use Phone::Env qw(top build);

use Test::More;

chdir top();

my $sim = 'build/' . build() . '/sim';

is system('make', '-s', $sim), 0, 'the simulator is built'
    or BAIL_OUT('there is no simulator');

# A schedule is the seed's alone, or "replay" would not show what was found.

my ($first, $last) = (92801, 92810);
my @all = split /^(?= +0\.000000 +\d+ buckets, )/m,
          `$sim --seeds @{[$last - $first + 1]} --seed $first --verbose`;

for my $seed ($first .. $last) {
    my ($alone) = `$sim --seeds 1 --seed $seed --verbose` =~ /\A(.*)^sim: bills=/ms;
    my ($after) = $all[$seed - $first] =~ /\A(.*?)(?:^sim: bills=|\z)/ms;
    ok $alone eq $after, "seed $seed: the same alone as after others";
}

my @lines = `t/sim/prove-breaks $sim`;
cmp_ok scalar @lines, '>', 20, 'the deployment was broken in many ways';

# built anew each: once is enough
if (build() eq 'release') {
    push @lines, my @defects = `t/sim/prove-defects`;
    cmp_ok scalar @defects, '>', 15, 'and the core';
    diag $_ for grep { /defects-seeds/ } @defects;
}

for my $line (@lines) {
    like $line, qr/^found /, $1 if $line =~ /^(?:found|MISSED)\s+([a-z-]+):/;
}

done_testing();
