# `make demo` shows the whole line on the sample newsroom; `make test` holds it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := ../$(BIN)/pressroom

.PHONY: demo test lint check docs docs-check lock clean

$(VENV)/.core: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/.core
	rm -rf demo && mkdir demo
	cp -r newsletter.toml terms.toml issues samples demo/
	cd demo && { $(RUN) gather || echo "(one sample feed is broken on purpose: the others go on)"; }
	cd demo && $(RUN) stories
	cd demo && $(RUN) pick 2025-09-19 `$(RUN) stories --json | ../$(BIN)/python -c "import json, sys; print(*[s['handle'] for s in json.load(sys.stdin)][:3])"`
	cd demo && $(RUN) draft 2025-09-19
	cd demo && { $(RUN) check 2025-09-19 > check.txt || echo "The new draft is not fit to send yet, as it should be: demo/check.txt"; }
	cd demo && $(RUN) check 2025-09-05
	cd demo && $(RUN) build
	cd demo && $(RUN) subscribers import samples/subscribers.csv
	cd demo && $(RUN) send 2025-09-05
	cd demo && $(RUN) status 2025-09-19 || true
	@echo
	@echo "Look at   demo/public/index.html                        the archive"
	@echo "          demo/outbox/2025-09-05/en/email.html          the mail"
	@echo "          demo/outbox/2025-09-05/messages/*.eml         what each reader got"
	@echo "          demo/issues/2025-09-19/                       the new draft, yours to write"

test: $(VENV)/.core
	$(BIN)/python -m pytest -q -n 2 --dist loadscope

lint: $(VENV)/.core
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.core
	$(BIN)/python docs/generate.py

docs-check: $(VENV)/.core
	$(BIN)/python docs/generate.py --check

check: test lint docs-check

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --extra dev -o requirements.lock pyproject.toml

clean:
	rm -rf demo public outbox .venv
