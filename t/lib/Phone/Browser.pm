package Phone::Browser;

# People at the pages of conf/html, in headless Chromium:
#
#   use Phone::Product;
#   use Phone::Browser;
#
#   my $p = Phone::Product->new;
#   my $browser = Phone::Browser->new($p);
#   my $li = $browser->person('li', locale => 'zh-CN');
#   $li->logs_in('13800000001');
#   $li->presses('支付 ¥12.80');
#   $li->sees('支付成功');
#   $browser->done;
#
# Each step is a test, and waits for what it needs: as long as a slow machine
# takes, but no longer than it must.  What is pressed and filled is found by the
# name that a screen reader says; in a sheet, if one is open.  A step that fails
# leaves a picture of the page, its console and its calls in build/log.
#
# done() fails for errors in a console, violations of the
# Content-Security-Policy, and calls to other hosts.  An answer of the API that
# is an error is none.

use strict;
use warnings;
use utf8;

use File::Basename ();
use IPC::Open2 ();
use Cpanel::JSON::XS ();
use Test::More ();

use Phone::Env ();

# of each wait, milliseconds
use constant LIMIT => $ENV{PHONE_PATIENCE} || 60000;

my $json = Cpanel::JSON::XS->new->utf8->canonical->allow_nonref;


sub new {
    my ($class, $product) = @_;

    binmode Test::More->builder->$_, ':utf8'
        for qw(output failure_output todo_output);

    my $packages = `t/tools/browser`;
    chomp $packages;
    die "t/tools/browser failed\n" if $? || !$packages;

    my $url = ref $product ? $product->url =~ s{/$}{}r : $product;
    my ($out, $in);
    local $ENV{NODE_NO_WARNINGS} = 1;
    my $pid = IPC::Open2::open2($out, $in, 'node', 't/browser/driver.mjs',
                                $packages, $url, LIMIT);

    return bless { pid => $pid, in => $in, out => $out, people => [] }, $class;
}


# Options: locale (en-US), width, height (390, 844), dark, worker (with the
# service worker), touch, at (the name of a person: another tab there).

sub person {
    my ($self, $name, %option) = @_;

    $self->call(person => $name, { locale => 'en-US', width => 390,
                                   height => 844, %option });
    my $person = bless { browser => $self, name => $name },
                       'Phone::Browser::Person';
    push @{ $self->{people} }, $person;

    return $person;
}


sub call {
    my ($self, $call, $name, @args) = @_;

    my $in = $self->{in};
    local $SIG{PIPE} = 'IGNORE';
    print $in $json->encode({ call => $call, name => $name, args => \@args }),
              "\n";
    $in->flush;

    my $line = readline $self->{out};
    die "the browser has ended\n" if !defined $line;
    my $answer = $json->decode($line);
    die "$answer->{error}\n" if defined $answer->{error};

    return $answer->{value};
}


sub done {
    my ($self) = @_;

    for my $person (@{ $self->{people} }) {
        my $faults = $person->{browser}->call(faults => $person->{name});
        Test::More::is(scalar @$faults, 0,
                       "$person->{name}: nothing wrong in the console")
            or $person->evidence, Test::More::diag(join "\n", @$faults);
    }

    $self->end;
}

sub end {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    local $?;
    close $self->{in};
    waitpid $pid, 0;
}

sub DESTROY { $_[0]->end }


package Phone::Browser::Person;

use strict;
use warnings;
use utf8;

my $failed = 0;


sub call {
    my ($self, $call, @args) = @_;
    return $self->{browser}->call($call, $self->{name}, @args);
}

# A picture, the console and the calls of a page that has failed.

sub evidence {
    my ($self) = @_;

    my $log = Phone::Env::top() . '/build/log';
    mkdir $log;
    my $file = "$log/" . File::Basename::basename($0, '.t')
               . "-$self->{name}-" . ++$failed;
    $self->call(evidence => $file);
    Test::More::diag("see $file.png and $file.log");
}

# A step: a test of that name, which fails with what the browser says.

sub step {
    my ($self, $name, $call, @args) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 2;
    my $value = eval { $self->call($call, @args) };
    my $error = $@;

    if ($error) {
        Test::More::fail("$self->{name} $name");
        Test::More::diag($error);
        $self->evidence if $error !~ /has ended/;
        die "stopped: the next steps need this one\n";
    }

    Test::More::pass("$self->{name} $name");
    return $value;
}

sub opens { my ($s, $path) = @_; $s->step("opens $path", open => $path) }
sub reloads { $_[0]->step('reloads', 'reload') }
sub stays { $_[0]->step('is asked by the browser, and stays', 'stays') }
sub goes_back { $_[0]->step('goes back', 'back') }
sub presses { my ($s, $n) = @_; $s->step("presses $n", press => $n) }
sub types { my ($s, $t) = @_; $s->step('types', keys => $t) }
sub hits { my ($s, $k) = @_; $s->step("hits $k", key => $k) }
sub sees { my ($s, $t) = @_; $s->step("sees $t", sees => $t) }
sub loses { my ($s, $t) = @_; $s->step("no longer sees $t", misses => $t) }
sub finds { my ($s, $c) = @_; $s->step("finds $c", finds => $c) }
# live events arrive from now on
sub listens { $_[0]->step('listens', finds => 'html[data-live=on]') }

sub is_at { my ($s, $p) = @_; $s->step("is at $p", at => $p) }

sub fills {
    my ($self, $label, $text) = @_;
    $self->step("fills $label", fill => $label, $text);
}

sub logs_in {
    my ($self, $phone, %option) = @_;

    my $zh = ($option{locale} || '') =~ /^zh/;
    $self->opens($option{at} || '/');
    $self->fills($zh ? '手机号' : 'Phone number', $phone);
    $self->fills($zh ? '登录密码' : 'Password',
                 $option{password} || Phone::Product::PASSWORD());
    $self->presses($zh ? '登录' : 'Log in');
    $self->sees($zh ? '账单' : 'Bills');
}

# The focus comes with the view, a moment after its text.

sub focuses {
    my ($self, $name, $test) = @_;

    Phone::Env::true_within(30, sub { $self->focus eq $name });
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    Test::More::is($self->focus, $name, $test || "$self->{name} is at $name");
}

# With the key Tab alone: what is to be reached may still be loading.

sub tabs_to {
    my ($self, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $at = '';
    my $there = Phone::Env::true_within(30, sub {
        return 1 if ($at = $self->focus) =~ $name;
        $self->call(key => 'Tab');
        return 0;
    });
    Test::More::ok($there, "$self->{name} reaches $name");
    return if $there;

    Test::More::diag("the focus is at $at");
    $self->evidence;
    die "stopped: the next steps need this one\n";
}

# What is asked without being a test: text value count focus wide axe foreign
# figures sent, run(javascript).

our $AUTOLOAD;

sub AUTOLOAD {
    my ($self, @args) = @_;
    my ($call) = $AUTOLOAD =~ /(\w+)$/;

    return if $call eq 'DESTROY';
    return $self->call($call, @args);
}

1;
