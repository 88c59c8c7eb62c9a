# What a person types; each goal is one line into Scripts/.
.DEFAULT_GOAL := help
.PHONY: help demo check test thorough nightly swarm properties sanitize fuzz interop bench soak lint format dist build

help: ## print this list
	@sed -n 's/^\([a-z]*\): ##/  make \1\t/p' Makefile

demo: ## build and show the documented failure, live on loopback
	@Scripts/demo.sh

check: ## lint, and the tests of what differs from origin/main: SINCE=commit
	@Scripts/check.sh $(SINCE)

test: ## build and run the tests
	@Scripts/test.sh

thorough: ## the computing tests with many cases each and the whole swarm
	@Scripts/thorough.sh

swarm: ## random scenarios against invariants: SEEDS=n FROM=seed
	@Scripts/swarm.sh "$(SEEDS)" "$(FROM)"

properties: ## generated configurations come back, mutants are named: COUNT=n (10000)
	@Scripts/properties.sh $(COUNT)

sanitize: ## run the tests of raw memory and hostile bytes under Address Sanitizer
	@Scripts/sanitize.sh

fuzz: ## feed random bytes to the import of configurations: SECONDS=n (600)
	@Scripts/fuzz.sh $(SECONDS)

interop: ## check against real rsyslog, syslog-ng, smtp-sink, vsftpd and sshd
	@Scripts/interop.sh

bench: ## measure against the C yardstick
	@Scripts/bench.sh

soak: ## a stalled server at full speed: SECONDS=n (600)
	@Scripts/soak.sh $(SECONDS)

nightly: ## what takes too long for the gate: sanitizers, 1,500 seeds, fuzzing, soak, bench
	@Scripts/nightly.sh

lint: ## check formatting, scripts and what git tracks
	@Scripts/lint.sh

format: ## format the Swift sources in place
	@Scripts/format.sh

dist: ## make the release archive in dist/
	@Scripts/dist.sh

build: ## make the release build and print its path
	@Scripts/build-release.sh
