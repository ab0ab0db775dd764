# Every page of the merchant's console in both languages, narrow and wide, dark and light;
# the keyboard alone; where it is served, and with which policy.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(slurp);
use Phone::Merchant;
use Phone::Sign;
use POSIX ();

my $server = Phone::Merchant->new('500');
my $p = Phone::Product->new(http => 'phone_notice_schedule 1s; phone_pump interval=200ms;');
my $shop = $p->shop('tea', notify_url => $server->url);
my $payer = $p->payer('13800000001', 10000000);
my $key = slurp(Phone::Sign::key('shop')->{private});
my $long = 'Pneumonoultramicroscopicsilicovolcanoconiosis';

sub bill {
    my ($no) = @_;
    return $p->bill($shop, out_trade_no => $no, amount => 1234567, payer_phone => '13800000001',
                    subject => $long)->{json}{bill_id};
}

my $bill = bill($long);
$p->pay($payer, $bill, $payer->{cards}[0]);
$p->signed($shop, '/pay/refund', bill_id => $bill, out_refund_no => 'R1', amount => 34567);
my $rejected = bill('T2');
$p->post("/pay/bills/$rejected/reject", { reason => "$long $long" }, cookie => $payer->{cookie});
ok wait_for(sub { @{ $p->signed($shop, '/pay/notices', state => 'EXHAUSTED')->{json}{notices} } >= 3 }),
    'notices that nobody has taken';

sub day { return POSIX::strftime('%Y-%m-%d', gmtime(time + 8 * 3600 - 86400 * $_[0])) }

my ($merchant) = $p->redis->keys('phone:*:merchant:tea');
my $noon = (int((time + 8 * 3600) / 86400) - 1) * 86400_000 + 4 * 3600_000;
$p->redis->command('HSET', $merchant, 'created', $noon - 13 * 86400_000);
for my $ago (0 .. 12) {
    (my $log = $merchant) =~ s/:merchant:tea$/':moved:tea:' . day(1 + $ago)/e;
    $p->redis->command('RPUSH', $log, ($noon - $ago * 86400_000) . ",payment,$bill,$long$ago,,CNY," . 1000003 ** ($ago % 3));
}
$p->redis->command('RPUSH', $merchant =~ s/:merchant:tea$/':moved:tea:' . day(1)/er,
                   "$noon,refund,$bill,${long}0,R$long,CNY,-500000");
$p->operator('merchants/tea/settle', settle_no => $long, amount => 500, reference => $long);
$p->reload(wait => 1);
my $yesterday = day(1);
ok wait_for(sub { $p->signed($shop, '/pay/statement', date => $yesterday)->{status} == 200 }), 'a statement';

my %language = (
    zh => { locale => 'zh-CN', foreign => '[A-Za-z]{3,}' },
    en => { locale => 'en-US', foreign => '\p{Script=Han}' },
);

my $browser = Phone::Browser->new($p);

