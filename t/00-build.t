# The module as it was built: it loads, costs nothing where it is not used, and
# nginx reloads and ends well with it.

use lib 't/lib';
use Phone::Flow;
use Phone::Env qw(nginx module);

if (defined(my $module = module())) {
    ok -s $module, 'there is one object';

    my $symbols = `nm -D --defined-only $module`;
    like $symbols, qr/ ngx_modules$/m, 'which nginx can load';

} else {
    my $arguments = `@{[nginx()]} -V 2>&1`;
    like $arguments, qr/--add-module=/, 'nginx has it built in';
    like $arguments, qr/-fsanitize=address/, 'with sanitizers';
}

my $flow = Phone::Flow->new(redis => 0, allow => qr/phone_no_such_thing/);

my ($code, $text) = $flow->config("%%GLOBALS%%\nevents { }\n")->test_config;
is $code, 0, 'a configuration without http' or diag $text;

$flow->config(<<'END');
%%GLOBALS%%
events { }
http {
    %%HTTP%%
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { return 200 "nginx\n"; }
    }
}
END

($code, $text) = $flow->test_config;
is $code, 0, 'a configuration without our directives' or diag $text;

$flow->start;
is $flow->get('/')->{content}, "nginx\n", 'nginx answers';

for my $n (1 .. 3) {
    $flow->reload(wait => 1);
    is $flow->get('/')->{content}, "nginx\n", "after reload $n";
}

$flow->kill_worker;
is $flow->get('/')->{content}, "nginx\n", 'after the death of a worker';

unlike $flow->log, qr/redis|phone/i, 'the unused module does nothing';

$flow->stop;

# an unknown directive is nginx's to refuse, not the module's to crash on
($code, $text) = $flow->config("%%GLOBALS%%\nevents { }\n"
                               . "http { phone_no_such_thing on; }\n")
                      ->test_config;
is $code, 1, 'an unknown directive is refused';
like $text, qr/unknown directive "phone_no_such_thing"/, 'by its name';

done_testing;
