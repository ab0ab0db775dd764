# Is the simulator able to fail?  Each defect that can be put into the
# simulated deployment, and each bug of the core that a review has found, must
# be found within 100 seeds.

use strict;
use warnings;

use lib 't/lib';
use Phone::Env qw(top build);

use Test::More;

chdir top();

my $sim = 'build/' . build() . '/sim';

is system('make', '-s', $sim), 0, 'the simulator is built'
    or BAIL_OUT('there is no simulator');

my @lines = (`t/sim/prove-breaks $sim`, `t/sim/prove-defects`);

for my $line (@lines) {
    like $line, qr/^found /, $1 if $line =~ /^(?:found|MISSED)\s+([a-z-]+):/;
}

cmp_ok scalar @lines, '>', 35, 'many defects were tried';

done_testing();
