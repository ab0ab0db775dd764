# Every view in both languages, narrow and wide, dark and light: no text is left
# untranslated or has no name, nothing is wider than the screen or too small for a finger, axe finds nothing serious; a bill is
# paid with the keyboard alone; the first view is small.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;
my $shop = $p->shop('tea', name => '一家名字特别特别长的茶叶商店 with a long name');
my $payer = $p->payer('13800000001', 500, 100000);
$p->payer('13800000002', 100000);
my $other = { phone => '13800000002' };
$p->login($other);

my $long = 'Pneumonoultramicroscopicsilicovolcanoconiosis' x 2;
my @bills = map {
    $p->bill($shop, out_trade_no => "T$_", amount => 10 ** ($_ + 2), payer_phone => '13800000001',
             subject => "$long $_", body => $long)->{json}{bill_id}
} 1 .. 4;
$p->pay($payer, $bills[0], $payer->{cards}[1]);
$p->post("/pay/bills/$bills[1]/delegate", { phone => '13800000002' }, cookie => $payer->{cookie});
$p->post("/pay/bills/$bills[2]/reject", { reason => $long }, cookie => $payer->{cookie});
$p->post('/mail', { to => ['13800000001'], text => "$long\n$long" }, cookie => $other->{cookie});
$p->post('/mail', { to => ['13800000002'], text => 'short' }, cookie => $payer->{cookie});

my $contact = $p->post('/mail/contacts', { name => $long, note => $long,
    numbers => [map { { number => "1390000000$_", label => 'work' } } 1 .. 8] },
    cookie => $payer->{cookie})->{json}{contact_id};
my $job = $p->request('POST', '/mail/contacts/import?dry_run=1', body => "Name,Phone 1 - Value\n$long,13900000001\n",
    cookie => $payer->{cookie}, headers => { 'Content-Type' => 'text/csv' })->{json}{job_id};
$p->request(PUT => '/mail/triggers', body => { senders => ['13900000001', '13900000009'], from => '08:00', to => '22:00',
            timezone => 'Asia/Shanghai', count => 3 }, cookie => $payer->{cookie});
$p->post('/mail/blocked', { phone => '13900000009' }, cookie => $payer->{cookie});

my @views = ('/app/bills', (map { "/app/bills/$_" } @bills), '/app/mail', '/app/mail/new',
             '/app/mail/with/%2B8613800000002', '/app/cards', '/app/cards/new', '/app/me',
             '/app/me/sessions', '/app/me/password', '/app/me/pin', '/app/me/pin/forgotten',
             '/app/contacts', '/app/contacts/new', "/app/contacts/$contact", '/app/contacts/import',
             "/app/contacts/import/$job", '/app/me/triggers', '/app/me/blocked');

my %language = (
    zh => { locale => 'zh-CN', foreign => '[A-Za-z]{3,}', pay => qr/支付/ },
    en => { locale => 'en-US', foreign => '\p{Script=Han}', pay => qr/Pay/ },
);

my $browser = Phone::Browser->new($p);

# one language is enough for axe, and of the dark theme the colours are

sub looks_right {
    my ($person, $view, $language, @axe) = @_;
    my $foreign = $person->foreign($language{$language}{foreign});
    is join("\n", @$foreign), '', "$language $view: all of it translated";
    is join("\n", @{ $person->nameless }), '', "$language $view: all of it has a name";
    is $person->run(q{[...document.querySelectorAll('[hidden]')].filter((one) => one.checkVisibility()).length}), 0,
        "$language $view: what is hidden is not seen";
    is join("\n", @{ $person->small }), '', "$language $view: a finger finds it";
    for my $width (390, 1280) {
        $person->size($width, 844);
        is join("\n", @{ $person->wide }), '', "$language $view: fits into $width px";
        for my $scheme ($width == 390 ? @axe : ()) {
            $person->scheme($scheme);
            is join("\n", @{ $person->axe($scheme eq 'dark') }), '', "$language $view, $scheme: accessible";
        }
    }
    $person->size(390, 844);
}

