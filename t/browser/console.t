# The operator's console: what is wrong and why, the ledger, notices that nobody has taken,
# merchants and their keys, PINs, credit. The token is in the memory of the tab only.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Merchant;
use Phone::Bank;
use Phone::Env qw(slurp);
use Phone::Sign;
use POSIX ();

use constant TOKEN => 'operator-token-for-tests';

my @attacks = (
    q{<img src=x onerror=alert(1)>},
    q{"><script>alert(2)</script>},
    q{javascript:alert(4)},
    q[{{constructor.constructor('alert(6)')()}}],
);

# the operator's listener, as in conf/nginx.conf; a bank over HTTP, as in docs/bank.md

my $p = Phone::Product->new(stopped => 1);
my ($dir, $port) = ($p->dir, $p->port('operator'));
my $bank = Phone::Bank->new('a secret that the bank shares with us');
$p->write('citybank.secret', "a secret that the bank shares with us\n", 0600);
$p->configure(http => <<"END");
    phone_notice_schedule 1s;
    phone_pump interval=200ms;
    phone_bank citybank $dir/citybank.secret;
    phone_fetch_location bank /bank;
    server {
        listen 127.0.0.1:$port;
        include $dir/operator.conf;
        include $dir/status.conf;
        include $dir/console.conf;
    }
END
my ($location) = slurp('docs/bank.md') =~ m{(location = /bank \{.*?\n        \})}s or die "no location in docs/bank.md\n";
$location =~ s{proxy_pass +[^;]*}{'proxy_pass ' . $bank->url}e or die "no proxy_pass in docs/bank.md\n";
$p->write('fetch.conf', slurp("$dir/fetch.conf") =~ s{(access_log[^;]*;)}{$1\n$location}r);
$p->start;
my $url = "http://127.0.0.1:$port";

my $shop = $p->shop('tea', name => $attacks[0], notify_url => 'http://127.0.0.1:9/notice');
$p->shop("evil$_", name => $attacks[$_], key => 'cake') for 1 .. $#attacks;
my $formula = $p->shop('formula', name => '=HYPERLINK("x")', key => 'cake');
my $payer = $p->payer('13800000001', 100000);
my $bill = $p->bill($shop, out_trade_no => 'T1', amount => 100, payer_phone => '13800000001',
                    subject => $attacks[1])->{json}{bill_id};
$p->pay($payer, $bill, $payer->{cards}[0]);

my $card = $p->operator('bank-cards', phone => '13800000001', card_no => $p->card_no, balance => 0,
                        bank => 'citybank')->{card_id};
$bank->behave(capture => 'says:DECLINED');
my $unclear = $p->bill($formula, out_trade_no => 'B1', amount => 1280, payer_phone => '13800000001',
                       subject => 'x')->{json}{bill_id};
$p->pay($payer, $unclear, $card);

sub waiting {
    my ($what) = @_;
    return scalar @{ $p->get("/operator/$what", headers => { Authorization => 'Bearer ' . TOKEN })->{json}{$what} };
}
wait_for(sub { waiting('notices') == 1 }) or die "no exhausted notice\n";
wait_for(sub { waiting('payments') == 1 }) or die "no stuck payment\n";

my $browser = Phone::Browser->new($url);
my $op = $browser->person('operator', width => 1280);

sub opens_console {
    my ($person, $path, $zh) = @_;
    $person->opens("/console/operator$path");
    $person->fills($zh ? '运营令牌' : 'Operator’s token', TOKEN);
    $person->presses($zh ? '进入' : 'Open');
    $person->finds('.tabs');
    $person->finds('.head');
}

sub harmless {
    my ($person, $where) = @_;
    is $person->run(q{document.querySelectorAll('[onerror], [onload], [src=x], main script, dialog script').length}),
        0, "$where: no markup of a text";
}

# Wherever a page may keep something: none of it has the token.

sub keeps_no_token {
    my ($when) = @_;
    unlike $op->run(q{JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href,
        history.state, document.title, document.documentElement.outerHTML,
        [...document.querySelectorAll('input')].map((input) => input.value),
        performance.getEntriesByType('resource').map((one) => one.name)])}), qr/\Q${\TOKEN}\E/, "$when: no token kept";
}


# the wrong token, what cannot be one, the right one

$op->opens('/console/operator/merchants?filter=ev');
$op->fills('Operator’s token', 'wrong-token');
unlike $op->run('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'), qr/wrong-token/,
    'not kept while it is typed';
