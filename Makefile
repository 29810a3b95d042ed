# wdscan: build, test, run, install.  `make help` lists the targets and the variables.

BUILD ?= build
ifneq ($(words $(BUILD)),1)
  $(error BUILD='$(BUILD)' must name one folder, without blanks)
endif
# A build elsewhere (make BUILD=/some/folder) keeps its program and library there as well.
OUT := $(if $(filter build,$(BUILD)),.,$(BUILD))
PROGRAM := $(OUT)/bin/wdscan
VEGAS_LIB := $(OUT)/lib/libwdscan-vegas.a
PC_FILES := $(OUT)/lib/pkgconfig/wdscan.pc $(OUT)/lib/pkgconfig/wdscan-vegas.pc
# What the program prints about itself.
PRINTED := $(BUILD)/wdscan.1 $(foreach s,bash zsh fish,$(BUILD)/wdscan.$(s))
LIBRARY := $(BUILD)/libwdscan.a
# The ABI may change with the first number of the version.
SHARED := $(OUT)/lib/libwdscan.so $(OUT)/lib/libwdscan-vegas.so
SONAME = $(@F).$(firstword $(subst ., ,$(VERSION)))

PREFIX ?= /usr/local
MPICC ?= mpicc
MPIRUN ?= mpirun
AR ?= ar
OBJCOPY ?= objcopy
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format
INSTALL ?= install

# CC, if given, becomes the compiler beneath the MPI wrapper.
ifneq ($(origin CC),default)
  export OMPI_CC := $(CC)
  export MPICH_CC := $(CC)
endif

# --- Version -----------------------------------------------------------------------------------------------

VERSION := $(shell cat VERSION)
COMMIT := $(shell git -c safe.directory='$(CURDIR)' describe --always --dirty 2>/dev/null || echo unknown)

# --- Dependencies ------------------------------------------------------------------------------------------
# From pkg-config, unless GSL_DIR or HDF5_DIR name an installation. HDF5 must be a parallel build, by the MPI
# that MPICC belongs to; RANDOM123_DIR is needed only where Random123's headers are in no default folder.

MPI_KIND := $(if $(findstring mpich,$(shell $(MPICC) -show 2>/dev/null)),mpich,openmpi)
HDF5_PC ?= $(firstword $(foreach p,hdf5-$(MPI_KIND) hdf5,$(shell $(PKG_CONFIG) --exists $(p) && echo $(p))))

from_dir = -I$(1)/include
link_dir = -L$(1)/lib -Wl,-rpath,$(1)/lib
pc_cflags = $(if $(1),$(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null))
pc_libs = $(if $(1),$(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null))

GSL_CFLAGS := $(if $(GSL_DIR),$(call from_dir,$(GSL_DIR)),$(call pc_cflags,gsl))
GSL_LIBS := $(if $(GSL_DIR),$(call link_dir,$(GSL_DIR)) -lgsl -lgslcblas,$(call pc_libs,gsl))
HDF5_CFLAGS := $(if $(HDF5_DIR),$(call from_dir,$(HDF5_DIR)),$(call pc_cflags,$(HDF5_PC)))
HDF5_LIBS := $(if $(HDF5_DIR),$(call link_dir,$(HDF5_DIR)) -lhdf5_hl -lhdf5,\
               $(patsubst -lhdf5,-lhdf5_hl -lhdf5,$(call pc_libs,$(HDF5_PC))))
