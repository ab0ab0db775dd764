package Phone::Toys;

# A suite that uses the endpoints of t/toys says so before anything else:
#
#   use lib 't/lib';
#   use Phone::Toys;
#   use Phone::World;           or Phone::Product
#
# Its nginx is then the one with the toys (make toys), which are at /toy/.

use strict;
use warnings;

use Test::More ();

sub import {
    Test::More::plan(skip_all => 'the toys are built for one nginx only')
        if defined $ENV{PHONE_MODULE} && ($ENV{BUILD} || '') ne 'asan';

    $ENV{PHONE_TOYS} = 1;
}

# The locations of the toys; none in other suites.

sub locations {
    return $ENV{PHONE_TOYS}
           ? "    location /toy/ { phone_toy; client_max_body_size 80m; }\n"
           : '';
}

1;
