# ngx_phone: build, test and run.  "make help" lists the targets.
#
# Everything that is made lies under build/: one folder a flavor
# (BUILD=release|debug|asan), downloads in build/cache.  BUILD=fuzz is what
# "make fuzz" uses: the core with clang, libFuzzer and sanitizers.

BUILD       ?= release
JOBS        ?= $(shell nproc)
SUITE_JOBS  ?= $(shell expr $(JOBS) \* 3)
CC          := $(if $(filter fuzz,$(BUILD)),clang,$(if \
                   $(filter default,$(origin CC)),gcc,$(CC)))
OUT         := build/$(BUILD)
TOOLS       := t/tools
NGINX_BINARY ?= $(or $(shell PATH=$$PATH:/usr/sbin command -v nginx),nginx)

# for a make within make: as many jobs as there are cores, unless told before
PARALLEL     = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

# not NGINX: that is how nginx hands its sockets to a new binary
export BUILD NGINX_BINARY

# when the first make was started, for the lines of t/tools/progress
PHONE_STARTED := $(or $(PHONE_STARTED),$(shell date +%s))
export PHONE_STARTED

ifeq ($(filter $(BUILD),release debug asan fuzz),)
$(error BUILD is "$(BUILD)": choose release, debug or asan)
endif

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := help


# Compiler flags of the core, the unit tests and the simulator.  The module
# takes nginx's own flags as well: see "config".

CFLAGS_release := -O2 -g1 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_debug   := -Og -g3 -DPHONE_DEBUG=1
CFLAGS_asan    := -O1 -g1 -fno-omit-frame-pointer \
                  -fsanitize=address,undefined -fno-sanitize-recover=all \
                  -Wno-type-limits -DPHONE_DEBUG=1

CFLAGS_fuzz    := -O1 -g -fno-omit-frame-pointer \
                  -fsanitize=fuzzer-no-link,address,undefined \
                  -fno-sanitize-recover=all

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
            -Wfloat-conversion

CORE_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS_$(BUILD)) -Ilua-free-handlers
CORE_LIBS   = -ljansson -lcrypto -lz -lm

# Unit tests run for a moment: most of their time is the compiler's and the
# linker's.
UNIT_CFLAGS_release := -O1
UNIT_CFLAGS_asan    := -O0

UNIT_CFLAGS = $(CORE_CFLAGS) $(UNIT_CFLAGS_$(BUILD)) $(UNIT_LINKER)
UNIT_LINKER := $(if $(shell command -v ld.gold),-fuse-ld=gold)

# asan stops at the first finding; a leak is a finding
export ASAN_OPTIONS  ?= detect_leaks=1
export UBSAN_OPTIONS ?= print_stacktrace=1


# Runs a command that writes $$new, which then becomes $@: two makes that run
# side by side never see half a file.

atomically = new=$@.$$$$; $(1) && mv $$new $@ || { rm -f $$new; exit 1; }

# Rewrites $@ when the text is another one than last time: what depends on it
# is made again only then.

record = @mkdir -p $(@D); new=$@.$$$$; echo '$(subst ','\'',$(1))' > $$new; \
         if cmp -s $$new $@; then rm -f $$new; else mv $$new $@; fi


# The core: every .c under lua-free-handlers, one folder deep.

CORE_SRCS := $(sort $(wildcard lua-free-handlers/*.c lua-free-handlers/*/*.c))
CORE_OBJS := $(CORE_SRCS:%.c=$(OUT)/%.o)
CORE_LIB  := $(OUT)/libphone_core.a