ifneq ($(and $(filter mpich,$(MPI_KIND)),$(findstring openmpi,$(HDF5_LIBS))),)
  $(error $(MPICC) is MPICH, pkg-config's $(HDF5_PC) belongs to Open MPI; expected scripts/setup.sh mpich, or HDF5_DIR)
endif
YAML_CFLAGS := $(call pc_cflags,yaml-0.1)
YAML_LIBS := $(or $(call pc_libs,yaml-0.1),-lyaml)
CMOCKA_CFLAGS := $(call pc_cflags,cmocka)
CMOCKA_LIBS := $(or $(call pc_libs,cmocka),-lcmocka)
RANDOM123_CFLAGS := $(if $(RANDOM123_DIR),-isystem $(RANDOM123_DIR)/include)

# --- Flags -------------------------------------------------------------------------------------------------
# No contraction of a*b+c: results must not depend on the processor the compiler was told of. errno and exception flags
# of arithmetic, which nothing here reads, would keep loops from being vectorised; to do without them changes no result.

WARNINGS := -Wall -Wextra -Wshadow $(if $(filter 1,$(WERROR)),-Werror)
OPTIMISE := -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -g $(if $(filter 1,$(NATIVE)),-march=native)
BASE_CFLAGS := -std=c17 -D_GNU_SOURCE -fPIC -fno-semantic-interposition $(OPTIMISE) $(WARNINGS) $(SANITIZE) -MMD -MP
ALL_CPPFLAGS := -Iinclude -Isrc -DWD_VERSION='"$(VERSION)"' $(GSL_CFLAGS) $(HDF5_CFLAGS) $(YAML_CFLAGS) \
                $(RANDOM123_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS := $(BASE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(SANITIZE) $(LDFLAGS)
ALL_LIBS := $(HDF5_LIBS) $(GSL_LIBS) $(YAML_LIBS) -lm $(LDLIBS)

# --- Sources -----------------------------------------------------------------------------------------------
# Every src/*/*.c but main.c goes into the static library that the program and the tests link;
# src/vegas/*.c also make a library of their own, for other programs.

SOURCES := $(filter-out src/cli/main.c,$(wildcard src/*/*.c))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/src/%.o)
objects_of = $(patsubst src/%.c,$(BUILD)/src/%.o,$(wildcard $(1:%=src/%/*.c)))
VEGAS_OBJECTS := $(call objects_of,vegas)
# Points without MPI and files: the shared library.
POINT_OBJECTS := $(call objects_of,base config result matter cooling star model excess)
# Files that state the commit are rebuilt when it changes.
COMMIT_OBJECTS := $(patsubst src/%.c,$(BUILD)/src/%.o,$(shell grep -l WD_COMMIT src/*/*.c))
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/test_*.c tests/*/mpi_*.c))
BENCHES := $(BUILD)/tests/excess/bench $(BUILD)/tests/jobs/bench_jobs
FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/fuzz_*.c))
END_TO_END := $(wildcard tests/program/e2e_*.sh)
SLURM_TESTS := tests/slurm/jobs.sh
GATES_ALL := lint symbols asan fuzz valgrind coverage
FORMATTED := $(wildcard src/*/*.[ch] include/wdscan/*.h tests/*.[ch] tests/*/*.[ch] docs/examples/*.c)

# One short line per step; V=1 shows the commands.
Q := $(if $(filter 1,$(V)),,@)
say = @echo '  $(1) $@'

# --- Build -------------------------------------------------------------------------------------------------

.PHONY: all docs tests test check test-slurm test-fresh check-slurm campaign scan bound bench bench-jobs bench-vegas asan check-format format install \
        uninstall clean help check-lint check-symbols check-asan check-fuzz check-valgrind check-coverage fuzz \
        coverage check-all FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(VEGAS_LIB) $(SHARED) $(PC_FILES) $(PRINTED)
tests: $(TESTS) $(BENCHES)

$(PROGRAM): $(BUILD)/src/cli/main.o $(LIBRARY) | $(OUT)/bin
	$(call say,LD)
	$(Q)$(MPICC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(BUILD)/src/cli/main.o $(LIBRARY) $(ALL_LIBS)

$(LIBRARY): $(OBJECTS) $(BUILD)/objects
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $(OBJECTS)

# One object, of which only what vegas.h declares can be seen.
$(VEGAS_LIB): $(VEGAS_OBJECTS) include/wdscan/vegas.h $(BUILD)/objects | $(OUT)/lib
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(LD) -r -o $(BUILD)/vegas.o $(VEGAS_OBJECTS)
	$(Q)scripts/public_symbols.sh include/wdscan/vegas.h > $(BUILD)/vegas.symbols
	$(Q)$(OBJCOPY) --keep-global-symbols=$(BUILD)/vegas.symbols $(BUILD)/vegas.o
	$(Q)$(AR) rcs $@ $(BUILD)/vegas.o

# The shared libraries export what the public headers declare.
$(BUILD)/%.map: include/wdscan/*.h scripts/public_symbols.sh
	@mkdir -p $(@D)
	$(Q){ echo '{ global:'; scripts/public_symbols.sh $(PUBLIC) | sed 's/$$/;/'; echo 'local: *; };'; } > $@
$(BUILD)/libwdscan-vegas.map: PUBLIC = include/wdscan/vegas.h
$(BUILD)/libwdscan.map: PUBLIC = $(filter-out %/vegas.h %/run.h,$(wildcard include/wdscan/*.h))

share = $(Q)$(CC) -shared $(ALL_CFLAGS) $(ALL_LDFLAGS) -Wl,-soname,$(SONAME) -Wl,--version-script,$(BUILD)/$(@F:.so=.map) -o $@
$(OUT)/lib/libwdscan-vegas.so: $(VEGAS_OBJECTS) $(BUILD)/libwdscan-vegas.map $(BUILD)/objects | $(OUT)/lib
	$(call say,LD)
	$(share) $(VEGAS_OBJECTS) -lm
	$(Q)ln -sf $(@F) $(OUT)/lib/$(SONAME)
$(OUT)/lib/libwdscan.so: $(POINT_OBJECTS) $(OUT)/lib/libwdscan-vegas.so $(BUILD)/libwdscan.map $(BUILD)/objects
	$(call say,LD)
	$(share) $(POINT_OBJECTS) -L$(OUT)/lib -lwdscan-vegas -Wl,-rpath,'$$ORIGIN' -Wl,--no-undefined $(GSL_LIBS) $(YAML_LIBS) -lm
	$(Q)ln -sf $(@F) $(OUT)/lib/$(SONAME)

MODULES ?= $(subst :, ,$(LOADEDMODULES))
fill_in = -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@MODULES@|$(strip $(MODULES))|'
$(OUT)/lib/pkgconfig/%.pc: scripts/%.pc.in VERSION $(BUILD)/prefix | $(OUT)/lib/pkgconfig
	$(Q)sed $(fill_in) $< > $@

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(MPICC) $(ALL_CPPFLAGS) $(COMMIT_FLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(COMMIT_OBJECTS): $(BUILD)/commit
$(COMMIT_OBJECTS): COMMIT_FLAGS = -DWD_COMMIT='"$(COMMIT)"' -DWD_CFLAGS='"$(strip $(OPTIMISE) $(CFLAGS))"'

$(BUILD)/wdscan.1: $(PROGRAM)
	$(Q)$(PROGRAM) manual >$@
$(BUILD)/wdscan.bash $(BUILD)/wdscan.zsh $(BUILD)/wdscan.fish: $(PROGRAM)
	$(Q)$(PROGRAM) completion --shell $(patsubst .%,%,$(suffix $@)) >$@

# The files in git that the program prints; tests compare them with what it prints.
docs: $(PROGRAM)
	$(PROGRAM) keys --markdown >docs/configuration.md
	$(PROGRAM) keys --yaml >configs/reference.yaml

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(MPICC) -Itests $(ALL_CPPFLAGS) $(CMOCKA_CFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	$(call say,LD)
	$(Q)$(MPICC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(CMOCKA_LIBS) $(ALL_LIBS)

$(BUILD)/tests/vegas/bench_vegas: CMOCKA_LIBS = -lcubature
$(FUZZERS): CMOCKA_LIBS = -fsanitize=fuzzer

$(OUT)/bin $(OUT)/lib $(OUT)/lib/pkgconfig:
	@mkdir -p $@

# What the objects depend on besides their sources: each of these files changes only when its text does. New
# flags are a reason to look whether all that is needed is there.
quote = '$(subst ','\'',$(1))'
remember = @mkdir -p $(@D); echo $(call quote,$(1)) | cmp -s - $@ || { $(2) echo $(call quote,$(1)) > $@; }

$(BUILD)/flags: FORCE
	$(call remember,$(MPICC) $(OMPI_CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(ALL_LIBS),HDF5_PC='$(HDF5_PC)' scripts/setup.sh --check build &&)
$(BUILD)/prefix: FORCE
	$(call remember,$(PREFIX))
$(BUILD)/commit: FORCE
	$(call remember,$(COMMIT))
$(BUILD)/objects: FORCE
	$(call remember,$(OBJECTS))

-include $(wildcard $(BUILD)/src/*/*.d $(BUILD)/tests/*/*.d)

# --- Run ---------------------------------------------------------------------------------------------------

CONFIG ?= configs/quick.yaml

# These three do their own set-up, so that they work on a fresh machine; a second make sees the new packages.
test:
	@scripts/setup.sh
	@$(MAKE) --no-print-directory check
scan:
	@scripts/setup.sh
	@$(MAKE) --no-print-directory all
	@MPIRUN='$(MPIRUN)' scripts/run_scan.sh '$(PROGRAM)' '$(CONFIG)'
# make bound SET='grid.mass.points=31 ...': keys of all its scans
bound:
	@scripts/setup.sh
	@$(MAKE) --no-print-directory all
	@MPIRUN='$(MPIRUN)' scripts/run_bound.sh '$(PROGRAM)' configs/bound.yaml $(SET)

test-slurm:
	@scripts/setup.sh build test slurm || scripts/setup.sh build test
	@$(MAKE) --no-print-directory check-slurm

# make check ONLY='word ...': the tests whose name contains one of the words; SLURM=1: those on a SLURM of their own, too;
# GATES='lint asan': with these quality gates; FRESH='bookworm:root trixie:user': on bare roots of these, as these, too
chosen = $(if $(ONLY),$(foreach t,$(1),$(if $(strip $(foreach w,$(ONLY),$(findstring $(w),$(notdir $(t))))),$(t))),$(1))
check: all tests
	@BENCH='$(abspath $(BUILD)/tests/excess/bench)' BENCH_JOBS='$(abspath $(BUILD)/tests/jobs/bench_jobs)' WDSCAN='$(abspath $(PROGRAM))' MPIRUN='$(MPIRUN)' scripts/run_tests.sh \
	  $(call chosen,$(sort $(TESTS)) $(END_TO_END) $(if $(filter 1,$(SLURM)),$(SLURM_TESTS))) \
	  $(GATES:%=tests/gates/%.sh) $(foreach s,$(FRESH),'tests/fresh/fresh.sh $(subst :, ,$(s))')

# The job scripts on a SLURM that the test starts, with time limits and pre-emption: some minutes.
check-slurm: all
	@ALL_SKIPPED=ok WDSCAN='$(abspath $(PROGRAM))' MPIRUN='$(MPIRUN)' scripts/run_tests.sh $(SLURM_TESTS)

# The README's commands and the Python package on bare roots of Debian, as root and as a user (FRESH_ONLY='word ...' for
# some tests), and the steps of the Apptainer definition.
SUITES ?= bookworm trixie
test-fresh:
	@TEST_TIMEOUT=5400 ALL_SKIPPED=ok scripts/run_tests.sh \
	  $(foreach s,$(SUITES),'tests/fresh/fresh.sh $(s) root' 'tests/fresh/fresh.sh $(s) user') tests/fresh/image.sh

# Long series of kills and of crashes in single writes: a quarter of an hour.
campaign: all
	@KILLS=60 CRASHES=all TEST_TIMEOUT=3600 WDSCAN='$(abspath $(PROGRAM))' MPIRUN='$(MPIRUN)' \
	  scripts/run_tests.sh tests/program/e2e_kills.sh tests/program/e2e_faults.sh

# The quality gates: each by itself, and all after the tests. Each is a script in tests/gates that says what it
# checks; FUZZ_SECONDS is the time for each fuzzer.
check-lint check-symbols check-asan check-fuzz check-valgrind check-coverage: check-%: all
	@WDSCAN='$(abspath $(PROGRAM))' tests/gates/$*.sh
fuzz coverage: %: check-%
check-all:
	@scripts/setup.sh build test plot dev mpich
	@TEST_TIMEOUT=3600 $(MAKE) --no-print-directory check GATES='$(GATES_ALL)'

# Speed of the integrands in several builds, of whole grids, and of what a user waits for, as ratios: docs/performance.md.
# PROFILE: a stellar model that is verified, too.
bench: $(PROGRAM) $(BENCHES)
	@scripts/bench.sh
	@scripts/bench_campaign.sh $(abspath $(BENCHES) $(PROGRAM)) '$(MPIRUN)' $(abspath $(PROFILE))

# What the distribution of work costs here, and the model's prediction beside it (docs/scaling.md).
BENCH_RANKS ?= 1 2 3 4 8 16 17 32
bench-jobs: $(BUILD)/tests/jobs/bench_jobs
	@scripts/bench_jobs.sh '$<' '$(MPIRUN)' $(BENCH_RANKS)

bench-vegas: $(BUILD)/tests/vegas/bench_vegas
	$<

# Unit tests with AddressSanitizer and UndefinedBehaviorSanitizer, in a folder of their own, but for those that
# EXCEPT names. Without -Werror: the checks that these insert make GCC warn of what cannot happen.
asan:
	@$(MAKE) --no-print-directory BUILD=build/asan WERROR= tests \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
	@MPIRUN='$(MPIRUN)' scripts/run_tests.sh \
	  $(call chosen,$(patsubst $(BUILD)/%,build/asan/%,$(sort $(filter-out $(foreach t,$(EXCEPT),$(BUILD)/tests/%/$(t)),$(TESTS)))))

check-format:
	$(CLANG_FORMAT) --dry-run -Werror $(FORMATTED)
format:
	$(CLANG_FORMAT) -i $(FORMATTED)

# --- Install -----------------------------------------------------------------------------------------------

SHARE := $(DESTDIR)$(PREFIX)/share/wdscan
DOC := $(DESTDIR)$(PREFIX)/share/doc/wdscan
MAN := $(DESTDIR)$(PREFIX)/share/man/man1
COMPLETIONS := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

install: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/wdscan \
	  $(SHARE)/configs $(SHARE)/jobs $(SHARE)/scripts/limits $(SHARE)/scripts/data $(SHARE)/modulefiles/wdscan $(SHARE)/python/wdscan $(DOC)/docs/examples $(MAN) $(COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS)
	$(INSTALL) -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/wdscan
	$(INSTALL) -m 644 $(BUILD)/wdscan.1 $(MAN)/
	$(INSTALL) -m 644 $(BUILD)/wdscan.bash $(COMPLETIONS)/wdscan
	$(INSTALL) -m 644 $(BUILD)/wdscan.zsh $(ZSH_COMPLETIONS)/_wdscan
	$(INSTALL) -m 644 $(BUILD)/wdscan.fish $(FISH_COMPLETIONS)/wdscan.fish
	$(INSTALL) -m 644 $(LIBRARY) $(VEGAS_LIB) $(DESTDIR)$(PREFIX)/lib/
	for so in $(SHARED); do \
	  $(INSTALL) -m 755 $$so $(DESTDIR)$(PREFIX)/lib/$${so##*/}.$(VERSION) && \
	  ln -sf $${so##*/}.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$${so##*/}.$(firstword $(subst ., ,$(VERSION))) && \
	  ln -sf $${so##*/}.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$${so##*/}; done
	$(INSTALL) -m 644 $(PC_FILES) $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	$(INSTALL) -m 644 include/wdscan/*.h $(DESTDIR)$(PREFIX)/include/wdscan/
	$(INSTALL) -m 644 configs/*.yaml $(SHARE)/configs/
	$(INSTALL) -m 644 jobs/*.sbatch $(SHARE)/jobs/
	$(INSTALL) -m 755 $(wildcard scripts/plot_*.py) $(SHARE)/scripts/
	$(INSTALL) -m 644 scripts/wdplot.py scripts/wdlayout.py scripts/wdlimits.py $(SHARE)/scripts/
	$(INSTALL) -m 644 $(wildcard scripts/python/wdscan/*.py) $(SHARE)/python/wdscan/
	$(INSTALL) -m 755 scripts/limits/recompute.py $(SHARE)/scripts/limits/
	$(INSTALL) -m 644 $(wildcard scripts/limits/*.csv) $(SHARE)/scripts/limits/
	$(INSTALL) -m 644 $(wildcard scripts/data/*.csv) $(SHARE)/scripts/data/
	$(INSTALL) -m 644 README.md CHANGELOG.md CITATION.cff LICENSE $(DOC)/
	$(INSTALL) -m 644 $(wildcard docs/*.md docs/*.ipynb docs/*.png) $(DOC)/docs/
	$(INSTALL) -m 644 $(wildcard docs/examples/*) $(DOC)/docs/examples/
	sed $(fill_in) scripts/packaging/modulefile.in > $(SHARE)/modulefiles/wdscan/$(VERSION)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/wdscan $(addprefix $(DESTDIR)$(PREFIX)/lib/,$(notdir $(LIBRARY) $(VEGAS_LIB)))
	rm -f $(foreach so,$(notdir $(SHARED)),$(DESTDIR)$(PREFIX)/lib/$(so) $(DESTDIR)$(PREFIX)/lib/$(so).*)
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/pkgconfig/,$(notdir $(PC_FILES)))
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,$(wildcard include/wdscan/*.h))
	rm -f $(MAN)/wdscan.1 $(COMPLETIONS)/wdscan $(ZSH_COMPLETIONS)/_wdscan $(FISH_COMPLETIONS)/wdscan.fish
	rm -rf $(SHARE) $(DOC)
	-rmdir $(DESTDIR)$(PREFIX)/include/wdscan

clean:
	rm -rf build bin lib scripts/python/build scripts/python/*.egg-info

help:
	@echo 'make              builds bin/wdscan and lib/libwdscan-vegas.a'
	@echo 'make scan         sets up, builds, runs configs/quick.yaml on all cores, draws the map'
	@echo '                  (CONFIG=configs/fig4.yaml for another scan)'
	@echo 'make bound        sets up, builds, runs configs/bound.yaml and its variations, draws what white dwarfs that cool exclude'
	@echo '                  (SET='"'KEY=VALUE ...'"': keys of all these scans)'
	@echo 'make test         sets up, builds, runs all tests;  make check: the same without the set-up'
	@echo '                  (ONLY='word ...' for the tests whose name contains one of the words)'
	@echo 'make test-slurm   runs the job scripts on a SLURM of its own'
	@echo 'make test-fresh   the commands of the README on bare roots of Debian (SUITES="bookworm trixie"; takes root)'
	@echo 'make campaign     long series of kills and crashes'
	@echo 'make check-all    the tests, then the quality gates; each by itself: make check-lint check-symbols asan'
	@echo '                  fuzz check-valgrind coverage'
	@echo 'make bench        where the time of a scan goes, in several builds (docs/performance.md)'
	@echo 'make bench-jobs   measures what the distribution of work and the result file cost'
	@echo 'make bench-vegas  compares the integrator with others'
	@echo 'make install      to DESTDIR/PREFIX (PREFIX=$(PREFIX));  make uninstall'
	@echo 'make docs         renews docs/configuration.md and configs/reference.yaml'
	@echo 'make check-format, make format, make clean'
	@echo 'Variables: MPICC CC CFLAGS CPPFLAGS LDFLAGS MPIRUN PREFIX DESTDIR BUILD'
	@echo '           GSL_DIR HDF5_DIR HDF5_PC RANDOM123_DIR  WERROR=1  NATIVE=1 (for this processor only)  V=1'