$op->presses('Open');
$op->sees('This is not the operator’s token');
is $op->count('.table'), 0, 'nothing is shown';
$op->fills('Operator’s token', '令牌');
$op->presses('Open');
$op->sees('This is not the operator’s token');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->is_at('/console/operator/merchants');
$op->sees('3 of 5 rows');
keeps_no_token('after the login');


# merchants: the filter, the keyboard, the file

$op->fills('Filter', 'formula');
$op->sees('1 of 5 rows');
is $op->run('location.search'), '?filter=formula', 'the filter is in the address';
my ($name, $file) = @{ $op->call(saves => 'Save as CSV') };
is $name, 'merchants.csv', 'the file';
like $file, qr/^\x{FEFF}Name,Merchant id,/, 'has the names of the columns';
like $file, qr/^"'=HYPERLINK\(""x""\)",formula,/m, 'a text that begins like a formula is none';
unlike $file, qr/evil/, 'and only what is shown';
$op->fills('Filter', '');
$op->sees('5 of 5 rows');
harmless($op, 'the merchants');
$op->run(q{document.querySelector('tbody a').focus()});
$op->focuses('=HYPERLINK("x")', 'the first row');
$op->hits('ArrowDown');
$op->focuses($attacks[3], 'the next one');
$op->hits('End');
$op->focuses($attacks[0], 'the last one');
$op->hits('Enter');
$op->is_at('/console/operator/merchants/tea');
$op->sees('Not settled');
$op->sees('CNY (1 of at most 32 currencies)');
harmless($op, 'a merchant');

$op->presses('Disable');
$op->sees('its bills cannot be paid');
$op->presses('Cancel');
$op->presses('Disable');
$op->presses('Disable');
$op->finds('button:text("Enable")');
is $p->bill($shop, out_trade_no => 'T2', amount => 1, payer_phone => '13800000001', subject => 'x')
    ->{json}{code}, 'MERCHANT_CLOSED', 'it is disabled';
$op->presses('Enable');
$op->finds('button:text("Disable")');


# keys: a private one is not sent; a public one; a secret

my $key = Phone::Sign::key('cake');
$op->fills('Key id', 'k2');
$op->fills('Public key', slurp($key->{private}));
$op->presses('Add a key');
$op->sees('This is a private key, and was not sent.');
unlike $op->run('JSON.stringify({ ...sessionStorage })'), qr/PRIVATE/, 'nor kept';
$op->fills('Public key', slurp($key->{public}));
$op->presses('Add a key');
$op->sees('The key k2 was added.');
$op->fills('Key id', 'k2');
$op->fills('Public key', 'no key');
$op->presses('Add a key');
$op->finds('[aria-invalid=true], .problem');

$op->opens('/console/operator/merchant-new');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->is_at('/console/operator/merchant-new');
$op->fills('Merchant id', 'cake');
$op->fills('Name', 'Cake Shop');
$op->presses('Use a shared secret, made by the platform, instead');
$op->presses('Add a merchant');
$op->sees('cake was added.');
$op->sees('The secret of cake is shown only this once');
my $secret = $op->run(q{document.querySelector('.note .code').textContent});
like $secret, qr/^[\w-]{43}$/, 'the secret';
$op->presses('cake');
$op->sees('HMAC-SHA256');
$op->presses('中文');
$op->sees($secret);
$op->presses('English');
is $op->count('.away:not([hidden])'), 0, 'a page that shows it needs no more';
$op->presses('Health');
$op->sees('A secret of cake is not saved yet');
$op->stays;
$op->presses('Lock');
$op->sees('Leave without the secret?');
$op->presses('Cancel');
$op->presses('Show');
$op->is_at('/console/operator/merchants/cake');
$op->sees($secret);
$op->presses('I have saved it');
unlike $op->text, qr/\Q$secret\E/, 'is not shown again';
$op->presses('Health');
$op->sees('Workers');
is $op->count('.away:not([hidden])'), 0, 'and nothing is said of it';
$op->reloads;
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('Workers');


# keywords: given, refused at the field, taken away

