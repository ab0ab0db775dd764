# Bank cards of a person: bound with a proof, removed while they pay, and where
# their numbers are not.

use lib 't/lib';
use Phone::Product;

clear_of(86400, 120);
my $p = Phone::Product->new(http => "phone_card_tries 20;\nphone_bill_day_payer 1000000;");
my $shop = $p->shop('tea', reply_sign => 0);
my $li = $p->payer('13800000001', 1000);
my $wang = $p->payer('13900000002', 1000);
my $no = $p->card_no;
my $serial = 0;

my $id = $p->operator('bank-cards', phone => $li->{phone}, card_no => $no, balance => 500, proof => '271934')->{card_id};

sub bind_card { my ($who, %form) = @_;
    return $p->post('/pay/cards', { card_no => $no, proof => '271934', pin => Phone::Product::PIN, %form },
                    cookie => $who->{cookie}) }
sub remove { my ($who, $card) = @_;
    return $p->request('DELETE', "/pay/cards/$card", cookie => $who->{cookie},
                       headers => { 'Content-Type' => 'application/x-www-form-urlencoded' },
                       body => 'pin=' . Phone::Product::PIN) }
sub bill { $p->bill($shop, out_trade_no => ++$serial, amount => 10, payer_phone => $li->{phone},
               subject => 'tea')->{json}{bill_id} }
sub balance { my ($card) = @_; my ($bucket) = $card =~ /^(\d{3})/;
    return $p->redis->hash("phone:{$bucket}:card:$card")->{balance} }

is bind_card($wang)->{json}{code}, 'CARD_PROOF_WRONG', 'by another';
is bind_card($li, proof => '271935')->{json}{code}, 'CARD_PROOF_WRONG', 'a wrong proof';
is bind_card($li)->{json}{card_id}, $id, 'bound';
ok wait_for(sub { grep { $_->{text} =~ /ends with \d{4} was bound/ } $p->sms('+8613800000001') }), 'its owner is told';
is $p->pay($li, bill(), $id)->{json}{code}, 'OK', 'it pays';
is $p->pay($wang, bill(), $id)->{json}{code}, 'BILL_NOT_FOUND', 'not for another';

# removed while forty payments are made with it: each is made before or refused
# after

my @bill = map { bill() } 1 .. 40;
my @reply = $p->parallel(41, sub {
    my ($n) = @_;
    return remove($li, $id)->{json}{code} if $n == 20;
    return $p->pay($li, $bill[$n > 20 ? $n - 2 : $n - 1], $id)->{json}{code};
});
my $removed = splice @reply, 19, 1;
is $removed, 'OK', 'removed meanwhile';
my $paid = grep { $_ eq 'OK' } @reply;
is scalar(grep { $_ ne 'OK' && $_ ne 'CARD_NOT_FOUND' } @reply), 0, "$paid are paid, the others refused" or diag "@reply";
is balance($id), 490 - 10 * $paid, 'its money is what was not paid';
is $p->pay($li, bill(), $id)->{json}{code}, 'CARD_NOT_FOUND', 'then it pays no more';
is $p->signed($shop, '/pay/refund', out_trade_no => 1, out_refund_no => 'R1', amount => 10)->{json}{code},
    'OK', 'what it has paid is refunded';
ok wait_for(sub { balance($id) == 500 - 10 * $paid }), 'to it';

# a hundred at once: one is bound once; the tries of a day are not exceeded

@reply = $p->parallel(60, sub { bind_card($li, proof => sprintf '%06d', $_[0])->{json}{code} });
cmp_ok scalar(grep { $_ eq 'CARD_PROOF_WRONG' } @reply), '<=', 18, 'guesses at once: not more than are left';
is bind_card($li)->{json}{code}, 'RATE_LIMITED', 'then the right one is of no use';

# the number is nowhere: keys, values, logs, texts

sub text_of { my ($value) = @_; return ref $value ? join ' ', map { text_of($_) } @$value : $value // '' }
my %read = (hash => ['HGETALL'], string => ['GET'], zset => ['ZRANGE', 0, -1], list => ['LRANGE', 0, -1],
            set => ['SMEMBERS'], stream => ['XRANGE', '-', '+']);
my ($found, $masked) = ('', 0);
for my $key ($p->redis->keys('*')) {
    my ($command, @range) = @{ $read{$p->redis->command('TYPE', $key)} };
    my $text = "$key " . text_of($p->redis->command($command, $key, @range));
    $found .= "$key " if $text =~ /\Q$no\E|271934/;
    $masked += $text =~ /622202\*{6}\d{4}/;
}
is $masked, 3, 'three cards are in the store, masked';
is $found, '', 'no key and no value of the store has the number or the proof';
my @log = grep { -f } glob $p->dir . '/*log*';
ok scalar(@log), 'there are logs';
is join(' ', grep { Phone::Env::slurp($_) =~ /\Q$no\E|271934/ } @log), '', 'nor has a log or a text';

# fifty cards for one number at once, and ten that it binds itself: it has 32, and
# is shown each of them

sub opened { my ($phone, $card, @proof) = @_;
    return $p->post('/operator/bank-cards', { phone => $phone, card_no => $card, balance => 1, @proof },
                    headers => { Authorization => 'Bearer operator-token-for-tests' })->{json}{code} }
sub shown { return scalar @{ $p->get('/pay/cards', cookie => $_[0]{cookie})->{json}{cards} } }

my $sun = $p->payer('13700000003');
my @of_sun = map { $p->card_no } 1 .. 50;
@reply = $p->parallel(50, sub { opened($sun->{phone}, $of_sun[$_[0] - 1]) });
is join(' ', scalar(grep { $_ eq 'OK' } @reply), scalar(grep { $_ eq 'TOO_MANY' } @reply)), '32 18', 'fifty at once';
is shown($sun), 32, 'it is shown all that it has';

my $zhou = $p->payer('13600000004');
opened($zhou->{phone}, $p->card_no) for 1 .. 30;
my @of_zhou = map { my $n = $p->card_no; opened($zhou->{phone}, $n, proof => '271934'); $n } 1 .. 10;
@reply = $p->parallel(10, sub { bind_card($zhou, card_no => $of_zhou[$_[0] - 1])->{json}{code} });
is join(' ', scalar(grep { $_ eq 'OK' } @reply), scalar(grep { $_ eq 'TOO_MANY' } @reply)), '2 8', 'ten bound at once';
is shown($zhou), 32, 'all are shown';

$p->books_are_right;
done_testing;
