# The toys of t/toys: endpoints that only the tests have, as ordinary ones.

use lib 't/lib';
use Phone::Toys;
use Phone::World;

no_long_string();
run_tests();

__DATA__

=== TEST 1: work of the lane for pictures and the like
--- request
POST /toy/turn
text=teapot
--- response_body_like: "code":"OK","turned":"topaet"



=== TEST 2: work that fails
--- request
POST /toy/turn
text=no
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"



=== TEST 3: a result longer than its work declares is none
--- request
POST /toy/turn
text=nine9nine
--- error_code: 400
--- response_body_like: "code":"PARAM_INVALID".*"field":"text"
