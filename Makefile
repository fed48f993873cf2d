# What this repository can do, by name. `make help` lists it.
PROFILE ?= release

.DEFAULT_GOAL := help
.PHONY: help setup test demo tour bench bench-peers instructions soak

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## install missing system packages, the tests' Python and Kafka's jars
	@scripts/setup.sh
	@scripts/python.sh
	@scripts/kafka.sh fetch

test: ## everything that must hold: formatting, lints, documentation, all tests on a real Kafka and PostgreSQL
	@scripts/test.sh

demo: ## watch it work on made-up events; needs nothing but a compiler (PROFILE=dev builds faster)
	@scripts/setup.sh build
	cargo run --locked --profile $(PROFILE) -- demo

tour: ## a real Kafka on localhost:9092 with the README's topics and records, until Ctrl-C
	@scripts/setup.sh
	@scripts/tour.sh

bench: ## measure the engine, and the stream on a real Kafka, and write docs/benchmarks.md (half an hour)
	@scripts/setup.sh
	@scripts/kafka.sh fetch
	@scripts/bench.sh

bench-peers: ## measure the tools of others beside it, on the same events (half an hour, most of it compiling)
	@scripts/setup.sh build
	@scripts/bench.sh peers

instructions: ## count anew what the fixed workloads take, after a change of speed or of the compiler
	@scripts/setup.sh
	UPDATE_EXPECT=1 cargo test --locked --test instructions

soak: ## slow checks: features, refusals by their times, kills, the clouds' key services, fuzz, a long flow, the image, Kubernetes
	@scripts/setup.sh
	@scripts/soak.sh
