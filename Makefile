# The two commands of a newcomer are `make run` and `make test`; both make .venv themselves.
V := .venv/bin
READY := .venv/.ready
WORKERS ?= 2

.PHONY: run test check lint types layers suites coverage peers interop bench docs example clean

run: $(READY)  ## one session of the emulated trio, then every case with few of its variants, judged and reported
	$(V)/v2x run --trio --mutants --watch --programme first-look

test: $(READY)  ## the project's own tests
	$(V)/python -m pytest -n $(WORKERS) --dist loadfile tests

check: lint types layers suites coverage test  ## exactly what CI runs

lint: $(READY)
	$(V)/ruff format --check .
	$(V)/ruff check .

types: $(READY)
	$(V)/mypy

layers: $(READY)
	$(V)/lint-imports

suites: $(READY)  ## every case against the good devices and against its mutants
	$(V)/v2x run --trio --mutants --network memory --reports .cache/check-reports

COVERED := core exi framing messages sessions checks
OWN_TESTS := tests/core tests/exi tests/framing tests/messages tests/sessions_v2g tests/sessions_ocpp tests/checks

space := $(subst ,, )
comma := ,

coverage: $(READY)  ## the pure layers by their own tests
	$(V)/coverage run --source=$(subst $(space),$(comma),$(addprefix harness/,$(COVERED))) -m pytest -q $(OWN_TESTS)
	$(V)/coverage report --fail-under=95

peers: $(READY)  ## independent implementations, into .peers/
	bash profiles/peers/josev/prepare.sh
	bash profiles/peers/ocpp-rpc/prepare.sh
	bash profiles/peers/ocpp-ws-cli/prepare.sh

interop: $(READY)  ## the suites against the independent implementations that `make peers` prepared
	$(V)/v2x run --device josev-secc --programme one-of-each || test $$? -eq 1 -o $$? -eq 3
	$(V)/v2x run --device josev-evcc --programme first-look || test $$? -eq 1 -o $$? -eq 3
	$(V)/python fixtures/traces/josev/record.py

bench: $(READY)
	$(V)/python benchmarks/exi.py
	$(V)/python benchmarks/session.py
	$(V)/python benchmarks/tls.py
	$(V)/python benchmarks/pki.py
	$(V)/python benchmarks/ocpp.py

docs: $(READY)  ## renew the generated reference pages
	$(V)/python docs/generate.py

SHOWN := TLS-STN-00 TLS-EV-00 TLS-CSMS-00 TLS-CST-00 TLS-STN-052 RES- AVL- OCPP- TC_F_ ISO20-STN-ORD ISO20-STN-CHL ISO20-STN-PNC ISO20-EV-LOP ISO20-EV-PNC ISO2-STN-SSU ISO2-STN-PAU

example: $(READY)  ## renew the golden report: a part of the programme, so that it stays small
	rm -rf .cache/example
	$(V)/v2x run --trio --mutants --programme first-look $(SHOWN:%=--only %) --reports .cache/example
	$(V)/python -m harness.report.example .cache/example/*

$(READY): pyproject.toml .ci/prepare
	bash .ci/prepare
	touch $@

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache
