package Phone::Test;

# Declarative suites: Test::Nginx with our module loaded and a private Redis.
#
#   use lib 't/lib';
#   use Phone::Test;
#
#   run_tests();
#
#   __DATA__
#
#   === TEST 1: a bill is refused without a signature
#   --- config
#       location = /pay/bill { ... }
#   --- request
#   ...
#
# To each block is added:
#
# - what $TEST_NGINX_REDIS_SOCKET and $TEST_NGINX_DIR stand for, in all texts
#   in which Test::Nginx expands such names
# - an empty Redis (--- redis: one command a line, is run on it before)
# - no_error_log of [alert] [crit] [emerg] and of sanitizer reports, during
#   the block and at nginx's end; a block that has "--- error_log" of one of
#   these levels is left alone
#
# No plan is needed.

use strict;
use warnings;

use Phone::Env qw(
    top nginx module free_port temp_dir
);

# Test::Nginx reads its settings when it is loaded.
my $dir;

# It asks "nginx -V" in each block, which always answers the same.
my %said;

BEGIN {
    *CORE::GLOBAL::readpipe = sub {
        my ($command) = @_;
        return CORE::readpipe($command) if $command !~ / -V 2>&1$/;
        $? = 0;
        return $said{$command} //= CORE::readpipe($command);
    };
}

BEGIN {
    $dir = temp_dir();
    chdir top();

    $ENV{TEST_NGINX_SERVROOT} = "$dir/servroot";
    $ENV{TEST_NGINX_DIR} = $dir;
    $ENV{TEST_NGINX_BINARY} = nginx();
    $ENV{TEST_NGINX_LOAD_MODULES} = module() || '';
    $ENV{TEST_NGINX_PORT} = $ENV{TEST_NGINX_SERVER_PORT} = free_port();
    $ENV{TEST_NGINX_TIMEOUT} ||= 60;
    $ENV{TEST_NGINX_WORKER_USER} = 'root' if $> == 0;
}

use Test::Nginx::Socket -Base;
use Phone::Redis;

# Asked several times a block, where a ps(1) each time takes longer than nginx.

sub is_defunct($) {
    my ($pid) = @_;
    return 0 if !$pid || !open my $stat, '<', "/proc/$pid/stat";
    return <$stat> =~ /\) Z /;
}

{
    no warnings 'redefine';
    *Test::Nginx::Util::is_defunct = \&is_defunct;
}

our @EXPORT = qw(redis fill_store);

$ENV{TEST_NGINX_REDIS_SOCKET} = "$dir/redis.sock";

my $redis;


# The private Redis.  Called before run_tests() it takes options of
# Phone::Redis, such as appendfsync => 'always'.
#
# (The parentheses keep Spiffy, on which Test::Base is built, from taking the
# first argument for an object.)

sub redis() {
    return $redis ||= Phone::Redis->new(dir => $dir, @_);
}


# The nginx of the block before would go on with events that the store has anew.

sub end_nginx() {
    my $file = $Test::Nginx::Util::PidFile;
    return if !defined $file || !open my $in, '<', $file;
    my ($pid) = (<$in> || '') =~ /^(\d+)/;
    Test::Nginx::Util::kill_process($pid, 1, 'end_nginx')
        if $pid && Test::Nginx::Util::is_running($pid);
}


# What is called when the store has been emptied for a block.

my $fill = sub { };

sub fill_store() {
    ($fill) = @_;
}

my @severe = ('[alert]', '[crit]', '[emerg]', 'Sanitizer', 'runtime error:');

add_block_preprocessor(sub {
    my ($block) = @_;

    # an nginx that gives up on its configuration does not free it
    if (defined $block->must_die) {
        $ENV{ASAN_OPTIONS} = 'detect_leaks=0';

    } else {
        delete $ENV{ASAN_OPTIONS};
    }

    Phone::Env::clear_of(600, 6);

    my $builder = Test::More->builder;
    $builder->no_plan unless $builder->has_plan;

    end_nginx();
    my @keys = grep { !/^phone:(?:store|witness)/ } redis()->keys;
    redis()->command('DEL', @keys) if @keys;

    # a block need not have the folder of the block before
    redis()->command('HDEL', 'phone:store', 'blobs');
    $fill->();

    for my $line (split /\n/, defined $block->redis ? $block->redis : '') {
        $line =~ s/\$(TEST_NGINX_\w+)/$ENV{$1}/g;
        redis()->command(split ' ', $line) if $line =~ /\S/;
    }

    my $text = list($block->error_log) . list($block->shutdown_error_log);
    return if $text =~ /\[(?:alert|crit|emerg)/;

    for my $section (qw(no_error_log no_shutdown_error_log)) {
        my $given = $block->$section;
        next if ref $given eq 'Regexp';

        my @given = ref $given ? @$given
                  : defined $given ? grep { length } split /\n/, $given
                  : ();
        my %has = map { $_ => 1 } @given;

        $block->set_value($section,
                          [@given, grep { !$has{$_} } @severe]);
    }
});

sub list() {
    my ($value) = @_;

    return !defined $value ? ''
         : ref $value eq 'ARRAY' ? join "\n", grep { defined } @$value
         : "$value";
}

1;