$op->opens('/console/operator/merchants/cake/keywords');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('No keywords');
for my $refused (['stop' => 'KEYWORD_TAKEN'], ['a b' => 'PARAM_INVALID'], ['x' => 'PARAM_INVALID']) {
    $op->fills('Keyword', $refused->[0]);
    $op->presses('Give the keyword');
    $op->finds('input[name=keyword][aria-invalid=true]');
    $op->sees('No keywords');
}
$p->operator('merchants/evil1/keywords', keyword => 'pizza');
$op->fills('Keyword', 'Pizza');
$op->presses('Give the keyword');
$op->finds('input[name=keyword][aria-invalid=true]');
for my $n (1 .. 10) {
    $op->fills('Keyword', "Menu$n");
    $op->presses('Give the keyword');
    $op->finds(qq{td bdi:text-is("menu$n")});
}
$op->fills('Keyword', 'menu11');
$op->presses('Give the keyword');
$op->finds('input[name=keyword][aria-invalid=true]');
$op->sees('10 of 10 rows');
$op->presses('Take menu3 away');
$op->sees('cake gets no more such texts');
$op->presses('Cancel');
$op->sees('10 of 10 rows');
$op->presses('Take menu3 away');
$op->presses('Take away');
$op->sees('menu3 was taken away.');
$op->sees('9 of 9 rows');
is scalar(grep { $_->{keyword} eq 'menu3' } @{ $p->get('/operator/merchants/cake/keywords',
    headers => { Authorization => 'Bearer ' . TOKEN })->{json}{keywords} }), 0, 'it is';
$p->delete("/operator/merchants/cake/keywords/menu4", headers => { Authorization => 'Bearer ' . TOKEN });
$op->presses('Take menu4 away');
$op->presses('Take away');
$op->finds('.problem');
$op->sees('9 of 9 rows');


# notices that nobody has taken

$op->presses('Stuck');
$op->sees($bill);
harmless($op, 'the notices');
$op->presses('Send again');
$op->sees('Sent again');


# a payment whose bank contradicts itself

$op->presses('Stuck payments');
$op->sees('Stopped while taking the money');
$op->sees('¥12.80');
$op->sees($unclear);
$op->presses('Resume');
$op->sees('nothing is paid twice');
$op->presses('Cancel');
is waiting('payments'), 1, 'turned back: it is not resumed';
$op->presses('Resume');
$op->presses('Resume');
$op->sees('Resumed');
ok wait_for(sub { waiting('payments') == 0 }), 'it is';
$op->presses('Exhausted notices');
$op->presses('Stuck payments');
$op->sees('No stuck payments');


# the ledger

$op->presses('Ledger');
$op->presses('Check the ledger');
$op->sees('The books are right.');
$op->sees('Open from');
is $op->run(q{(() => {
    document.querySelector('.pane').scrollTo(0, 1e6);
    return [...document.querySelectorAll('th')].at(-1).getBoundingClientRect().top;
})()}), 60, 'the head of the months stays below the heading';
wait_for(sub { waiting('notices') == 1 }) or die "the notice is still being sent\n";
my ($record) = $p->redis->keys("*}:bill:$bill");
my $dump = $p->redis->command('DUMP', $record);
$p->redis->command('DEL', $record);
$op->presses('Check the ledger');
$op->sees('The books are not right.');
$op->sees('bill_missing');
$op->sees('Checks in this tab');
$p->redis->command('RESTORE', $record, 0, $dump);
$op->presses('Check the ledger');
$op->sees('The books are right.');


# accounts: what was typed stays when one turns back

$op->presses('Accounts');
$op->run(q{document.querySelectorAll('input[name=phone]')[1].focus()});
$op->types('13800000001');
$op->fills('Amount', 'fifty');
$op->fills('Credit number', 'C-1');
$op->presses('Credit');
$op->sees('Enter an amount such as 12.80.');
$op->fills('Amount', '50.00');
$op->fills('Credit number', 'C-1');
$op->presses('中文');
$op->presses('English');
is $op->value('Amount'), '50.00', 'another language: what was typed is there';
$op->presses('Credit');
$op->sees('50.00 will be added');
$op->presses('Cancel');
is $op->value('Amount'), '50.00', 'turned back: it is still there';
$op->presses('Credit');
$op->presses('Credit');
$op->sees('The balance of +86 138 0000 0001 is ¥50.00.');

$op->run(q{document.querySelector('input[name=phone]').focus()});
$op->types('13800000001');
$op->presses('Remove the PIN');
$op->sees('Verify first that the owner asks for it.');
$op->presses('Remove the PIN');
$op->sees('The PIN of +86 138 0000 0001 was removed.');
is $p->get('/me', cookie => $payer->{cookie})->{status}, 401, 'its sessions have ended';


