# The service worker keeps the pages and nothing else: without a network the app opens
# and says so; a new version takes over when one goes to another page.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(slurp spew temp_dir top);

my $dir = temp_dir();
mkdir "$dir/conf";
system('cp', '-r', top() . '/conf/html', "$dir/conf/html") == 0 or die "cp: $?\n";

my $p = Phone::Product->new(html => "$dir/conf/html");
$p->payer('13800000001', 10000);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', worker => 1);

my $kept = 'caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)'
         . '.then((cache) => cache.keys()).then((list) => list.map((one) => new URL(one.url).pathname)))))'
         . '.then((lists) => lists.flat().sort().join(" "))';

$li->logs_in('13800000001');
$li->presses('Cards');
$li->sees('Balance ¥100.00');
$li->step('has a worker', run => 'navigator.serviceWorker.ready.then(() => true)');

my %kept = map { $_ => 1 } split / /, $li->run($kept);
my ($list) = slurp(top() . '/conf/html/app/sw.js') =~ /^const FILES = \((.*?)\)/ms;
is join(' ', sort keys %kept), join(' ', sort $list =~ m{(/[^\s']+)}g), 'it keeps the pages, and no reply';


# without a network

$li->offline(1);
$li->reloads;
$li->finds('.tabs');
$li->sees('Cards');
$li->sees('You are offline.');
$li->offline(0);
$li->sees('Balance ¥100.00');


# a new version, in the middle of a form

$li->presses('Messages');
$li->presses('Write a message');
$li->fills('Message', 'half a sentence');

my $texts = slurp("$dir/conf/html/lib/en.js");
$texts =~ s/'Cards'/'My cards'/g or die;
spew("$dir/conf/html/lib/en.js", $texts);
is system(top() . "/t/tools/pages --root $dir --write > $dir/out"), 0, 'a new version'
    or diag slurp("$dir/out");

$li->step('notices it', run => 'navigator.serviceWorker.getRegistration().then((one) => one.update())'
    . '.then(() => new Promise((done) => { const go = () => navigator.serviceWorker.getRegistration()'
    . '.then((one) => one.waiting ? done(true) : setTimeout(go, 50)); go(); }))');
is $li->value('Message'), 'half a sentence', 'the form goes on';
unlike $li->text, qr/My cards/, 'with the version that it began with';

# a busy machine may need a second one
for my $page (qw(Bills Messages Bills Messages)) {
    $li->presses($page);
    $li->is_at('/app/' . lc $page =~ s/Messages/mail/r);
    $li->sees($page);
    last if $li->text =~ /My cards/;
}
like $li->text, qr/My cards/, 'the next page is of the new version';
unlike $li->run('caches.keys().then((names) => String(names.length))'), qr/[^1]/, 'the old one is gone';



# files that are not those of the version: while a server gets its new ones, or of two servers

my $good = slurp("$dir/conf/html/app/sw.js");
my $version = $good =~ /^const VERSION = '(\w+)'/m ? $1 : die 'no VERSION';
spew("$dir/conf/html/lib/en.js", slurp("$dir/conf/html/lib/en.js") =~ s/'My cards'/'Half a version'/gr);
spew("$dir/conf/html/app/sw.js", $good =~ s/$version/0123456789abcdef/r);
$li->step('does not take them', run => 'navigator.serviceWorker.getRegistration().then((one) => one.update())'
    . '.catch(() => {}).then(() => new Promise((done) => { const go = () => navigator.serviceWorker'
    . '.getRegistration().then((one) => one.installing ? setTimeout(go, 50) : done(true)); go(); }))');
ok !$li->run('navigator.serviceWorker.getRegistration().then((one) => Boolean(one.waiting))'), 'none waits to take over';
like $li->run('caches.keys().then((names) => names.join(" "))'), qr/^phone-$version$/, 'the version before stays';
$li->reloads;
$li->sees('My cards');
unlike $li->text, qr/Half a version/, 'whole';

$browser->done;
done_testing;
