# Two commands are enough: `make demo` and `make test`. Everything that they make is below .venv/, var/ and web/.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset services stop status check test e2e bench drill screens lock build
DURATION ?=
PORT ?=
ONLY ?=
SWITCH ?= simulated
ARGS ?=
STACK = PYTHON=$$(sh tools/stack/python.sh) && exec "$$PYTHON" -m tools.stack

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14
demo:  ## Everything, with demo data. DURATION=60 ends after a minute with a summary, PORT=18500 takes other ports, SWITCH=asterisk a real one
	@$(STACK) demo --port "$(PORT)" --duration "$(DURATION)" --switch "$(SWITCH)"
demo-reset:  ## Forget the demo's data
	@$(STACK) reset demo
services:  ## PostgreSQL and Redis alone, for development
	@$(STACK) services --port "$(PORT)"
stop:  ## End a demo that runs elsewhere
	@$(STACK) stop
status:  ## The parts of the running demo
	@$(STACK) status
setup:  ## The virtual environment, with the tools of the checks
	@$(STACK) setup
build:  ## The front end
	@$(STACK) build
check:  ## Linters, types, layers, migrations, templates, TypeScript
	@$(STACK) check
test:  ## The checks and all tests; installs what it needs. ARGS= goes to pytest
	@$(STACK) test $(ARGS)
e2e:  ## The tests on a real Asterisk, alone and with the product and browsers (root, Debian). ARGS= goes to pytest
	@$(STACK) e2e $(ARGS)
bench:  ## The benchmarks, one JSON line per figure. ONLY=name runs one
	@$(STACK) bench $(if $(ONLY),--only $(ONLY)) $(ARGS)
drill:  ## Kill each process in the middle of a campaign; nothing may be lost or dialed twice
	@$(STACK) drill $(if $(ONLY),--only $(ONLY)) $(ARGS)
screens:  ## Pictures of every page, each role, wide and phone, light and dark, in var/pictures; what is wrong fails. ONLY=master
	@$(STACK) screens $(if $(ONLY),--only $(ONLY)) $(if $(PORT),--port $(PORT)) $(ARGS)
lock:  ## Write requirements/*.lock from pyproject.toml
	@$(STACK) lock
