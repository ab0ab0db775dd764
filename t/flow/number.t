# A phone number has one form, whichever way it came in: a credit to a number
# as the platform wrote it once reached another person.

use utf8;
use lib 't/lib';
use Phone::Product;

my $p = Phone::Product->new(http => 'phone_sms_countries CN US;');
my $form = { 'Content-Type' => 'application/x-www-form-urlencoded' };
my $operator = { Authorization => 'Bearer operator-token-for-tests' };

my $foreign = $p->operator('accounts', phone => '+1 (415) 555-2671', name => 'Ann');
is $foreign->{phone}, '+14155552671', 'with + and a country code';
is $p->operator('accounts', phone => '13800000001', name => 'Li Lei')->{phone},
    '+8613800000001', 'in the national form';
is $p->operator('accounts', phone => '8613800000001', name => 'Li')->{phone},
    '+8613800000001', 'with the country code of the region';

my $credit = 0;

for my $written ($foreign->{phone}, '%2B14155552671') {
    my $reply = $p->post("/operator/accounts/$written/credit",
        { amount => 100, credit_no => 'C' . ++$credit }, headers => $operator);
    is $reply->{status}, 200, "in a path: $written" or diag $reply->{content};
    is $reply->{json}{phone}, '+14155552671', 'it is who was meant';
}

is $p->redis->command('EXISTS', grep { /account/ } $p->redis->keys('phone:*:+14155552671')),
    1, 'the record has that name';
is scalar(my @other = $p->redis->keys('phone:*8614155552671*')), 0, 'nobody else has any';

my %form = ('phone=%2B14155552671' => 'encoded', 'phone=+14155552671' => 'not encoded');

for my $body (sort keys %form) {
    is $p->post('/operator/accounts', "$body&name=Ann", headers => { %$operator, %$form })
        ->{json}{phone}, '+14155552671', "in a form, $form{$body}";
}

is $p->post('/operator/accounts', 'phone=+13802138000', headers => { %$operator, %$form })
    ->{json}{code}, 'PARAM_INVALID', 'not encoded, and a Chinese number without +';

for my $bad ('85291234567', '447400123456', '0014155552671', '+13', '138') {
    my $reply = $p->post('/login/code', { phone => $bad });
    is "$reply->{status} $reply->{json}{code} $reply->{json}{field}",
        '400 PARAM_INVALID phone', "$bad is refused";
    like $reply->{json}{message}, qr/write it with \+ and the country code/, 'told what to write';
    like $reply->{json}{message_zh}, qr/国家代码/, 'in Chinese as well';
}

is $p->post('/login/code', { phone => '+14155552671' })->{status}, 202, 'a code';
ok wait_for(sub { $p->sms('+14155552671') == 1 }), 'goes to the number as it is';

$p->books_are_right;
$p->stop;
done_testing;