# bank cards: a wrong number is refused at its field, and no number stays on the page

$op->presses('Bank cards');
my $card_no = $p->card_no;
$op->run(q{document.querySelector('input[name=phone]').focus()});
$op->types('13800000001');
$op->fills('Card number', '6222020000000010');
$op->fills('Balance', '1.00');
$op->fills('Currency', 'CNY');
$op->presses('Create a card');
$op->sees('will have ¥1.00.');
$op->presses('Create a card');
$op->finds('input[name=card_no][aria-invalid=true]');
$op->fills('Card number', $card_no);
$op->presses('Create a card');
$op->presses('Create a card');
$op->sees('was created at the built-in bank.');
$op->run(q{document.querySelectorAll('input[name=card_no]')[1].focus()});
$op->types($card_no);
$op->run(q{document.querySelectorAll('input[name=proof]')[1].focus()});
$op->types('141421');
$op->presses('Replace the proof');
$op->sees('The one before is void.');
unlike $op->run('document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage, ...localStorage })'),
    qr/\Q$card_no\E/, 'no card number is kept';


# payouts: of all takings, and too much; terminals

$op->opens('/console/operator/merchants/tea/payouts');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('No payouts yet');
$op->fills('Settlement number', 'S-1');
$op->fills('Amount', '10000');
$op->presses('Record the payout');
$op->finds('input[name=currency][aria-invalid=true]');
$op->fills('Currency', 'CNY');
$op->presses('Record the payout');
$op->sees('10,000.00 of the takings of tea');
$op->presses('Cancel');
$op->presses('Record the payout');
$op->presses('Record the payout');
$op->finds('.problem, [aria-invalid=true]');
$op->sees('No payouts yet');
$op->fills('Amount', '');
$op->fills('Currency', '');
$op->fills('Reference', $attacks[0]);
$op->presses('Record the payout');
$op->sees('All takings of tea');
$op->presses('Record the payout');
$op->sees('¥1.00 was recorded as paid out, ¥0.00 is left.');
$op->finds('.table');
harmless($op, 'the payouts');
is_deeply $p->get('/operator/merchants/tea', headers => { Authorization => 'Bearer ' . TOKEN })->{json}{takings}[0]{amount},
    0, 'they are';

$op->opens('/console/operator/merchants/tea/terminals');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('No terminals');
$op->fills('Terminal id', 'till-1');
$op->fills('Public key', slurp($key->{private}));
$op->presses('Save');
$op->sees('This is a private key, and was not sent.');
$op->fills('Public key', slurp($key->{public}));
$op->presses('Save');
$op->sees('till-1 was saved.');
$op->presses('Disable');
$op->sees('Calls of till-1 are refused');
$op->presses('Disable');
$op->finds('.mark.good:text("Disabled")');


# a bank that owes nothing; a bank that there is not; a month that is not over; secrets

$op->presses('Ledger');
$op->presses('Settle with a bank');
$op->fills('Bank', 'nobank');
$op->fills('Settlement number', 'B-1');
$op->presses('Book');
$op->presses('Book');
$op->finds('input[name=bank][aria-invalid=true]');
$op->fills('Bank', 'citybank');
$op->presses('Book');
$op->presses('Book');
$op->sees('After that the bank owes');

$op->presses('Ledger');
my $month = POSIX::strftime('%Y-%m', gmtime);
$op->fills('Month', $month);
$op->presses('Close a month');
$op->sees('This cannot be undone.');
$op->presses('Close a month');
$op->finds('input[name=month][aria-invalid=true]');

$op->presses('Health');
$op->presses('Texts (SMS)');
$op->sees('The gateway has taken the text');
$op->presses('Health');
$op->presses('Secrets');
$op->finds('.mark.good:text("Newest")');
is $op->count('button:text("Encrypt again")'), 0, 'with one secret there is nothing to encrypt again';


# search: as far as the API goes, and it says so

$op->presses('Search');
$op->fills('Search for', 'tea');
$op->presses('Search');
$op->is_at('/console/operator/search');
$op->sees($attacks[0]);
wait_for(sub { waiting('notices') == 1 });
$op->fills('Search for', $bill);
$op->presses('Search');
$op->finds('.table');
$op->sees($bill);
$op->sees('Order number');
$op->sees($attacks[1]);
harmless($op, 'a bill');
$op->presses('+86 138 0000 0001');
$op->sees('Unlock its PIN, or credit it');
$op->sees('¥50.00');
$op->sees('Not set');
$op->fills('Search for', '13800009999');
$op->presses('Search');
$op->loses('Open sessions');
$op->fills('Search for', $attacks[0]);
$op->presses('Search');
$op->sees('Nothing found');
harmless($op, 'the search');
keeps_no_token('after all that');


