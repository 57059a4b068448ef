# One door for developers: `make ask` and `make test` create what they need, a virtual environment included.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?=

.PHONY: help ask serve index test test-browser test-deploy test-all check check-widget keep-widget fix docs pictures bench bench-library bench-peers load \
  calibrate evaluate gate gate-answers gate-purposes lock image sbom verify encoder reader judge safeguarding parsing fuzz clean

help:
	@echo 'make serve       ask in a browser, and answer programs over HTTP, on this machine'
	@echo 'make ask Q="…"   ask the report; without Q, on a terminal, a conversation'
	@echo 'make test        install what development needs, check and test; no PyTorch, no browser'
	@echo 'make test-browser  test pages and widget in a browser; needs Chromium'
	@echo 'make test-deploy  build and ask the image, ask through nginx and Caddy; needs podman and mmdebstrap, as root'
	@echo 'make test-all    all tests: also the browser, the image, training (PyTorch), budgets, damaged PDFs and a library'
	@echo 'make check       formatting, lint and types only'
	@echo 'make check-widget types and lint of the widget; needs npm'
	@echo 'make keep-widget keep the released widget before its version is raised'
	@echo 'make fix         reformat and repair what can be repaired'
	@echo 'make index       build the index of the report in corpus/'
	@echo 'make docs        write the generated pages of docs/'
	@echo 'make pictures    take the pictures of the pages anew, with "make serve" running'
	@echo 'make fuzz        read damaged PDFs, for ten minutes or SECONDS'
	@echo 'make bench       measure start, memory, questions and index build'
	@echo 'make bench-peers measure txtai and haiku.rag beside; installs them (PyTorch), needs Python 3.12 as well'
	@echo 'make load        measure the service under load'
	@echo 'make bench-library  measure a library of reports; needs those of training/reports.toml'
	@echo 'make evaluate    ask and score the gold questions, all baselines beside'
	@echo 'make verify      score the citation checker on the labelled statements'
	@echo 'make safeguarding  score how well a question’s purpose is told'
	@echo 'make parsing     measure how well real report files are parsed'
	@echo 'make gate        compare with the committed scorecard, as CI does'
	@echo 'make encoder     train an encoder on all questions of training/, from MODEL'
	@echo 'make reader      teach the reader that ships all questions of training/'
	@echo 'make judge       train a judge anew, two hours or more'
	@echo 'make lock        lock the versions and hashes of what answering needs anew'
	@echo 'make sbom        list what is installed, as CycloneDX'
	@echo 'make calibrate   fit the confidence to the development questions'
	@echo 'make image       build the image of the service, localhost/a4a-qa'
	@echo 'make clean       remove the virtual environment and builds'

$(VENV)/.core: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# With PyTorch, for those who train models.
$(VENV)/.train: pyproject.toml $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	@touch $@

# The question reaches the command as it was typed; that the report does not answer it (3) is no failure of make.
ask: export QUESTION = $(value Q)
ask: $(VENV)/.core
	@$(BIN)/a4a-qa ask $(if $(value Q),"$$QUESTION") || [ $$? -eq 3 ]

index: $(VENV)/.core
	$(BIN)/a4a-qa index

check: $(VENV)/.dev
	$(BIN)/ruff format --check src tests eval docs
	$(BIN)/ruff check src tests eval docs
	$(BIN)/mypy

# In development only: nothing is built with it, and a user needs no node.
check-widget:
	cd tests/widget/check && npm install --no-audit --no-fund --no-package-lock --loglevel=error && npm run --silent check

# What has gone out under a version is served for ever.
keep-widget: $(VENV)/.dev
	$(BIN)/python -c 'from a4a_qa.service.widget.hosting import keep; print(keep())'

# The tests of a file in one process, those that measure budgets alone.
PYTEST := $(BIN)/python -m pytest
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: check
	$(PYTEST) -m 'not budget and not browser and not deploy and not training' $(SIDE_BY_SIDE)

test-browser: $(VENV)/.dev
	$(PYTEST) -m 'browser and not budget' $(SIDE_BY_SIDE)

test-deploy: $(VENV)/.dev
	$(PYTEST) -m deploy

test-all: test test-browser test-deploy $(VENV)/.train
	$(PYTEST) -m 'training and not budget' $(SIDE_BY_SIDE)
	$(PYTEST) -m budget
	$(MAKE) fuzz SECONDS=60
	$(BIN)/python eval/library.py --check

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix src tests eval docs
	$(BIN)/ruff format src tests eval docs