for my $language (sort keys %language) {
    my $li = $browser->person($language, locale => $language{$language}{locale});
    $li->opens('/');
    $li->finds('form');
    looks_right($li, 'login', $language, 'light', 'dark');
    $li->logs_in('13800000001', locale => $language);

    for my $view (@views) {
        $li->opens($view);
        $li->finds($view =~ m{/bills/} ? '.facts' : $view =~ /with/ ? '.bubble' : $view =~ /cards$/ ? '.bank-card'
                   : $view =~ /pin$/ ? 'pin-pad' : $view =~ /sessions/ ? '.detail .line'
                   : $view =~ /contacts$/ ? '.list .line' : $view =~ m{import/} ? '.outcomes'
                   : $view =~ /blocked/ ? '.detail .line-text'
                   : $view =~ /triggers/ ? '.known li'
                   : $view =~ m{contacts/\d} ? '.detail form' : $view =~ m{/me$} ? '.profile .tabular' : $view =~ m{/(?:bills|mail)$} ? '.line' : '.detail *');
        looks_right($li, $view =~ s/-.*//r, $language, $language eq 'en' ? ('light', 'dark') : ());
    }

    $li->opens('/app/mail/new');
    $li->presses($language eq 'zh' ? '从通讯录选择' : 'Choose from the phonebook');
    $li->finds('dialog [type=checkbox]');
    looks_right($li, 'the choice of numbers', $language, 'light', 'dark');

    # the steps of the sheet

    $li->opens("/app/bills/$bills[3]");
    $li->step('opens the sheet', press => $language eq 'zh' ? '支付 ¥10,000.00' : 'Pay ¥10,000.00');
    $li->finds('dialog .card-choice button');
    looks_right($li, 'the sheet', $language, 'light', 'dark');
    for my $step (['更换', 'Change'], ['拒绝', 'Reject'], ['请人代付', 'Hand on'], ['支付 ¥10,000.00', 'Pay ¥10,000.00']) {
        $li->presses($step->[$language eq 'en']);
        looks_right($li, "the sheet, $step->[1]", $language, 'light');
        $li->presses($language eq 'en' ? 'Back' : '返回');
    }
}


# the language and the theme are chosen, and stay

my $li = $browser->person('li', locale => 'zh-CN');
$li->logs_in('13800000001', locale => 'zh');
$li->presses('我');
$li->presses('English');
$li->sees('Log out');

# how many messages are unread, beside the word

for (1 .. 12) {
    $p->post('/mail', { to => ['13800000001'], text => "unread $_" }, cookie => $other->{cookie});
}
$li->opens('/app/mail');
$li->finds('.badge:text-matches("^1[23]")');
for my $width (390, 1280) {
    $li->size($width, 844);
    is $li->run(q{[...document.querySelectorAll('.tab > span')].filter((one) => one.getBoundingClientRect().height > 30
        || one.scrollWidth > one.clientWidth + 1).length}), 0, "the tabs are one line each, $width px";
}
$li->size(390, 844);
$li->opens('/app/me');

$li->presses('Dark');
$li->reloads;
$li->sees('Log out');
is $li->run('document.documentElement.lang + getComputedStyle(document.documentElement).colorScheme'), 'endark',
    'both after a reload';
$li->presses('Light');


# with the keyboard alone: from the address to "paid"

my $keys = $browser->person('keys');
$keys->opens('/');
$keys->finds('form');
$keys->focuses('Phone number', 'the first field has the focus');
$keys->types('13800000002');
$keys->hits('Tab');
$keys->types(Phone::Product::PASSWORD);
$keys->hits('Enter');
$keys->is_at('/app/bills');
$keys->sees('Asked of you');

$keys->tabs_to(qr/一家名字/);
$keys->hits('Enter');
$keys->sees('Look and decide');
$keys->focuses('Bill', 'the focus is at the heading of what is new');
$keys->tabs_to(qr/^Look and decide$/);
$keys->hits('Enter');
$keys->tabs_to(qr/^Accept$/);
$keys->hits('Enter');
$keys->sees('Pay with');
$keys->tabs_to(qr/^Pay ¥1/);
$keys->hits('Enter');
$keys->finds('pin-pad');
$keys->types('271828');
$keys->sees('Show the receipt');
$keys->focuses('Done', 'Enter goes on');
$keys->hits('Enter');
$keys->finds('body:not(:has(dialog))');
$keys->hits('Escape');
ok $keys->focus ne '', 'the focus is somewhere';


# the first view, as a browser gets it that has never been here

my $first = $browser->person('first');
$first->opens('/');
$first->finds('form');
my ($seen, $figures) = (-1);
wait_for(sub { my $before = $seen; $figures = $first->figures; ($seen = $figures->{requests}) == $before
               && $seen > 10 || (select(undef, undef, undef, 0.3), 0)[1] }, 30);
note sprintf 'first view: %d bytes in %d requests', @$figures{qw(bytes requests)};
cmp_ok $figures->{bytes}, '<', 150_000, 'the first view is smaller than 150 kB';

my $slow = $browser->person('slow')->slowly('/');
note sprintf 'first view at 1.6 Mbit/s and 150 ms, HTTP/1.1: %d ms, layout shift %.3f', @$slow{qw(ms shift)};

$browser->done;
done_testing;
