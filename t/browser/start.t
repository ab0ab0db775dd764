# Files of the page that do not arrive: the page is loaded again by itself, a few times;
# then it says so, with a button.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(temp_dir top);

my $dir = temp_dir();
mkdir "$dir/conf";
system('cp', '-r', top() . '/conf/html', "$dir/conf/html") == 0 or die "cp: $?\n";

my $p = Phone::Product->new(html => "$dir/conf/html");
$p->payer('13800000001', 10000);

my $browser = Phone::Browser->new($p);

sub loads {
    my ($person) = @_;
    return scalar grep { m{^GET \S+/app/first\.js } } @{ $person->sent };
}


# once, and more often (Chromium itself asks again for a module whose preload has failed): a
# module, a style, a view that is loaded later

for my $case (['/lib/router.js', 1], ['/lib/router.js', 3], ['/app/app.js', 3], ['/style/base.css', 1]) {
    my ($file, $times) = @$case;
    my $li = $browser->person("without $file $times");
    $li->drop($file, $times);
    $li->opens('/');
    wait_for(sub { loads($li) > 1 }) if $times > 1 || $file =~ /css/;
    $li->finds('form');
    $li->finds('html:not(:has(#start))');
    cmp_ok loads($li), '<=', 1 + $times, "$file, $times: loaded again, no more often than it must";
    is $li->run('sessionStorage.getItem("phone.loads")'), undef, 'and that is forgotten';
}

my $li = $browser->person('li');
$li->drop('/app/views/bills.js', 1);
$li->drop('/app/session.js', 1);
$li->logs_in('13800000001');
$li->sees('No bills yet');
$li->drop('/app/views/mail.js', 1);
$li->opens('/app/mail/new');
$li->sees('Write a message');


# always: five loads, then words and a button

my $wu = $browser->person('wu');
$wu->drop('/lib/router.js', 1000);
$wu->opens('/');
$wu->sees('The page has not loaded. Check your connection and try again.');
$wu->sees('页面没有加载成功，请检查网络后重试。');
wait_for(sub { loads($wu) == 5 });
is join("\n", @{ $wu->wide }), '', 'the words fit';
for my $scheme ('light', 'dark') {
    $wu->scheme($scheme);
    is join("\n", @{ $wu->axe }), '', "and are accessible, $scheme";
}
$wu->presses('重新加载 Load again');
wait_for(sub { loads($wu) == 6 });
$wu->sees('The page has not loaded.');
$wu->drop('/lib/router.js', 0);
$wu->presses('重新加载 Load again');
$wu->finds('form');
is loads($wu), 7, 'each press is one load';
$wu->reloads;
$wu->finds('form');
is $wu->count('html[data-failed], #start'), 0, 'it is as it was';


# a view that never arrives: the others go on

my $zhou = $browser->person('zhou');
$zhou->logs_in('13800000001');
$zhou->drop('/app/views/cards.js', 1000);
$zhou->opens('/app/cards');
$zhou->sees('The page has not loaded.');
$zhou->opens('/app/me');
$zhou->sees('Payer 13800000001');


# what the service worker has kept has a gap, and the server has not the file either

my $sun = $browser->person('sun', worker => 1);
$sun->logs_in('13800000001');
$sun->step('has a worker', run => 'navigator.serviceWorker.ready.then(() => true)');
$sun->step('loses a file', run => 'caches.keys().then(([name]) => caches.open(name))'
    . '.then((cache) => cache.delete("/lib/live.js"))');
rename "$dir/conf/html/lib/live.js", "$dir/live.js" or die "live.js: $!\n";
$sun->reloads;
$sun->sees('The page has not loaded.');
$sun->finds('html[data-failed]');               # and it no longer tries by itself
rename "$dir/live.js", "$dir/conf/html/lib/live.js" or die "live.js: $!\n";
$sun->presses('重新加载 Load again');
$sun->sees('No bills yet');
$sun->step('has a worker again', run => 'navigator.serviceWorker.ready.then(() => caches.keys())'
    . '.then(([name]) => caches.open(name)).then((cache) => new Promise((done) => { const go = () =>'
    . 'cache.match("/lib/live.js").then((one) => one ? done(true) : setTimeout(go, 100)); go(); }))');

$browser->done;
done_testing;
