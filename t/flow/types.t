# The modules of conf/html fit together: TypeScript reads them, with what JSDoc says.

use Test::More;
use strict;
use warnings;

use lib 't/lib';
use Phone::Env qw(slurp spew temp_dir top);

my $tools = `t/tools/openapi-tools`;
chomp $tools;
die "t/tools/openapi-tools failed: make deps\n" if $? || !$tools;

my $dir = temp_dir();
system('cp', '-r', (map { top() . "/conf/html/$_" } qw(lib app console)), $dir) == 0 or die "cp: $?\n";

spew("$dir/tsconfig.json", <<'END');
{
    "compilerOptions": {
        "allowJs": true, "checkJs": true, "noEmit": true, "target": "es2024", "module": "esnext",
        "moduleResolution": "bundler", "lib": ["es2024", "dom", "dom.iterable"], "types": []
    },
    "include": ["lib/*.js", "app/**/*.js", "console/**/*.js"],
    "exclude": ["app/sw.js"]
}
END

sub errors { `cd $dir && $tools/node_modules/.bin/tsc -p . 2>&1` }

is errors(), '', 'all of it fits';

my $mail = slurp("$dir/app/views/mail.js");
$mail =~ s/setUnread\(reply\.unread\)/setUnraed(reply.unread)/ or die 'no setUnread';
spew("$dir/app/views/mail.js", $mail);
like errors(), qr{^app/views/mail\.js\(\d+,\d+\): error .*setUnraed}m, 'what does not is told';

done_testing;
