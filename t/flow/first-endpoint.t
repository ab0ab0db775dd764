# The endpoint in docs/development.md, "A whole one": one file and one line in the
# table of contents, taken from the page, built and called.

use lib 't/lib';
use Phone::Toys;
use Phone::Product;
use Phone::Env qw(slurp spew temp_dir top);

use File::Copy ();

my $top = top();
my $dir = temp_dir();
my $page = slurp("$top/docs/development.md");

my ($part) = $page =~ /^### A whole one\n(.*?)^##/ms;
my @block = ($part // '') =~ /^```c?\n(.*?)^```$/msg;
is scalar @block, 4, 'a file, a line, a name, and what to type';
my ($file, $line, $name, $shell) = @block;

# the toys and this one, built beside those of the tree

mkdir "$dir/$_" or die "$dir/$_: $!\n" for qw(t t/toys t/toys/nginx);
symlink "$top/lua-free-handlers", "$dir/lua-free-handlers" or die "symlink: $!\n";
File::Copy::copy("$top/$_", "$dir/$_") or die "$_: $!\n"
    for map { s{^\Q$top/\E}{}r } glob "$top/t/toys/*.[ch] $top/t/toys/nginx/*";

sub put {
    my ($text, $in, $before) = @_;
    my $whole = slurp("$dir/t/toys/$in");
    $whole =~ s/^(?=\Q$before\E)/$text/m or die "$in has no $before\n";
    spew("$dir/t/toys/$in", $whole);
}

spew("$dir/t/toys/greet.c", $file);
put($line, 'registry.c', '    &phone_toy_turn,');
put($name, 'toys.h', 'extern const phone_endpoint_t  phone_toy_turn;');

# and one with a mistake: it writes in two buckets

spew("$dir/t/toys/slip.c", <<'END');
#include "toys.h"

static phone_rc_t
phone_toy_slip_run(phone_call_t *call)
{
    phone_record_t  *one, *two;

    one = phone_ask(call, &phone_merchant, PHONE_STR("tea"));
    two = phone_ask(call, &phone_merchant, PHONE_STR("jam"));

    if (phone_waiting(call)) {
        return PHONE_AGAIN;
    }

    phone_set(one, MERCHANT_NAME, PHONE_STR("Tea"));
    phone_set(two, MERCHANT_NAME, PHONE_STR("Jam"));

    return phone_done(call);
}

const phone_endpoint_t  phone_toy_slip = {
    "toy.slip", "POST", "/toy/slip", PHONE_ANYONE, phone_toy_slip_run,
    (const phone_param_t[1]) { { NULL, 0, 0, 0, 0, NULL } },
    phone_reply_of_code, "A mistake."
};
END
put("    &phone_toy_slip,\n", 'registry.c', '    &phone_toy_turn,');
put("extern const phone_endpoint_t  phone_toy_slip;\n", 'toys.h', 'extern const phone_endpoint_t  phone_toy_turn;');

my $build = "$top/build/" . Phone::Env::build();
my $goal = Phone::Env::build() eq 'asan' ? 'nginx' : 'ngx_http_phone_module.so';
my $out = `make -s -C $build/nginx-build -f $dir/t/toys/nginx/Makefile TOP=$dir DIR=$dir/o GOAL=$dir/o/$goal 2>&1`;
is $?, 0, 'it compiles' or die $out;

{
    no warnings 'redefine';
    *Phone::Env::built = sub { "$dir/o" };
}

my $p = Phone::Product->new;

my $reply = $p->post('/toy/greet', { name => 'li' });
is $reply->{json}{greeting}, 'hello li', 'somebody is greeted';
is $reply->{json}{times}, 1, 'for the first time';
is $p->post('/toy/greet', { name => 'li' })->{json}{times}, 2, 'and once more';

$reply = $p->post('/toy/greet', { name => 'nobody' });
is "$reply->{status} $reply->{json}{code} $reply->{json}{field}", '400 PARAM_INVALID name', 'nobody is refused';
is $p->post('/toy/greet', {})->{json}{code}, 'PARAM_MISSING', 'no name is missing';

my ($form) = $shell =~ /^curl -d (\S+) /;
my ($said) = $shell =~ /^\{"code":"OK",(.*),"times"/m;
like $p->post('/toy/greet', [split /=/, $form])->{content}, qr/\Q$said\E/, 'what the page shows';

is $p->post('/toy/slip', {})->{status}, 500, 'a handler with a mistake';
like slurp($p->dir . '/logs/error.log'),
    qr/\[error\] .*handler of "toy\.slip" has failed: its commit has guards in two buckets/,
    'and the log says which';

$p->stop;
done_testing;
