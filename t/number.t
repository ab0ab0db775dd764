# Phone numbers against libphonenumber (JavaScript), for every region and
# country code that it knows: t/number/oracle.js has the properties.

use strict;
use warnings;

use lib 't/lib';
use Phone::Env qw(top build);

use Test::More;

chdir top();

# the unit tests and the fuzz drivers are what looks for faults of memory
plan skip_all => 'once, with the release build' if build() ne 'release';

my $program = 'build/release/number_parse';
my $core = 'build/release/libphone_core.a';

is system('make', '-s', $core), 0, 'the core';
is system($ENV{CC} || 'gcc', '-O1', '-Ilua-free-handlers', '-o', $program, 't/number/parse.c',
          $core, qw(-ljansson -lcrypto -lz -lm)), 0, 'the program';

chomp(my $library = `t/tools/libphonenumber`);
is $?, 0, 'libphonenumber' or BAIL_OUT('npm could not fetch what is compared with: see above');

subtest 'the oracle' => sub {
    my $tests = 0;

    open my $said, '-|', 'node', 't/number/oracle.js', $program, $library or die "node: $!\n";

    while (<$said>) {
        chomp;
        if (/^(not )?ok \d+ - (.*)/) { ok !$1, $2; $tests++ }
        elsif (/^# *(.*)/) { diag $1 }
    }

    ok close $said, 'it came to its end';
    cmp_ok $tests, '>', 5, 'with all its properties';
};

done_testing;
