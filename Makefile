# ngx_phone: build, test and run.  "make help" lists the targets.
#
# Everything that is made lies under build/: one folder a flavor
# (BUILD=release|debug|asan), downloads in build/cache.

BUILD       ?= release
JOBS        ?= $(shell nproc)
CC          := $(if $(filter default,$(origin CC)),gcc,$(CC))
OUT         := build/$(BUILD)
TOOLS       := t/tools
NGINX       ?= $(or $(shell PATH=$$PATH:/usr/sbin command -v nginx),nginx)

export BUILD NGINX

ifeq ($(filter $(BUILD),release debug asan),)
$(error BUILD is "$(BUILD)": choose release, debug or asan)
endif

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help


# Compiler flags of the core, the unit tests and the simulator.  The module
# takes nginx's own flags as well: see "config".

CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_debug   := -Og -g3
CFLAGS_asan    := -O1 -g -fno-omit-frame-pointer \
                  -fsanitize=address,undefined -fno-sanitize-recover=all \
                  -Wno-type-limits

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
            -Wfloat-conversion

CORE_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS_$(BUILD)) -Ilua-free-handlers
CORE_LIBS   = -ljansson -lcrypto -lz -lm

# asan stops at the first finding; a leak is a finding
export ASAN_OPTIONS  ?= detect_leaks=1:abort_on_error=0:exitcode=99
export UBSAN_OPTIONS ?= print_stacktrace=1


# Rewrites $@ when the text is another one than last time: what depends on it
# is made again only then.

record = @mkdir -p $(@D); new=$@.$$$$; echo '$(subst ','\'',$(1))' > $$new; \
         if cmp -s $$new $@; then rm -f $$new; else mv $$new $@; fi


# The core: every .c under lua-free-handlers, one folder deep.

CORE_SRCS := $(sort $(wildcard lua-free-handlers/*.c lua-free-handlers/*/*.c))
CORE_OBJS := $(CORE_SRCS:%.c=$(OUT)/%.o)
CORE_LIB  := $(OUT)/libphone_core.a

UNIT_SRCS := $(sort $(wildcard t/unit/*.c))
UNIT_BINS := $(UNIT_SRCS:t/unit/%.c=$(OUT)/unit/%)

SIM_SRCS  := $(sort $(wildcard t/sim/*.c))
SIM_OBJS  := $(SIM_SRCS:%.c=$(OUT)/%.o)
SIM       := $(OUT)/sim

SEEDS     ?= 1000
SEED      ?= 1

FUZZ_SECONDS ?= 20


.PHONY: help
help:  ## Show this list
	@echo "make TARGET [BUILD=release|debug|asan]"; echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) \
	    | expand -t 14


.PHONY: deps
deps:  ## Install the Debian packages that are missing (starts no service)
	@$(TOOLS)/deps build test


.PHONY: core
core: $(CORE_LIB)  ## Build the core alone: C compiler, OpenSSL, jansson


# An archive is written anew, so that the object of a removed source goes.

$(CORE_LIB): $(CORE_OBJS) $(OUT)/core.list
	@rm -f $@
	@ar rcs $@ $(CORE_OBJS)
	@echo "$@: $(words $(CORE_OBJS)) objects"

$(OUT)/core.list: FORCE
	$(call record,$(CORE_OBJS))

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -MMD -MP -c -o $@ $<

# changes only when the compiler or its flags do

$(OUT)/flags: FORCE
	$(call record,$(shell $(CC) --version | head -1) $(CORE_CFLAGS))

.PHONY: FORCE
FORCE:


# The nginx module: an .so for the installed nginx, or with BUILD=asan a static
# nginx.  nginx is configured again when the list of files or the nginx that it
# is for changes; after that nginx's own makefile knows what depends on what.

MODULE_FILES := config $(wildcard modules/*.[ch] lua-free-handlers/*.[ch] \
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

$(MODULE): $(NGINX_DIR)/objs/Makefile FORCE
	@$(MAKE) --no-print-directory -s -j$(JOBS) -C $(NGINX_DIR) -f objs/Makefile \
	    $(NGINX_GOAL)
	@cmp -s $(BUILT) $@ || { cp $(BUILT) $@.new && mv $@.new $@; echo $@; }

$(NGINX_DIR)/objs/Makefile: $(OUT)/nginx.list config $(TOOLS)/nginx-configure
	@$(TOOLS)/nginx-configure $(BUILD) $(NGINX_DIR)

$(OUT)/nginx.list: FORCE
	$(call record,$(MODULE_FILES) $(shell $(NGINX) -V 2>&1 | cksum))


.PHONY: unit
unit: $(UNIT_BINS)  ## Build and run the unit tests (t/unit)
ifneq ($(UNIT_BINS),)
	@prove -j$(JOBS) -e '' $(UNIT_BINS)
endif

$(OUT)/unit/%: t/unit/%.c $(CORE_LIB) $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -It/unit -MMD -MP -MF $@.d -MT $@ -o $@ $< \
	    $(CORE_LIB) $(CORE_LIBS)


.PHONY: sim
sim: $(SIM)  ## Run the simulator: SEEDS=n schedules from SEED=first
	$(SIM) $(SEEDS) $(SEED)

$(SIM): $(SIM_OBJS) $(CORE_LIB)
	$(CC) $(CORE_CFLAGS) -o $@ $^ $(CORE_LIBS)


.PHONY: style
style:  ## Check the sources' style
	@$(TOOLS)/style


.PHONY: test
test:  ## Everything that CI runs
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory style
	@$(MAKE) --no-print-directory -j$(JOBS) core
	@$(MAKE) --no-print-directory -j$(JOBS) unit


.PHONY: clean
clean:  ## Remove what was built (keeps build/cache)
	@rm -rf build/release build/debug build/asan build/fuzz build/log


-include $(CORE_OBJS:.o=.d) $(SIM_OBJS:.o=.d) $(UNIT_BINS:%=%.d)