docs: $(VENV)/.dev
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_figures.py

# Of the pages and of the widget, for docs/; `make serve` runs meanwhile.
pictures: $(VENV)/.dev
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python docs/make_widget_pictures.py

bench: $(VENV)/.dev
	$(BIN)/python eval/bench.py

bench-library: $(VENV)/.dev
	$(BIN)/python eval/library.py --sentences 100000
	$(BIN)/python eval/library_engine.py

# haiku.rag needs Python 3.12 or newer: PEER_PYTHON names one, if it is not found.
bench-peers: $(VENV)/.dev
	$(BIN)/python eval/peers.py $(if $(PEER_PYTHON),--python $(PEER_PYTHON))

load: $(VENV)/.dev
	$(BIN)/a4a-qa index
	$(BIN)/python eval/load.py

serve: $(VENV)/.core
	$(BIN)/a4a-qa serve

SECONDS ?= 600
fuzz: $(VENV)/.dev
	$(BIN)/python tests/parsing/pdf/fuzz.py $(SECONDS)

encoder: $(VENV)/.train
	$(BIN)/a4a-qa training encoder $(if $(MODEL),--model $(MODEL) --rate 3e-5 --epochs 1)

reader: $(VENV)/.train
	$(BIN)/a4a-qa training reader

judge: $(VENV)/.train
	$(BIN)/a4a-qa training judge

# Ask the gold questions on every report of each system, score them, and print a table a system; then the page that
# shows each question on the report in corpus/. Reports whose text is not here (A4A_QA_REPORTS) are left out.
SYSTEMS := bm25 dense hybrid top1 abstain full
BESIDE := $(foreach system,$(filter-out full,$(SYSTEMS)),--beside eval/scorecards/$(system)/cambodia-2011.json)

evaluate: $(VENV)/.dev
	for system in $(SYSTEMS); do \
	  $(BIN)/a4a-qa eval run --system $$system && \
	  $(BIN)/a4a-qa eval score eval/runs/$$system --output eval/scorecards/$$system || exit 1; \
	done
	$(BIN)/a4a-qa eval run --gold eval/check --output eval/runs/check
	$(BIN)/a4a-qa eval score eval/runs/check --gold eval/check --output eval/scorecards/check
	$(BIN)/a4a-qa eval report eval/runs/full/cambodia-2011.jsonl $(BESIDE)

# Stop a change that makes answers or citations worse than the committed scorecard.
# Two halves, which `make --jobs 2 gate` does side by side: what is answered, and what questions are for.
gate: gate-answers gate-purposes

gate-answers: $(VENV)/.dev
	$(BIN)/a4a-qa training validate
	$(BIN)/a4a-qa eval validate
	$(BIN)/a4a-qa eval run --report cambodia-2011
	$(BIN)/a4a-qa eval gate eval/runs/full/cambodia-2011.jsonl

gate-purposes: $(VENV)/.dev
	$(BIN)/a4a-qa eval safeguarding --gate-only

# How well a question's purpose is told; stops when more legitimate questions are refused than were agreed on.
safeguarding: $(VENV)/.dev
	$(BIN)/a4a-qa eval safeguarding --output eval/safeguarding/scorecard.json

verify: $(VENV)/.dev
	$(BIN)/a4a-qa index
	$(BIN)/a4a-qa eval verify --output eval/verify/scorecard.json

# How well the reports of training/reports.toml are parsed, and the fixtures; stops when a target is missed.
# The texts lie in the folder that A4A_QA_REPORTS names, by default ../shared/reports.
parsing: $(VENV)/.dev
	$(BIN)/a4a-qa eval parsing --output eval/scorecards/parsing.json

calibrate: $(VENV)/.dev
	$(BIN)/a4a-qa calibrate

# What is installed and from whom: docs/service.md. These two tools stand apart from what they look at.
TOOLS := build/tools
$(TOOLS):
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5' 'cyclonedx-bom>=5'

lock: $(TOOLS)
	printf '%s\n' '# What answering needs, each version with its hashes: `pip install --require-hashes -r requirements.lock`.' \
	  '# Renew it with `make lock`.' > requirements.lock
	$(TOOLS)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	  --quiet >> requirements.lock

# Of deploy/Containerfile, without a registry of images; needs podman and mmdebstrap, as root.
image:
	deploy/build-image

sbom: $(TOOLS) $(VENV)/.core
	mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment $(VENV) --pyproject pyproject.toml --output-format JSON --output-file dist/sbom.json

clean:
	rm -rf $(VENV) dist build
