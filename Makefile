# The two commands are `make run` and `make test`; both set up .venv where it is needed.
# `make run CONFIG=my.yaml` runs an experiment of your own; `make report CONFIG=my.yaml` writes its report again.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
SOURCES := workflow/scripts workflow/schemas tests benchmarks
SNAKEFILES := Snakefile workflow/Snakefile workflow/rules

.PHONY: run report compare test test-slurm bench gpu-check fuzz faults lint format docs lock clean

CONFIG :=
CONFIGURED = $(if $(CONFIG),--configfile $(CONFIG))
# The folder that the last of the configs names, or the default.
RESULTS = $(lastword results $(shell $(BIN)/python -c 'import sys, yaml; \
	[print((yaml.safe_load(open(name)) or {}).get("results", "")) for name in sys.argv[1:]]' \
	$(wildcard config/config.yaml) $(CONFIG)))

run: $(VENV)/installed
	snakemake --cores all $(CONFIGURED)
	@$(MAKE) --no-print-directory report

report: $(VENV)/installed
	@snakemake --quiet --report $(RESULTS)/report.html $(CONFIGURED)
	@echo "The answers, tables and figures:  $(RESULTS)/index.html"
	@echo "A page to look around in the run: $(RESULTS)/explorer.html"
	@echo "Snakemake's report of the run:    $(RESULTS)/report.html"

# What differs between two runs: make compare FIRST=results SECOND=results/mine
FIRST :=
SECOND :=
compare: $(VENV)/installed
	@PYTHONPATH=workflow/scripts python -m synthgap.report.comparison $(FIRST) $(SECOND)

# Small ones side by side; those of the workflow use all cores themselves.
test: $(VENV)/installed
	pytest -n logical --maxprocesses 4 tests/unit tests/numerics
	pytest --durations=15 tests/workflow tests/faults

# Needs SLURM and munge (on Debian: apt-get install slurm-wlm munge).
test-slurm: $(VENV)/installed
	pytest --durations=5 tests/slurm

# Reads mutated and hostile files for so many seconds, and so many of each, besides two minutes for the hostile ones.
SECONDS := 60
SEED := 0
PICKLES := 0
ARCHIVES := 0
ARRAYS := 0
fuzz: $(VENV)/installed
	PYTHONPATH=workflow/scripts:tests python -m fuzz --seconds $(SECONDS) --seed $(SEED) \
		--pickles $(PICKLES) --archives $(ARCHIVES) --arrays $(ARRAYS)

# Disturbs runs of a tiny experiment for so many minutes, besides some for one that nobody disturbs.
MINUTES := 15
faults: $(VENV)/installed
	PYTHONPATH=workflow/scripts:tests python -m faults.campaign --minutes $(MINUTES) --seed $(SEED)

# Times beside peers, into benchmarks/metrics.md; for smaller ones: make bench SIZES="--images 3000 --dimensions 512".
SIZES :=
bench: $(VENV)/installed
	pip install --quiet --no-deps --requirement benchmarks/requirements.txt
	python benchmarks/metrics.py $(SIZES)

# Measures a GPU for LIMIT minutes at most, with what is installed of the lock: benchmarks/gpu.md.
LIMIT := 10
gpu-check:
	PYTHONPATH=workflow/scripts python3 benchmarks/gpu_check.py --minutes $(LIMIT)

lint: $(VENV)/installed
	ruff check $(SOURCES)
	ruff format --check $(SOURCES)
	snakefmt --check $(SNAKEFILES)
	snakemake --lint
	mypy workflow/scripts/synthgap

format: $(VENV)/installed
	ruff check --fix $(SOURCES)
	ruff format $(SOURCES)
	snakefmt $(SNAKEFILES)

docs: $(VENV)/installed
	python workflow/schemas/document.py > config/README.md

# pip, which takes three times as long, knows indexes that uv isn't told of.
$(VENV)/installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "synthgap needs Python 3.11 or newer; set PYTHON=python3.11, say")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet $$(grep '^uv==' requirements.lock)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirement requirements.lock \
		|| $(BIN)/pip install --quiet --requirement requirements.lock
	touch $@

# Writes the versions that requirements.in resolves to today.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --requirement requirements.in
	.venv-lock/bin/pip freeze | sed -E '/^(nvidia|cuda|triton)/s/$$/ ; sys_platform == "linux" and platform_machine == "x86_64"/' > requirements.lock
	rm -r .venv-lock

# Experiments below results/, and what Snakemake knows of them; what was fetched stays.
EXPERIMENTS = $(patsubst %/data/dataset.json,%,$(wildcard results/data/dataset.json results/*/data/dataset.json))
clean:
ifeq ($(CONFIRM),yes)
	rm -rf results .snakemake
else
	@echo "This would remove results/ and .snakemake/ with these experiments: $(or $(EXPERIMENTS),none)."
	@echo "To remove them: make clean CONFIRM=yes"
endif