TOY_SRCS  := $(sort $(wildcard t/toys/*.c))
TOY_OBJS  := $(TOY_SRCS:%.c=$(OUT)/%.o)

# of many rows and calls: what they run is run by others with the sanitizers
LARGE_UNITS := $(addprefix t/unit/,check_bills.c check_many.c check_refunds.c \
                   check_shares.c)

UNIT_SRCS := $(filter-out $(if $(filter asan,$(BUILD)),$(LARGE_UNITS)), \
                 $(sort $(wildcard t/unit/*.c)))
UNIT_BINS := $(UNIT_SRCS:t/unit/%.c=$(OUT)/unit/%)

# what unit tests are linked with: play.h, tap.h, and the store's twin
KIT_SRCS  := $(sort $(wildcard t/unit/lib/*.c)) \
             $(addprefix t/sim/,memory.c values.c map.c store.c apply.c lives.c)
KIT_OBJS  := $(KIT_SRCS:%.c=$(OUT)/%.o)
KIT       := $(OUT)/libkit.a

SIM_SRCS  := $(sort $(wildcard t/sim/*.c))
SIM_OBJS  := $(SIM_SRCS:%.c=$(OUT)/%.o)
SIM       := $(OUT)/sim

FUZZ_SRCS := $(filter-out t/fuzz/replay.c,$(sort $(wildcard t/fuzz/*.c)))
FUZZERS   := $(FUZZ_SRCS:t/fuzz/%.c=%)

SEEDS     ?= 1000
SEED      ?= 1

FUZZ_SECONDS ?= 30


.PHONY: help
help:  ## Show this list
	@echo "make TARGET [BUILD=release|debug|asan]"; echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1\t\2/p' Makefile \
	    | expand -t 14


.PHONY: deps
deps:  ## Install the Debian packages that are missing (starts no service)
	@$(TOOLS)/deps build test


.PHONY: core
core: $(CORE_LIB)  ## Build the core alone: C compiler, OpenSSL, jansson


# An archive is written anew, so that the object of a removed source goes.

$(CORE_LIB): $(CORE_OBJS) $(OUT)/core.list
	@$(call atomically,ar rcs $$new $(CORE_OBJS))
	@echo "$@: $(words $(CORE_OBJS)) objects"

$(OUT)/core.list: FORCE
	$(call record,$(CORE_OBJS))

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(call atomically,$(CC) $(CORE_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ \
	    -c -o $$new $<)

# changes only when the compiler or its flags do

$(OUT)/flags: FORCE
	$(call record,$(shell $(CC) --version | head -1) $(UNIT_CFLAGS))

.PHONY: FORCE
FORCE:


# The nginx module: an .so for the installed nginx, or with BUILD=asan a static
# nginx.  nginx is configured again when the list of files or the nginx that it
# is for changes; after that nginx's own makefile knows what depends on what.

MODULE_FILES := config $(wildcard modules/*.h modules/*/*.[ch] lua-free-handlers/*.[ch] \
                                  lua-free-handlers/*/*.[ch])
NGINX_DIR    := $(OUT)/nginx-build
NGINX_GOAL   := $(if $(filter asan,$(BUILD)),binary,modules)
MODULE       := $(OUT)/$(if $(filter asan,$(BUILD)),nginx,ngx_http_phone_module.so)
BUILT        := $(NGINX_DIR)/objs/$(notdir $(MODULE))

.PHONY: build
build: build-deps  ## Build the module into build/$(BUILD)
	@flock $(OUT)/lock $(MAKE) --no-print-directory $(MODULE)

.PHONY: build-deps
build-deps:
	@mkdir -p $(OUT)
	@$(TOOLS)/deps build $(filter asan,$(BUILD))

ifeq ($(BUILD),asan)
$(MODULE): export PHONE_CORE := $(CURDIR)/$(CORE_LIB)
$(MODULE): $(CORE_LIB)
endif

$(MODULE): $(NGINX_DIR)/objs/Makefile FORCE
	@$(MAKE) -q -s -C $(NGINX_DIR) -f objs/Makefile $(NGINX_GOAL) 2>/dev/null \
	    || { . $(TOOLS)/progress; logged build-$(BUILD) 'building for $(BUILD)' \
	        $(MAKE) --no-print-directory -s $(PARALLEL) -C $(NGINX_DIR) \
	        -f objs/Makefile $(NGINX_GOAL); }
	@cmp -s $(BUILT) $@ || { cp $(BUILT) $@.new && mv $@.new $@; echo $@; }

$(NGINX_DIR)/objs/Makefile: $(OUT)/nginx.list config $(TOOLS)/nginx-configure
	@. $(TOOLS)/progress; logged configure-$(BUILD) 'configuring for nginx' \
	    $(TOOLS)/nginx-configure $(BUILD) $(NGINX_DIR)

$(OUT)/nginx.list: FORCE
	$(call record,$(MODULE_FILES) $(shell $(NGINX_BINARY) -V 2>&1 | cksum))


# The same with the endpoints of t/toys, which no one else gets.

TOY_MODULE := $(OUT)/toys/$(notdir $(MODULE))

.PHONY: toys
toys: build  ## Build the module with the endpoints of t/toys as well
	@flock $(OUT)/lock $(MAKE) --no-print-directory $(TOY_MODULE)

$(TOY_MODULE): FORCE
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory -s $(PARALLEL) -C $(NGINX_DIR) \
	    -f $(CURDIR)/t/toys/nginx/Makefile TOP=$(CURDIR) \
	    GOAL=objs/toys/$(notdir $@)
	@cmp -s $(NGINX_DIR)/objs/toys/$(notdir $@) $@ \
	    || { cp $(NGINX_DIR)/objs/toys/$(notdir $@) $@.new && mv $@.new $@; echo $@; }


.PHONY: unit
unit: $(UNIT_BINS)  ## Build and run the unit tests (t/unit)
ifneq ($(UNIT_BINS),)
	@prove -j$(JOBS) --timer -e '' $(UNIT_BINS)
endif

.PHONY: transcript
transcript: $(OUT)/unit/transcript  ## Write t/unit/transcript.txt anew
	@$< --write > $(OUT)/transcript.tap || { cat $(OUT)/transcript.tap; exit 1; }

$(KIT): $(KIT_OBJS)
	@$(call atomically,ar rcs $$new $^)

$(OUT)/unit/%: t/unit/%.c $(KIT) $(CORE_LIB) $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(call atomically,$(CC) $(UNIT_CFLAGS) -It/unit \
	    -MMD -MP -MF $@.d -MT $@ -o $$new $< $(KIT) $(CORE_LIB) $(CORE_LIBS))

# tests of toys: their table of contents takes the place of the library's

$(OUT)/unit/toy%: t/unit/toy%.c $(TOY_OBJS) $(KIT) $(CORE_LIB) $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(call atomically,$(CC) $(UNIT_CFLAGS) -It/unit \
	    -MMD -MP -MF $@.d -MT $@ -o $$new $< $(TOY_OBJS) $(KIT) \
	    $(CORE_LIB) $(CORE_LIBS))


.PHONY: sim
sim: $(SIM)  ## Run the simulator: SEEDS=n schedules from SEED=first
	@$(SIM) --seeds $(SEEDS) --seed $(SEED)

$(SIM): $(SIM_OBJS) $(TOY_OBJS) $(CORE_LIB)
	@$(call atomically,$(CC) $(CORE_CFLAGS) -o $$new $^ $(CORE_LIBS))


# Fuzzing.  What libFuzzer finds new lies in build/cache/corpus, so that the
# next run goes on from there; what is worth keeping is committed as a seed.

.PHONY: fuzz
fuzz:  ## Fuzz every driver of t/fuzz for FUZZ_SECONDS each
	@$(TOOLS)/deps build fuzz
	@$(MAKE) --no-print-directory -k $(PARALLEL) BUILD=fuzz \
	    $(FUZZERS:%=fuzz-%)

fuzz-%: build/fuzz/%
	@mkdir -p build/cache/corpus/$* t/fuzz/seeds/$*
	@echo "fuzz: $* for $(FUZZ_SECONDS) s"
	@cd build/fuzz && ./$* -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	    -rss_limit_mb=2048 -artifact_prefix=$*- -print_final_stats=1 \
	    $(if $(wildcard t/fuzz/$*.dict),-dict=$(CURDIR)/t/fuzz/$*.dict) \
	    ../cache/corpus/$* ../../t/fuzz/seeds/$* > $*.log 2>&1 \
	    || { tail -n 40 $*.log; echo "fuzz: $*: see build/fuzz/$*.log"; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */fuzz: $*: inputs: /p' \
	    build/fuzz/$*.log

build/fuzz/%: t/fuzz/%.c build/fuzz/libphone_core.a
	@$(CC) $(CORE_CFLAGS) -It/unit -MMD -MP -MF $@.d -MT $@ \
	    -fsanitize=fuzzer -o $@ $< build/fuzz/libphone_core.a $(CORE_LIBS)

.PHONY: fuzz-replay
fuzz-replay: $(FUZZERS:%=replay-%)  ## Run the committed seeds (BUILD=asan)

replay-%: $(OUT)/replay/%
	@$(OUT)/replay/$* $(wildcard t/fuzz/seeds/$*/*)

$(OUT)/replay/%: t/fuzz/%.c t/fuzz/replay.c $(CORE_LIB) $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CORE_CFLAGS) -It/unit -MMD -MP -MF $@.d -MT $@ -o $@ \
	    $< t/fuzz/replay.c $(CORE_LIB) $(CORE_LIBS)


# Suites: Test::Nginx files in t/, flows of several requests in t/flow, people at
# the pages in t/browser.
# TESTS="t/bill.t ..." runs some of them.  They wait half of their time, so
# there are more at once than there are cores; the longest begin first.
#
# ASAN_TESTS run with the sanitizers only: what is at stake there is when memory
# is let go (clients that go, streams, fetches, kills, reloads).  RELEASE_TESTS run
# without them: those of the docs, of many calls at once, of clocks and of the
# processor's time, and endpoints that differ by their handlers only, which unit
# tests run with them.  All others run in both builds.

LONG_TESTS := $(addprefix t/,breaks.t browser/console.t browser/look.t browser/pay.t browser/session.t \
                  browser/merchant.t browser/merchant-look.t flow/pin-forgotten.t number.t \
                  flow/examples.t flow/slow-disk.t flow/bucket-rotation.t \
                  flow/rotation.t flow/directives.t flow/bucket-refund.t \
                  flow/ledger-many.t flow/ledger-close.t flow/bucket-ledger-close.t \
                  flow/bucket-old-bills.t flow/old-bills.t settings.t \
                  flow/live.t flow/live-http.t flow/blob-hosts.t \
                  flow/refund.t flow/bank.t bill.t session.t \
                  flow/failover.t flow/store.t blob.t flow/blob.t \
                  flow/live-memory.t flow/frozen.t flow/fetch.t \
                  operator-merchants.t operator.t notices.t refund.t \
                  message.t twin.t flow/lane.t flow/redis.t flow/job.t \
                  flow/reload.t)

RELEASE_TESTS := $(addprefix t/,balance.t bank.t bill-cards.t bill-close.t \
                  bill-hand.t bill-limits.t bill-list.t bill-made.t \
                  bill-pay.t bill-query.t breaks.t contacts.t doctor.t \
                  envelope.t ledger.t mail-triggers.t mail.t message.t \
                  notices.t number.t operator-merchants.t operator.t \
                  payouts.t pin-forgotten.t platform-keys.t reconcile.t \
                  refund.t run.t secrets.t sign-types.t sms.t statement.t \
                  texts.t twin.t flow/acl.t flow/around.t flow/backup.t \
                  flow/bank.t flow/bill-docs.t flow/blob-bucket.t \
                  flow/bucket-check.t flow/bucket-day.t flow/bucket-hand.t \
                  flow/bucket-ledger-close.t flow/bucket-mail.t \
                  flow/bucket-notices.t flow/bucket-old-bills.t \
                  flow/bucket-once.t flow/bucket-reconcile.t \
                  flow/bucket-refund.t flow/bucket-rotation.t \
                  flow/bucket-settle.t flow/bucket-statement.t \
                  flow/bucket-story.t flow/cards.t flow/check.t \
                  flow/clock-set.t flow/clock.t flow/commit.t \
                  flow/contacts.t flow/day.t flow/durable.t flow/examples.t \
                  flow/first-endpoint.t flow/frozen.t flow/guess.t \
                  flow/hand.t flow/idempotency.t flow/kannel.t flow/lane.t \
                  flow/late.t flow/ledger-close.t flow/ledger-many.t \
                  flow/limits.t \
                  flow/live-memory.t flow/login.t flow/mail-invite.t \
                  flow/mail.t flow/notices.t flow/number.t flow/old-bills.t \
                  flow/once.t flow/openapi.t flow/operator.t flow/pepper.t \
                  flow/pin-forgotten.t flow/pumping.t flow/readme.t \
                  flow/reconcile.t flow/refund.t flow/rotation.t \
                  flow/secrets.t flow/settle.t flow/sign-queue.t \
                  flow/slow-disk.t flow/smpp.t flow/sms-log.t \
                  flow/statement.t flow/status.t flow/story.t \
                  flow/strangers.t flow/types.t)

RELEASE_TESTS += $(wildcard t/browser/*.t)

ASAN_TESTS := $(addprefix t/,blob.t fetch.t live.t location.t notice.t \
                  notify.t reply.t settings.t toys.t flow/auth-page.t \
                  flow/auth-request.t flow/blob-empty.t flow/blob-hosts.t \
                  flow/blob-sweep.t flow/blob.t flow/body.t \
                  flow/bucket-job.t flow/bucket.t flow/conf.t \
                  flow/directives.t flow/envelope.t flow/fetch.t \
                  flow/gateway-token.t flow/gateway.t \
                  flow/hostile-merchant.t flow/hostname.t flow/job.t \
                  flow/live-end.t flow/live-http.t flow/live-stray.t \
                  flow/live-write.t flow/live.t flow/notice.t flow/origin.t \
                  flow/probe.t flow/pump-off.t flow/redis.t flow/reply.t \
                  flow/request-id.t flow/sheet.t flow/signature.t \
                  flow/step.t flow/user.t)

TESTS ?= $(filter-out $(if $(filter asan,$(BUILD)),$(RELEASE_TESTS),$(ASAN_TESTS)), \
             $(LONG_TESTS) $(filter-out $(LONG_TESTS), \
                 $(sort $(wildcard t/*.t t/browser/*.t t/flow/*.t))))

.PHONY: suites
suites: toys  ## Run the suites on real nginx and Redis (TESTS="t/x.t ...")
	@$(TOOLS)/deps test $(if $(filter t/number.t t/flow/openapi.t t/flow/types.t,$(TESTS)),oracle) \
	    $(if $(filter t/flow/examples.t t/flow/envelope.t,$(TESTS)),examples) \
	    $(if $(filter t/flow/kannel.t t/flow/smpp.t,$(TESTS)),kannel) \
	    $(if $(filter t/flow/smpp.t,$(TESTS)),oracle) \
	    $(if $(filter t/browser/%,$(TESTS)),browser)
	@env -u MAKEFLAGS -u MFLAGS prove -j$(SUITE_JOBS) --timer $(PROVE_FLAGS) $(TESTS)


.PHONY: style
style:  ## Check the sources' style
	@$(TOOLS)/style
	@$(TOOLS)/pages

.PHONY: pages
pages:  ## Write the lists of files and the hash in conf/html
	@$(TOOLS)/pages --write

.PHONY: picture
picture: toys  ## Write docs/pages.png and docs/console.png, for README.md
	@$(TOOLS)/deps test browser
	@$(TOOLS)/picture

.PHONY: docs-check
docs-check: $(OUT)/openapi.json  ## Compare docs/ with the code
	@$(TOOLS)/docs-check
	@$(TOOLS)/covered
	@$(TOOLS)/units
	@cmp -s $< docs/openapi.json \
	    || { echo 'docs/openapi.json is old: run "make openapi"'; exit 1; }

.PHONY: core-check
core-check: $(CORE_LIB)  ## Check that the core has no state and does no I/O
	@$(TOOLS)/core-check $(CORE_LIB)

.PHONY: selftest
selftest:  ## Show that each checker finds what it is there to find
	@prove $(TOOLS)/selftest

.PHONY: check
check: style docs-check core-check selftest  ## All checks of the sources

.PHONY: defects-seeds
defects-seeds: $(SIM)  ## Write t/sim/defects.seeds anew
	@t/sim/prove-defects --write-seeds

.PHONY: mutants
mutants:  ## Break the core in N=100 places by SEED: what do the tests find?
	@$(TOOLS)/mutants --n $(or $(N),100) --seed $(SEED) $(MUTANTS_FLAGS)

.PHONY: openapi
openapi: $(OUT)/openapi.json  ## Write docs/openapi.json
	@cp $< docs/openapi.json

.PHONY: vectors
vectors:  ## Write docs/vectors.json, the known answers of the signing rule
	@$(TOOLS)/vectors

$(OUT)/openapi: $(wildcard $(TOOLS)/openapi*.[ch]) $(CORE_LIB) $(OUT)/flags
	@$(CC) $(CORE_CFLAGS) -o $@ $(wildcard $(TOOLS)/openapi*.c) \
	    $(CORE_LIB) $(CORE_LIBS)

$(OUT)/openapi.json: $(OUT)/openapi
	@$< > $@


.PHONY: test
test:  ## Everything that CI runs
	@$(TOOLS)/test


.PHONY: matrix
matrix:  ## Build for each nginx of Debian's suites and run the suites on it
	@$(TOOLS)/deps build asan test
	@$(TOOLS)/matrix

.PHONY: run
run: $(if $(TOYS),toys,build)  ## Run it with demo data until Ctrl-C (PORT= RUN_DIR= DEMO=0 TOYS=1 SMS=kannel)
	@$(TOOLS)/deps run $(SMS)
	@exec conf/run

.PHONY: bench
bench: build  ## Measure; the table goes to standard output
	@$(TOOLS)/deps test bench
	@exec t/bench/run


.PHONY: clean
clean:  ## Remove what was built (keeps build/cache)
	@find build -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} +


-include $(CORE_OBJS:.o=.d) $(TOY_OBJS:.o=.d) $(KIT_OBJS:.o=.d) $(SIM_OBJS:.o=.d) $(UNIT_BINS:%=%.d)
-include $(FUZZERS:%=$(OUT)/replay/%.d) $(FUZZERS:%=build/fuzz/%.d) $(wildcard $(OUT)/t/twin/*.d)