# health: well, and not

$op->presses('Health');
$op->sees('Merchants have not acknowledged some notices');
$op->sees('Workers');
$op->sees('Calls a second');
$p->redis->freeze;
$op->finds('.cause.bad');
$p->redis->thaw;
wait_for(sub { $p->get('/status')->{status} == 200 });
$op->loses('store cannot be');


# put away; a reload; a token that was replaced

$op->presses('Merchants');
$op->sees('6 of 6 rows');
$op->presses('Lock');
$op->finds('input[type=password]');
is $op->count('.table'), 0, 'nothing is left on the screen';
opens_console($op, '/merchants?filter=formula');
$op->sees('1 of 6 rows');
$op->reloads;
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('1 of 6 rows');
$p->write('operator.token', "another-token-for-tests\n", 0600);
$p->reload(wait => 1);
$op->presses('Accounts');
$op->presses('Merchants');
$op->finds('input[type=password]');
$op->fills('Operator’s token', TOKEN);
$op->presses('Open');
$op->sees('This is not the operator’s token');
$p->write('operator.token', TOKEN . "\n", 0600);
$p->reload(wait => 1);


# both languages, both widths, both themes

my %language = (
    zh => { locale => 'zh-CN', foreign => '[A-Za-z]{3,}' },
    en => { locale => 'en-US', foreign => '\p{Script=Han}' },
);

for my $language (sort keys %language) {
    my $person = $browser->person($language, locale => $language{$language}{locale});
    $person->opens('/console/operator');
    $person->finds('form');

    for my $view ('token', '/health', '/ledger', '/notices', '/payments', '/merchants', '/merchants/tea',
                  '/merchants/tea/payouts', '/merchants/tea/terminals', '/merchants/tea/keywords', '/texts', '/merchant-new', '/accounts', '/bank-cards',
                  '/banks', '/secrets', '/search?q=tea')
    {
        if ($view ne 'token') {
            opens_console($person, $view, $language eq 'zh');
            $person->finds($view eq '/health' ? '.charts' : $view eq '/ledger' ? '.table, .empty'
                           : $view =~ /new|accounts|bank/ ? 'form' : '.table, .empty');
        }
        is join("\n", @{ $person->foreign($language{$language}{foreign}) }), '', "$language $view: all translated";
        is join("\n", @{ $person->nameless }), '', "$language $view: all of it has a name";
        for my $width (390, 1280) {
            $person->size($width, 844);
            is join("\n", @{ $person->wide }), '', "$language $view: fits into $width px";
            is join("\n", @{ $person->axe(0) }), '', "$view: accessible" if $language eq 'en' && $width == 1280;
        }
        if ($language eq 'en') {
            $person->scheme('dark');
            is join("\n", @{ $person->axe(1) }), '', "$view, dark: accessible";
            $person->scheme('light');
        }
        $person->size(390, 844);
    }
}

my $li = $browser->person('li', locale => 'zh-CN');
opens_console($li, '/merchants', 1);
$li->presses('English');
$li->sees('Merchants');


# where it is, and where it is not

like $p->get('/console/operator')->{status}, qr/^404$/, 'not in the public server';
is $p->get('/console/operator/operator.js')->{status}, 404, 'nothing of it';
my $http = HTTP::Tiny->new;
my $page = $http->get("$url/console/operator/merchants/tea");
is $page->{status}, 200, 'an address of the console';
like $page->{headers}{'content-security-policy'}, qr/^default-src 'none'; script-src 'self';.*trusted-types 'none'$/,
    'the policy';
is $http->get("$url/console/operator/nothing.js")->{status}, 404, 'a file that is not there';
is $http->get("$url/app/bills")->{status}, 404, 'the app is not here';
like $http->get("$url/console/operator/..%2f..%2f..%2foperator.token")->{status}, qr/^40[04]$/, 'nothing outside';
unlike slurp("$dir/logs/access.log"), qr/\Q${\TOKEN}\E/, 'no token in a log';

$browser->done;
done_testing;