sub looks_right {
    my ($person, $view, $language) = @_;
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

sub enters {
    my ($person, $zh) = @_;
    $person->fills($zh ? '商户编号' : 'Merchant id', 'tea');
    $person->fills($zh ? '私钥或共享密钥' : 'Private key or secret', $key);
    $person->presses($zh ? '保存在本浏览器中，任何人都无法读出' : 'Keep it in this browser, where nobody can read it out');
    $person->presses($zh ? '进入' : 'Open');
    $person->finds('.tabs');
    $person->finds('.head');
}

for my $language (sort keys %language) {
    my $person = $browser->person($language, locale => $language{$language}{locale});
    my $zh = $language eq 'zh';
    $person->opens('/console/merchant');
    $person->finds('form');
    $person->run(q{document.querySelector('details').open = true});
    looks_right($person, 'the entrance', $language);
    enters($person, $zh);

    $person->opens('/console/merchant/bills');
    $person->finds('tbody tr');
    cmp_ok $person->run(q{document.querySelector('tbody tr').getBoundingClientRect().top}), '<', 360,
        "$language: the bills begin on the first screen of a phone";
    cmp_ok $person->run(q{document.querySelector('tbody tr').getBoundingClientRect().height}), '<', 80,
        "$language: two lines each";
    $person->shot("$ENV{PHONE_SHOTS}/bills-390-$language.png") if $ENV{PHONE_SHOTS};

    for my $view (['/bills/' . $bill => '.way'], ["/bills/$rejected" => '.way'], ['/bills' => '.table'],
                  ['/bill-new' => 'form'], ['/notices' => '.table'], ['/notices?state=PENDING' => '.table, .empty'],
                  ['/check' => 'button.primary'], ['/takings' => 'svg.bars'], ['/statements' => 'form'],
                  ["/statements/$yesterday" => '.facts'], ['/statements/2020-01-01' => '.cause'],
                  ["/reconcile/$yesterday" => 'form'], ['/keys' => '.table'], ['/doctor' => 'form'])
    {
        my ($path, $what) = @$view;
        $person->opens("/console/merchant$path");
        $person->finds($what);
        looks_right($person, $path =~ s/-.*//r, $language);
    }

    # what appears in a page: a sheet, a result, a table of differences, a key to announce

    $person->opens("/console/merchant/bills/$bill");
    $person->presses($zh ? '退款' : 'Refund');
    $person->finds('dialog form');
    looks_right($person, 'the refund', $language);

    $person->opens("/console/merchant/reconcile/$yesterday");
    $person->sees($zh ? '选择文件 未选择文件' : 'Choose a file No file chosen');
    $person->chooses($zh ? '当天的账目文件' : 'Your file of the day', 'mine.csv',
                     "out_trade_no,amount,status\n${long}0,7,$long\nX1,5,\nX1,5,\n");
    $person->presses($zh ? '与对账单核对' : 'Compare with the statement');
    $person->finds('.cause.bad');
    looks_right($person, 'the differences', $language);

    $person->opens('/console/merchant/keys');
    $person->fills($zh ? '新密钥的编号' : 'Id of the new key', 'k2');
    $person->presses($zh ? '生成密钥' : 'Make the key');
    $person->finds('.announced');
    looks_right($person, 'a key to announce', $language);

    $person->opens('/console/merchant/doctor');
    $person->fills($zh ? '被拒绝的请求' : 'The call that was refused', '{"merchant_id":"tea","sign":"x"}');
    $person->presses($zh ? '诊断' : 'Examine the call');
    $person->finds('.cause');
    looks_right($person, 'the doctor', $language);
}

# the probes of a check take seconds: once

my $check = $browser->person('check');
$check->opens('/console/merchant/check');
enters($check, 0);
$check->presses('Check the address');
$check->sees('Notices do not arrive.');
looks_right($check, 'the check', 'en');


# with the keyboard alone: in, to a bill, back

my $keys = $browser->person('keys', width => 1280);

$keys->opens('/console/merchant');
$keys->finds('form');
$keys->focuses('Merchant id', 'the first field has the focus');
$keys->types('tea');
$keys->tabs_to(qr/^Private key/);
$keys->run(q{document.activeElement.value = } . Cpanel::JSON::XS->new->allow_nonref->encode($key));
$keys->tabs_to(qr/^Open$/);
$keys->hits('Enter');
$keys->sees('Find a bill');
$keys->tabs_to(qr/^Find a bill$/);
$keys->types($long);
$keys->hits('Enter');
$keys->is_at('/console/merchant/bills/');
$keys->focuses('Bill', 'the focus is at the heading of what is new');
$keys->tabs_to(qr/^Refund$/);
$keys->hits('Enter');
$keys->finds('dialog form');
$keys->focuses('Amount (Chinese Yuan)', 'the focus is in the sheet');
$keys->hits('Escape');
$keys->finds('body:not(:has(dialog))');
$keys->focuses('Refund', 'and goes back');


# where it is, and with which policy

my $page = $p->get('/console/merchant/bills/1');
is $page->{status}, 200, 'an address of the console';
like $page->{headers}{'content-security-policy'},
    qr/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';.*trusted-types 'none'$/,
    'the policy';
is $p->get($_)->{status}, 404, "$_ is not there"
    for qw(/console/operator /console/operator/operator.js /console/merchant/nothing.js /console/);
like $p->get('/console/merchant/..%2f..%2f..%2fphone.conf')->{status}, qr/^40[04]$/, 'nothing outside';


# the first view, as a browser gets it that has never been here

my $first = $browser->person('first');
$first->opens('/console/merchant');
$first->finds('form');
my ($seen, $figures) = (-1);
wait_for(sub { my $before = $seen; $figures = $first->figures; ($seen = $figures->{requests}) == $before
               && $seen > 10 || (select(undef, undef, undef, 0.3), 0)[1] }, 30);
note sprintf 'first view: %d bytes in %d requests', @$figures{qw(bytes requests)};
cmp_ok $figures->{bytes}, '<', 150_000, 'the first view is smaller than 150 kB';

$browser->done;
done_testing;
