# SMS pumping: texts to one number, to numbers with one prefix and to all, asked for
# by many networks at a time, stay within the limits; who has logged in before still
# gets a code.

use lib 't/lib';
use Phone::Product;

clear_of(3600, 120);

my $p = Phone::Product->new(workers => 2, http => <<'END');
phone_address_tries 10000;
phone_code_sends 1000;
phone_code_day 10000;
phone_code_cap 100000;
phone_sms_number_day 8;
phone_sms_prefix_hour 24;
phone_sms_day 60;
set_real_ip_from 127.0.0.1;
real_ip_header X-Real-IP;
END

sub refused {
    my ($cause) = @_;
    my ($n) = $p->get('/metrics')->{content} =~ /^phone_texts_refused_${cause}_total (\d+)/m;
    return $n;
}

# the codes that a crowd asks for, and what they were answered

sub crowd {
    my ($n, $number) = @_;
    my %status;
    $status{$_}++ for $p->parallel($n, sub {
        my ($i) = @_;
        return $p->post('/login/code', { phone => $number->($i) },
            headers => { 'X-Real-IP' => sprintf '10.%d.%d.1', $i / 250, $i % 250 })->{status};
    });
    return \%status;
}

$p->operator('accounts', phone => '13800000001', password => 'a-quiet-lake');
my $li = { phone => '13800000001' };
is $p->login($li, 'a-quiet-lake')->{status}, 200, 'li has logged in before';
delete $li->{jar}{phone_session};

is_deeply crowd(40, sub { '13500000009' }), { 202 => 40 }, 'a crowd asks for codes for one number';
ok wait_for(sub { refused('number') == 36 }), '36 are not sent' or diag refused('number');
is scalar $p->sms('+8613500000009'), 4, 'half of the limit is';

is_deeply crowd(40, sub { sprintf '135000001%02d', $_[0] }), { 202 => 40 }, 'for forty numbers of one prefix';
ok wait_for(sub { refused('prefix') == 32 }), 'what is left of the prefix is sent' or diag refused('prefix');

is_deeply crowd(60, sub { sprintf '1%d0000001', 510 + $_[0] }), { 202 => 60 }, 'for numbers of many prefixes';
ok wait_for(sub { refused('site') == 42 }), 'half of the limit of all is used up' or diag refused('site');
is scalar(my @all = $p->sms), 30, 'thirty texts';

is_deeply crowd(60, sub { '13800000001' }), { 202 => 60 }, "for li's number";
ok wait_for(sub { refused('number') == 36 + 54 }), 'six are sent, of what accounts have' or diag refused('number');
is scalar $p->sms('+8613800000001'), 6, 'to li';

is $p->ask_code($li, headers => { 'X-Real-IP' => '10.9.9.1' })->{status}, 202, 'li asks for one';
ok wait_for(sub { $p->sms('+8613800000001') == 7 }), 'and gets it';

$p->books_are_right;
done_testing;
