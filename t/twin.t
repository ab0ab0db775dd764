# The simulator's twin of the store against a real Redis: the same random
# transactions, with the script that the shell sends, must give the same
# answers and leave the same content.

use strict;
use warnings;

use lib 't/lib';
use Phone::Env qw(top build);
use Phone::Redis;

use Test::More;

chdir top();

my $out = 'build/' . build();
my @sanitizers = build() eq 'asan' ? ('-fsanitize=address,undefined') : ();
my @objects = map "$out/t/$_.o",
    qw(twin/redis_twin twin/send twin/draw twin/compare sim/store sim/apply sim/values
       sim/map sim/memory);

is system('make', '-s', @objects, "$out/libphone_core.a"), 0, 'it compiles'
    or BAIL_OUT('without the program there is nothing to compare');

is system($ENV{CC} || 'gcc', @sanitizers, '-o', "$out/redis_twin", @objects,
          "$out/libphone_core.a",
          qw(-lhiredis -ljansson -lcrypto -lz -lm)), 0, 'it links';

my $redis = Phone::Redis->new;

sub compare {
    my $text = join '', map { "$_ " } "$out/redis_twin", '--socket',
        $redis->socket, @_;
    my $output = `$text 2>&1`;

    return ($? & 127 ? -1 : $? >> 8, $output);
}

my ($code, $text) = compare('--seeds', 150);
is $code, 0, '150 seeds show no difference' or diag $text;
like $text, qr/ applied=[1-9]\d{3,} conflicts=[1-9]\d{2,} errors=[1-9]\d{2,} /,
    'of transactions that apply, conflict and fail';

($code, $text) = compare('--seeds', 5, '--broken');
is $code, 1, 'a twin with a defect is found out';
like $text, qr/ differences=1$/m, 'and said to differ';

$redis->stop;

done_testing();
