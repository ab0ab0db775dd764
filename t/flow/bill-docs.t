# The commands of docs/bill.md with conf/phone-sign, as they stand there: each is
# taken for a call of the merchant, and does what it says, as far as it can without
# a payment.

use lib 't/lib';
use Phone::Product;
use Phone::Merchant;
use Phone::Env qw(slurp spew temp_dir top);

use Cpanel::JSON::XS ();
use POSIX ();

my $notices = Phone::Merchant->new;
my $p = Phone::Product->new;
my $dir = temp_dir();
my $shop = $p->shop('demo-shop', notify_url => $notices->url);

symlink top() . '/conf', "$dir/conf" or die "symlink: $!\n";
symlink $shop->{key}{private}, "$dir/demo-shop.key" or die "symlink: $!\n";
spew("$dir/day.csv", "out_trade_no,amount\nT1001,1280\n");
$ENV{URL} = $p->url =~ s{/$}{}r;

# what is not "OK", as nothing was paid and the day is not over

my %code = (
    'refund.create'    => 'BILL_NOT_PAID',
    'refund.query'     => 'REFUND_NOT_FOUND',
    'message.create'   => 'RESULT_MISMATCH',
    'statement.create' => 'STATEMENT_NOT_READY',
    'reconcile.create' => 'STATEMENT_NOT_READY',
    'reconcile.query'  => 'NOT_FOUND',
);

my $today = POSIX::strftime('%Y-%m-%d', gmtime(time + 8 * 3600));        # as phone_statement_zone
my @blocks = grep { /phone-sign/ } slurp(top() . '/docs/bill.md') =~ /^```\w*\n(.*?)^```/msg;
cmp_ok scalar @blocks, '>=', 14, 'docs/bill.md has commands';

for my $block (@blocks) {
    my ($service) = $block =~ /service=([a-z.]+)/;
    $service ||= 'no service';
    spew("$dir/command", $block =~ s/\d{4}-\d\d-\d\d/$today/gr);
    my $out = `cd $dir && sh command 2> err`;
    my $reply = eval { Cpanel::JSON::XS::decode_json($out) } || {};
    is $reply->{code}, $code{$service} || 'OK', $service or diag $block, $out, slurp("$dir/err");
    ok Phone::Sign::check($p->{platform}{public}, %$reply), "$service: the reply is signed";
}

$notices->stop;
$p->books_are_right;
$p->stop;
done_testing;
