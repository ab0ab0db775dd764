# A merchant's day at the console: in with a key, a bill that is paid while one looks, a
# refund, notices, takings, the statement and the own file against it, the next key, a
# call that was refused. The private key is in no request and in no storage.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;
use Phone::Env qw(slurp);
use Phone::Merchant;
use Phone::Sign;
use Digest::SHA qw(sha256_hex);
use POSIX ();

my @attacks = (
    q{<img src=x onerror=alert(1)>},
    q{"><script>alert(2)</script>},
    q{'-alert(3)-'},
    q[{{constructor.constructor('alert(6)')()}}],
);

my $server = Phone::Merchant->new('ok');
my $http = 'phone_notice_schedule 1s; phone_pump interval=200ms;';
my $p = Phone::Product->new(http => $http);
my $shop = $p->shop('tea', notify_url => $server->url, name => $attacks[0]);
my $cake = $p->shop('cake', key => 'cake');
my $closed = $p->shop('shut');
$p->operator('merchants/shut', status => 'CLOSED');
my $payer = $p->payer('13800000001', 1000000);
my ($card) = @{ $payer->{cards} };
my $browser = Phone::Browser->new($p);
my $li = $browser->person('li', width => 1280);

my $key = slurp(Phone::Sign::key('shop')->{private});
my @halves = grep { length > 40 } split /\n/, $key;

sub keeps_no_key {
    my ($person, $when, $fields) = @_;
    $fields //= q{[...document.querySelectorAll('input, textarea')].map((input) => input.value)};
    my $kept = $person->run(q{JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie,
        location.href, history.state, document.documentElement.outerHTML, } . $fields . '])');
    my $sent = join "\n", @{ $person->sent };
    is scalar(grep { index($kept, $_) >= 0 } @halves), 0, "$when: the private key is in no storage and no page";
    is scalar(grep { index($sent, $_) >= 0 || index($sent, s/\+/%2B/gr) >= 0 } @halves, 'PRIVATE'), 0,
        "$when: nor in a request";
}

sub harmless {
    my ($person, $where) = @_;
    is $person->run(q{document.querySelectorAll('[onerror], [onload], [src=x], main script, dialog script').length}),
        0, "$where: no markup of a text";
}

sub day { return POSIX::strftime('%Y-%m-%d', gmtime(time + 8 * 3600 - 86400 * $_[0])) }

sub tries_key {
    my ($person, $merchant, $pem, $id) = @_;
    $person->fills('Merchant id', $merchant);
    $person->fills('Key id', $id // '');
    $person->fills('Private key or secret', $pem);
    $person->call(press => 'Open');
}


# who does not get in, and what each is told

$li->opens('/console/merchant/notices?state=EXHAUSTED');
$li->finds('form');
tries_key($li, 'cake', $key);
$li->sees('This is not the key – of cake. Open the console with a key of this merchant.');
is $li->count('.table'), 0, 'nothing is shown with the key of another merchant';
tries_key($li, 'nobody', $key);
$li->sees('The platform has no key – of nobody');
tries_key($li, $attacks[0], $key);
$li->finds('[aria-invalid=true], .problem');
harmless($li, 'a merchant id');
tries_key($li, 'tea', $key, 'k9');
$li->sees('The platform has no key k9 of tea');
tries_key($li, 'shut', $key);
$li->sees('shut is disabled: it can make no calls until the operator enables it again.');
tries_key($li, 'tea', slurp(Phone::Sign::key('shop')->{public}));
$li->sees('This is a public key.');
tries_key($li, 'tea', "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
$li->sees('This key is protected by a password.');
tries_key($li, 'tea', 'tea and cake');
$li->sees('This is neither a private key in PEM nor a secret');
$li->clock(time - 3600);
tries_key($li, 'tea', $key);
$li->sees('The clock of this device is wrong by 6');
$li->clock(undef);
$li->answer('POST /pay/balance', 200, { code => 'OK', takings => 7, currency => 'CNY' });
tries_key($li, 'tea', $key);
$li->sees('The reply is not signed by the platform, and is not shown.');
$li->answer('POST /pay/balance', 200, { code => 'OK', takings => 7, currency => 'CNY', merchant_id => 'tea',
                                   sign => 'AAAA', sign_type => 'RSA2', key_id => 'p1', digest => 'x' });
tries_key($li, 'tea', $key);
$li->sees('The reply is not signed by the platform, and is not shown.');
keeps_no_key($li, 'while it was refused', '[]');

# a reply to another call, signed by the platform

my $recorded = $p->signed($shop, '/pay/balance')->{json};
$li->answer('POST /pay/balance', 200, $recorded);
tries_key($li, 'tea', $key);
$li->sees('The reply is not signed by the platform, and is not shown.');


# in, at the address that was asked for; a reload forgets a key that is not kept

tries_key($li, 'tea', $key);
$li->is_at('/console/merchant/notices');
$li->sees('No notices');
keeps_no_key($li, 'with the key of this tab');
$li->reloads;
$li->finds('form');
is $li->count('.table'), 0, 'a reload asks again';
$li->fills('Merchant id', 'tea');
$li->chooses('Or its file', 'shop.key', $key);
$li->presses('Keep it in this browser, where nobody can read it out');
$li->presses('Open');
$li->sees('No notices');
$li->reloads;
$li->sees('No notices');
keeps_no_key($li, 'with a key that is kept');
is $li->run(q{new Promise((done) => {
    const opening = indexedDB.open('phone.merchant');
    opening.onsuccess = () => {
        const all = opening.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = () => crypto.subtle.exportKey('pkcs8', all.result[0].sign)
            .then(() => done('read'), (error) => done(error.name));
    };
})}), 'InvalidAccessError', 'nobody can read it out, the page included';


# a bill, paid while one looks

$li->presses('Bills');
$li->sees('No bills');
$li->presses('Make a bill');
$li->fills('Payer', '13800000001');
$li->fills('Amount (Chinese Yuan)', 'twelve');
$li->fills('For', $attacks[1]);
$li->fills('Order number', 'B-1');
$li->presses('Make a bill');
$li->sees('Enter an amount such as 12.80.');
$li->fills('Amount (Chinese Yuan)', '12.80');
$li->reloads;
is $li->value('For'), $attacks[1], 'what was typed survives a reload';
$li->fills('Payer', '12');
$li->presses('Make a bill');
$li->finds('input[name=payer_phone][aria-invalid=true]');
$li->fills('Payer', '13800000001');
$li->lose('/pay/bill', 1);
$li->presses('Make a bill');
$li->is_at('/console/merchant/bills/');
$li->sees('¥12.80');
$li->sees('To pay');
my ($bill) = $li->run('location.pathname') =~ m{/([^/]+)$};
is scalar @{ $p->bills($payer) }, 1, 'made once, although the first answer was lost';
is $p->pay($payer, $bill, $card)->{status}, 200, 'it is paid';
$li->sees('Paid by +86 138 0000 0001');
$li->sees('Your server was told, and answered 200');
$li->sees('Delivered');
harmless($li, 'the bill');


# a refund: not too much, not twice

$li->presses('Refund');
$li->sees('Up to ¥12.80.');
$li->fills('Amount (Chinese Yuan)', '12.81');
$li->presses('Give the money back');
$li->sees('Less than this is left to refund.');
$li->fills('Amount (Chinese Yuan)', '2.80');
$li->fills('Refund number', 'R-1');
$li->fills('Reason (may be empty)', $attacks[2]);
$li->lose('/pay/refund', 1);
$li->presses('Give the money back');
$li->sees('Partly refunded');
$li->sees('A refund was made');
is $p->query($shop, out_trade_no => 'B-1')->{json}{refunded}, 280, 'once';
harmless($li, 'the refund');


# every answer is lost: the next try has the same number, and the money goes once

$li->presses('Refund');
$li->fills('Amount (Chinese Yuan)', '1.00');
my $number = $li->value('Refund number');
$li->lose('/pay/refund', 6);
$li->presses('Give the money back');
$li->sees('The server did not answer.');
is $p->query($shop, out_trade_no => 'B-1')->{json}{refunded}, 380, 'it was made';
$li->presses('Close');
$browser->person('app', at => 'li')->logs_in('13800000001');
$li->presses('Refund');
is $li->value('Refund number'), $number, 'the number stays, also if the app has another login meanwhile';
$li->presses('Close');
$li->presses('Lock');
$li->finds('form');
unlike $li->run('JSON.stringify({ ...sessionStorage })'), qr/B-1|tea:/, 'what was typed is gone';
$li->presses('tea · k1');
$li->presses('Refund');
$li->sees('It is not known yet whether this refund was made.');
is $li->value('Refund number'), $number, 'but not the number';
is $li->value('Amount (Chinese Yuan)'), '1.00', 'and the amount';
$li->presses('Give the money back');
$li->finds('body:not(:has(dialog))');
is $p->query($shop, out_trade_no => 'B-1')->{json}{refunded}, 380, 'the money went once';
$li->presses('Refund');
isnt $li->value('Refund number'), $number, 'then the next one begins';
$li->presses('Close');


# one that is rejected, with markup in the reason; one that is closed; a bill of others

my $rejected = $p->bill($shop, out_trade_no => 'B-2', amount => 100, payer_phone => '13800000001',
                        subject => 'cake')->{json}{bill_id};
$p->post("/pay/bills/$rejected/reject", { reason => $attacks[0] }, cookie => $payer->{cookie});
$p->bill($shop, out_trade_no => 'B-3', amount => 5, payer_phone => '13800000001', subject => 'cake');
$p->bill($cake, out_trade_no => 'C-1', amount => 5, payer_phone => '13800000001', subject => 'cake');
$li->presses('Bills');
$li->fills('Find a bill', 'B-2');
$li->presses('Find');
$li->sees('Rejected by the payer');
$li->sees($attacks[0]);
harmless($li, 'the reason of a payer');
$li->presses('Back');
$li->fills('Find a bill', 'R-1');
$li->presses('Find');
$li->sees('Partly refunded');
$li->presses('Back');
$li->fills('Find a bill', 'B-3');
$li->presses('Find');
$li->presses('Close the bill');
$li->sees('Order B-3 cannot be paid any more.');
$li->presses('Cancel');
is $p->query($shop, out_trade_no => 'B-3')->{json}{status}, 'PUSHED', 'turned back: it is open';
$li->presses('Close the bill');
$li->presses('Close the bill');
$li->sees('Closed by you');
ok wait_for(sub { 3 == grep { $_->{bill_id} } @{ $p->signed($shop, '/pay/notices')->{json}{notices} } }),
    'the merchant was told of three bills';
$li->presses('Back');
$li->sees('3 of 3 rows');
is $li->count('tbody tr'), 3, 'all that he has made, and nobody else';
unlike $li->run(q{document.querySelector('.table').textContent}), qr/C-1/, 'none of another merchant';
$li->shot("$ENV{PHONE_SHOTS}/bills-1280.png") if $ENV{PHONE_SHOTS};

sub in_state {
    my ($person, $state) = @_;
    return $person->run(qq{[document.querySelector('.choose select')].forEach((select) => {
        select.value = '$state';
        select.dispatchEvent(new Event('change'));
    })});
}

# of two states asked for one after the other the last one counts, also if its answer is first

$li->hold('POST /pay/bills', 1500);
in_state($li, 'REJECTED');
is $li->count('tbody tr'), 0, 'rows of another state are gone at once';
is $li->run(q{document.querySelector('.table-tools button').disabled}), 1, 'and cannot be saved';
in_state($li, 'CLOSED');
$li->sees('1 of 1 rows');
select undef, undef, undef, 2;
is $li->run(q{[...document.querySelectorAll('tbody a')].map((link) => link.textContent).join()}), 'B-3',
    'an answer of the state before is dropped';
in_state($li, '');
$li->sees('3 of 3 rows');
(undef, my $csv) = @{ $li->call(saves => 'Save as CSV') };
like $csv, qr/,Amount,Currency,/, 'the file has the currency';
like $csv, qr/^B-1,PARTLY_REFUNDED,12\.80,CNY,/m, 'and amounts as they are read';

# back from a bill: the list is as it was, before it is read again

$li->size(1280, 400);
$li->run(q{document.querySelector('.pane').scrollTo(0, 100)});
$li->presses('B-2');
$li->sees('Rejected by the payer');
$li->hold('POST /pay/bills', 3000);
$li->run('history.back()');
$li->focuses('B-2', 'the focus is at the bill that was opened');
is $li->run(q{document.querySelector('.pane').scrollTop}), 100, 'the list stands where it stood';
is $li->count('tbody tr'), 3, 'with its rows';
$li->size(1280, 844);

in_state($li, 'OPEN');
$li->sees('No bills');
my $open = $p->bill($shop, out_trade_no => 'B-4', amount => 5, payer_phone => '13800000001',
                    subject => 'cake')->{json}{bill_id};
in_state($li, 'OPEN');
$li->sees('1 of 1 rows');
$li->presses('B-4');
$li->is_at("/console/merchant/bills/$open");
$li->presses('Close the bill');
$li->presses('Close the bill');
$li->sees('Closed by you');
$li->run('history.back()');
$li->sees('No bills');
is $li->run(q{document.querySelector('.choose select').value}), 'OPEN', 'the state is in the address';
in_state($li, '');
$li->fills('Find a bill', 'B-3');
$li->sees('1 of 4 rows');
$li->fills('Find a bill', 'C-1');
$li->presses('Find');
$li->sees('No bill and no refund of yours has this number.');
$li->fills('Find a bill', $attacks[0]);
$li->presses('Find');
$li->finds('[aria-invalid=true]');
harmless($li, 'the search');


# notices that nobody has taken: one again, all again

$server->behave('500');
my @unheard = map { $p->bill($shop, out_trade_no => "N-$_", amount => 100, payer_phone => '13800000001',
                             subject => 'x')->{json}{bill_id} } 1 .. 3;
$p->signed($shop, '/pay/close', bill_id => $_) for @unheard;
ok wait_for(sub { @{ $p->signed($shop, '/pay/notices', state => 'EXHAUSTED')->{json}{notices} } == 3 }),
    'three notices are exhausted';
$li->presses('Notices');
$li->presses('Not delivered');
$li->sees('3 of 3 rows');
is $li->run('location.search'), '?state=EXHAUSTED', 'the filter is in the address';
$li->sees('500 × 2');
$server->behave('ok');
$li->presses('Send again');
$li->sees('Is sent again');
ok wait_for(sub { @{ $p->signed($shop, '/pay/notices', state => 'EXHAUSTED')->{json}{notices} } == 2 }),
    'one is taken now';
$li->presses('Send all undelivered again');
$li->sees('Your server must process each notice once only.');
$li->presses('Send again');
$li->sees('2 found and sent again');
ok wait_for(sub { @{ $p->signed($shop, '/pay/notices', state => 'EXHAUSTED')->{json}{notices} } == 0 }),
    'and the others';
$li->presses('Check');
$li->presses('Check the address');
$li->sees('Unsafe: a forged notice is acknowledged.');
$li->sees('Another signature');


# takings: now, and by the statements of two days

$p->books_are_right;            # rows of days before are put in now
my ($merchant) = $p->redis->keys('phone:*:merchant:tea');
my $noon = (int((time + 8 * 3600) / 86400) - 1) * 86400_000 + 4 * 3600_000;
$p->redis->command('HSET', $merchant, 'created', $noon - 86400_000);
for my $row ([0, "payment,$bill,Y1,,CNY,6800"], [0, "refund,$bill,Y1,YR1,CNY,-1800"], [0, "payment,$bill,Y2,,CNY,100"],
             [1, "payment,$bill,Z1,,CNY,1280"])
{
    my ($ago, $text) = @$row;
    (my $log = $merchant) =~ s/:merchant:tea$/':moved:tea:' . day(1 + $ago)/e;
    $p->redis->command('RPUSH', $log, ($noon - $ago * 86400_000) . ",$text");
}
$p->operator('merchants/tea/settle', settle_no => 'S1', amount => 500, reference => $attacks[3]);
$p->reload(wait => 1);

my ($one, $two) = (day(1), day(2));
$li->presses('Takings');
$li->sees('¥5.00');
$li->sees('The last 2 days');
$li->sees('¥69.00');
$li->sees('-¥18.00');
$li->sees($attacks[3]);
is $li->count('svg.bars rect.in'), 2, 'a bar of payments each';
is $li->count('svg.bars rect.out'), 1, 'one of refunds';
harmless($li, 'the takings');
$li->presses($one);
$li->is_at("/console/merchant/statements/$one");
$li->sees('¥69.00 in 2 rows');
$li->sees('Checked');
$li->sees('YR1');
$li->alter('POST /pay/statement', '6800', '6801');
$li->reloads;
$li->sees('The reply is not signed by the platform, and is not shown.');
is $li->count('.table'), 0, 'a statement that was altered on its way is not shown';
$li->presses('Try again');
$li->sees('Checked');
my ($name, $file) = @{ $li->call(saves => 'Save the file') };
is $name, "tea-$one.csv", 'the file';
my $statement = $p->signed($shop, '/pay/statement', date => $one)->{content};
is $file, $statement, 'is the statement, byte for byte';
$li->sees(sha256_hex($statement));
$li->opens('/console/merchant/statements/' . day(0));
$li->sees('This day is not over.');
$li->opens('/console/merchant/statements/2020-01-01');
$li->sees('This is before the first day of the merchant');
$li->opens('/console/merchant/statements/%3Cimg%20src=x%20onerror=alert(1)%3E');
$li->finds('.problem, .cause');
harmless($li, 'a day in the address');


# the own file against it

$li->opens("/console/merchant/reconcile/$one");
$li->sees("No file was sent for $one.");
$li->chooses('Your file of the day', 'mine.csv', "out_trade_no,amount\n\"Y1");
$li->presses('Compare with the statement');
$li->sees('of the file cannot be read.');
$li->chooses('Your file of the day', 'mine.csv', $statement);
$li->presses('Compare with the statement');
$li->sees('Your file and the statement are the same.');
$li->chooses('Your file of the day', 'mine.csv',
             "out_trade_no,out_refund_no,amount,status\nY1,,6801,PAID\nY1,YR1,1800,\nX9,,7,PAID\nY2,,100,<b>open</b>\n");
$li->presses('Compare with the statement');
$li->sees('Your file and the statement differ.');
$li->sees('Only in your file');
$li->sees('Another amount');
$li->sees('¥68.01');
$li->sees('<b>open</b>');
harmless($li, 'the differences');


# the next key: made here, added by the operator, used; the other one expires

$li->presses('Keys');
$li->sees('Signs here');
$li->fills('Id of the new key', 'k 2');
$li->presses('Make the key');
$li->sees('A key id has 1 to 32 letters');
$li->fills('Id of the new key', 'k2');
$li->presses('Make the key');
$li->sees('Send this to the operator, as key k2 of tea');
$li->sees('Not added yet');
my $public = $li->run(q{document.querySelector('.announced pre').textContent});
$li->run(q{Object.defineProperty(navigator, 'clipboard', { value: undefined }); true});
$li->presses('Copy');
$li->sees('Copy the marked text.');
is $li->run(q{(({ value, selectionStart: from, selectionEnd: to }) => value?.slice(from, to))(document.activeElement)}),
    $public, 'a page without a clipboard has the text marked';
like $public, qr/^-----BEGIN PUBLIC KEY-----\n/, 'its public half';
$li->presses('Lock');
$li->finds('form');
unlike $li->run('JSON.stringify({ ...sessionStorage })'), qr/B-1|\Q$bill\E/, 'nothing of the bills is left';
$li->presses('tea · k2');
$li->sees('The platform has no key k2 of tea');
$p->operator('merchants/tea/keys', key_id => 'k2', public_key => $public, retire_others_in => 86400);
$li->presses('tea · k2');
$li->is_at('/console/merchant/keys');
$li->sees('Expires');
like $li->run(q{[...document.querySelectorAll('tbody tr')].find((row) => /k2/.test(row.textContent)).textContent}),
    qr/Signs here/, 'the new one signs';
$li->presses('Bills');
$li->fills('Find a bill', 'B-1');
$li->presses('Find');
$li->sees('Partly refunded');


# a key of the platform that was not there before

my $once = $browser->person('once');
$once->opens('/console/merchant/keys');
$once->finds('form');
tries_key($once, 'tea', $key, 'k1');
$once->sees('Signs here');
$p->configure(http => "$http phone_platform_key ed25519.key e1;");
$p->reload(wait => 1);
$li->presses('Keys');
$li->sees('e1 New: compare it');
$li->reloads;
$li->sees('e1 New: compare it');
$li->presses('I have compared the new key');
$li->loses('New: compare it');
$li->reloads;
$li->sees('Signs here');
is $li->count('.mark.wait'), 0, 'it is known from now on';
$once->presses('Bills');
$once->presses('Keys');
$once->presses('I have compared the new key');
$once->loses('New: compare it');
$once->presses('Lock');
$once->sees('Open with a key');
is $once->count('section button .icon'), 0, 'a key that is not to be kept is not kept by that';


# a call that was refused; what was typed stays in the other language

my %call = $shop->call('bill.query', out_trade_no => 'B-1', key_id => 'main');
my $form = join '&', map { "$_=" . ($call{$_} =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger) } sort keys %call;
$li->presses('Doctor');
$li->fills('The call that was refused', '01KAHT1S0X4BVD2QR9GQ82KTSA');
$li->presses('中文');
$li->focuses('English', 'the focus stays as well');
$li->presses('English');
is $li->value('The call that was refused'), '01KAHT1S0X4BVD2QR9GQ82KTSA', 'it is still there';
$li->presses('Examine the call');
$li->sees('a request id cannot be looked up');
$li->fills('The call that was refused', $key);
$li->presses('Examine the call');
$li->sees('This is a private key, and was not sent.');
$li->fills('The call that was refused', "curl -d '" . ($form =~ s/B-1/B-2/r) . "' http://shop.example/pay/query");
$li->presses('Examine the call');
$li->sees('OTHER_TEXT');
$li->sees('out_trade_no=B-2');
$li->fills('The call that was refused', '{"merchant_id":"tea","subject":"<img src=x onerror=alert(1)>"}');
$li->fills('Service', 'bill.create');
$li->presses('Examine the call');
$li->sees('SIGN_MISSING');
$li->sees('<img src=x onerror=alert(1)>');
harmless($li, 'the doctor');


# the store is away, the line is cut; the key of a merchant that is disabled meanwhile

$p->redis->freeze;
$li->presses('Notices');
$li->sees('The server does not answer. Trying again.');
$p->redis->thaw;
$li->sees('Delivered');
$li->loses('The server does not answer');
$li->offline(1);
$li->sees('You are offline.');
ok $li->run(q{document.querySelector('.away').getBoundingClientRect().bottom
    <= document.querySelector('.head').getBoundingClientRect().top}), 'the line that says so covers nothing';
$li->offline(0);
$li->loses('You are offline.');
$p->operator('merchants/tea', status => 'CLOSED');
$li->presses('Bills');
$li->presses('Notices');
$li->sees('tea is disabled');
$p->operator('merchants/tea', status => 'ACTIVE');
$li->presses('Keys');
$li->presses('Remove from this browser');
$li->sees('cannot be got back');
$li->presses('Remove from this browser');
$li->finds('.table');
keeps_no_key($li, 'after all that');


# a shared secret, and a key that the operator has not added yet

my $hmac = $p->shop('hmac', sign_type => 'HMAC-SHA256');
my $han = $browser->person('han', locale => 'zh-CN');
$han->opens('/console/merchant');
$han->finds('form');
$han->fills('商户编号', 'hmac');
$han->fills('私钥或共享密钥', $hmac->{secret});
$han->presses('进入');
$han->sees('查找账单');
is scalar(grep { index($_, $hmac->{secret}) >= 0 } @{ $han->sent }), 0, 'the secret is in no request';
$han->presses('English');
$han->sees('Find a bill');


# a merchant who is not one yet: the key is made at the entrance, with what the platform has

my $new = $browser->person('new');
$new->opens('/console/merchant');
$new->finds('form');
$new->run(q{document.querySelector('details').open = true});
$new->run(q{document.querySelectorAll('input[name=merchant_id]')[1].focus()});
$new->types('fresh');
$new->fills('Id of the new key', 'f1');
$new->presses('Make the key');
$new->sees('Send this to the operator, as key f1 of fresh');
$new->presses('fresh · f1');
$new->sees('The platform has no key f1 of fresh');
$p->operator('merchants', merchant_id => 'fresh', name => 'Fresh', key_id => 'f1',
    public_key => $new->run(q{document.querySelector('.announced pre').textContent}));
$new->presses('fresh · f1');
$new->sees('Find a bill');
$new->presses('Takings');
$new->sees('No day is over yet since this merchant was added');

$browser->done;
unlike slurp($p->dir . '/logs/access.log'), qr/sign=|digest=|merchant_id=/, 'no signed field is in a log';
done_testing;
