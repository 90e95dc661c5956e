# make demo     installs what is missing, builds, and shows a rule hitting
# make test     the same checks, then all tests
# make fuzz     the fuzz targets, a minute each (FUZZ_SECONDS)
# make bench    the benchmarks
# make compare-evtx EVTX=folder   compares each EVTX record with what evtx-rs prints
# make compare-kql   compares the rows of random conditions with those of duckdb-kql
# make lint     what CI checks of the style; make format mends most of it
# make install PREFIX=/usr/local

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.PHONY: demo test fuzz bench compare-evtx compare-kql format lint build install requirements

PREFIX ?= /usr/local
# The Swift runtime is linked in, so that the command runs where only the C libraries are.
RELEASE := -c release --static-swift-stdlib
PACKAGES := libhyperscan-dev libsimdjson-dev libpcre2-dev libarchive-dev zlib1g-dev pkg-config
SOURCES := $(wildcard Sources Tests Plugins Benchmarks/Sources Benchmarks/Package.swift Fuzz/Sources Fuzz/Package.swift Package.swift)

demo: build
	@echo
	@echo '$$ trawl scan -r Corpus/Rules Corpus/Events'
	@.build/release/trawl scan -r Corpus/Rules Corpus/Events --format table
	@echo
	@echo '$$ trawl scan --rule "*ReverseShell*" --why Corpus/Events'
	@.build/release/trawl scan --rule '*ReverseShell*' --why --format table --quiet Corpus/Events
	@echo
	@echo '$$ trawl scan -r Corpus/Rules Corpus/Samples'
	@.build/release/trawl scan -r Corpus/Rules Corpus/Samples --format table
	@echo
	@echo '$$ trawl scan -r Corpus/Queries --kql-fileprofile Corpus/Queries/file-profiles.csv Corpus/Rows'
	@.build/release/trawl scan -r Corpus/Queries --kql-fileprofile Corpus/Queries/file-profiles.csv Corpus/Rows --format table
	@echo
	@echo '$$ trawl query Corpus/Queries/password-guessing.kql Corpus/Rows'
	@.build/release/trawl query Corpus/Queries/password-guessing.kql Corpus/Rows --format table

build: requirements
	swift build $(RELEASE) --product trawl

# Debug, as `swift test` has it: the tests look into modules.
# Pages are looked at in a browser.
test: PACKAGES += chromium python3
test: requirements
	@mkdir -p .build
	swift build --build-tests
	swift test --skip-build --disable-xctest 2>&1 | tee .build/test.log
	@echo
	@echo 'All tests passed:'
	@grep -E 'Test run with' .build/test.log

# libFuzzer with AddressSanitizer, each target for so many seconds.
FUZZ_SECONDS ?= 60
fuzz: requirements
	Fuzz/run.sh $(FUZZ_SECONDS)

# The best of so many runs.
RUNS ?= 3
bench: requirements
	swift run -c release --package-path Benchmarks trawl-benchmarks --runs $(RUNS)

# Fields and values of all records, against pip's evtx, in a folder of its own.
EVTX ?= ../shared/data
compare-evtx: build
	@test -d .build/evtx || { python3 -m venv .build/evtx && .build/evtx/bin/pip install --quiet evtx; }
	.build/evtx/bin/python Tests/Tools/compare_evtx.py .build/release/trawl $(EVTX)

# So many random conditions, against pip's duckdb-kql, in a folder of its own.
CONDITIONS ?= 2000
compare-kql: build
	@test -d .build/duckdb-kql \
	  || { python3 -m venv .build/duckdb-kql && .build/duckdb-kql/bin/pip install --quiet 'duckdb-kql[duckdb]==1.1.2'; }
	.build/duckdb-kql/bin/python Tests/Tools/compare_kql.py .build/release/trawl $(CONDITIONS)

format:
	swift format --in-place --recursive $(SOURCES)

lint:
	swift format lint --strict --recursive $(SOURCES)

install: build
	@! ldd .build/release/trawl | grep -E 'libswift|libFoundation|not found' \
	  || { echo 'the Swift runtime is not linked in, or a library is missing' >&2; exit 1; }
	install -D -s -m 755 .build/release/trawl '$(DESTDIR)$(PREFIX)/bin/trawl'
	@echo 'installed $(DESTDIR)$(PREFIX)/bin/trawl; it needs these packages where it runs:'
	@echo '  libhyperscan5 libsimdjson14 libpcre2-8-0 libarchive13 zlib1g libstdc++6'

# Swift 6.3, and the Debian packages, which are installed if they are missing.
requirements:
	@swift --version 2>&1 | grep -qE 'Swift version (6\.([3-9]|[1-9][0-9])|[7-9])' || { \
	  echo 'Swift 6.3 or later is needed: https://www.swift.org/install/linux' >&2; exit 1; }
	@missing=; for name in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$name"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq </dev/null && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing </dev/null; \
	fi
