# Texts of others are texts: markup in every field that a person, a merchant or an
# operator can fill is shown as it was written, and nothing of it runs.

use utf8;
use lib 't/lib';
use Phone::Product;
use Phone::Browser;

my $p = Phone::Product->new;

# what would run if it were taken for markup, for a part of an attribute, for code

my @attacks = (
    q{<img src=x onerror=alert(1)>},
    q{"><script>alert(2)</script>},
    q{'-alert(3)-'},
    q{javascript:alert(4)},
    q{<svg/onload=alert(5)>},
    q[{{constructor.constructor('alert(6)')()}}],
);
my ($evil) = @attacks;

my $shop = $p->shop('tea', name => qq{$evil});
$p->payer('13800000001', 100000);
$p->payer('13800000002', 100000);
$p->operator('accounts', phone => '13800000001', name => $attacks[1]);
$p->operator('bank-cards', phone => '13800000001', card_no => $p->card_no, balance => 1,
             bank => $attacks[4]);

my $browser = Phone::Browser->new($p);
my $li = $browser->person('li');
my $han = $browser->person('han');

sub harmless {
    my ($person, $where) = @_;
    is $person->run(q{document.querySelectorAll('[onerror], [onload], [src=x], main svg:not(.icon), '
        + 'main script, dialog script').length}), 0, "$where: no markup of a text";
}

$li->logs_in('13800000001');
$li->sees('No bills yet');
$li->listens;

my $bill = $p->bill($shop, out_trade_no => 'T1', amount => 100, payer_phone => '13800000001',
    subject => $attacks[1], body => $attacks[3], payer_name => $attacks[4],
    payer_address => $attacks[2])->{json};
$li->sees("$evil asks you to pay");
$li->sees($attacks[1]);
$li->sees($attacks[3]);
harmless($li, 'the sheet');
$li->presses('Change');
$li->sees($attacks[4]);
harmless($li, 'the cards of the sheet');
$li->presses('Back');
$li->presses('Pay ¥1.00');
harmless($li, 'the PIN');
$li->presses('Back');
$li->presses('Reject');
$li->fills('Reason (if you like; the merchant sees it)', $attacks[0]);
$li->presses('Reject ¥1.00');
$li->sees('Rejected');
$li->presses('Show the bill');
$li->sees($attacks[0]);
harmless($li, 'the bill');

for my $n (0 .. $#attacks) {
    $p->bill($shop, out_trade_no => "A$n", amount => 100, payer_phone => '13800000001',
             subject => $attacks[$n]);
}
$li->opens('/app/bills');
$li->sees($attacks[5]);
harmless($li, 'the list');

$li->opens('/app/cards');
$li->sees($attacks[4]);
harmless($li, 'the cards');
$li->opens('/app/me');
$li->sees($attacks[1]);
harmless($li, 'the account');

$li->opens('/app/mail/new');
$li->fills('To', '+8613800000002');
$li->fills('Message', join "\n", @attacks);
$li->presses('Send');
$li->sees($attacks[5]);
harmless($li, 'the conversation');
$han->logs_in('13800000002', at => '/app/mail');
$han->sees('Messages');
$han->opens('/app/mail');
$han->sees($evil);
harmless($han, 'the conversations');
$han->opens('/app/mail/with/%2B8613800000001');
$han->sees($attacks[5]);
harmless($han, 'the same, of the other');
$han->step('replies', run => "document.querySelector('[aria-label=Reply]').click()");
harmless($han, 'the answer');
$han->step('passes it on', run => "document.querySelector('[aria-label=Forward]').click()");
$han->sees($attacks[2]);
$han->fills('To', $evil);
$han->presses('Forward');
$han->finds('[aria-invalid=true]');
harmless($han, 'the forward');

# in addresses

for my $path ('/app/bills/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E', '/app/mail/with/%3Csvg%2Fonload%3Dalert(1)%3E',
              '/app/mail/new?to=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E', '/app/mail/forward/javascript:alert(1)')
{
    $li->opens($path);
    $li->finds('.detail h1');
    $li->finds('.problem, form');
    harmless($li, $path);
}
$li->opens('/app/%ff%zz');
$li->finds('body');

# fields of the login and of the PIN

$li->opens('/app/me');
$li->presses('Log out');
$li->fills('Phone number', $evil);
$li->fills('Password', $evil);
$li->presses('Log in');
$li->finds('[aria-invalid=true], .problem');
harmless($li, 'the login');

# where one goes after the login is one's own site

$li->opens('/app/login?next=//evil.example/&back=https://evil.example/');
$li->fills('Phone number', '13800000001');
$li->fills('Password', Phone::Product::PASSWORD);
$li->presses('Log in');
$li->is_at('/app/bills');

# what the pages may do: no other page may frame them, no script but theirs

my $reply = $p->get('/app/bills');
like $reply->{headers}{'content-security-policy'}, qr/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    'the policy of the pages';
like $reply->{headers}{'cache-control'}, qr/no-cache/, 'asked for anew';
is $p->get('/app/nothing.js')->{status}, 404, 'a file that is not there is none';
like $p->get('/lib/../../phone.conf')->{status}, qr/^40[04]$/, 'nothing outside is served';
like $p->get('/app/..%2f..%2fphone.conf')->{status}, qr/^40[04]$/, 'in no way of writing it';

$browser->done;
done_testing;
