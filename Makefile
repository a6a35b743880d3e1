PYTHON ?= .venv/bin/python
KILLS ?= 500

.PHONY: demo test check golden translations fuzz fuzz-page mutants licences audit sbom oldest newest bench bench-scale durability relocking

demo:  ## an invented diary and its report
	$(PYTHON) -m analysis demo

test:  ## every test, on all cores
	$(PYTHON) -m pytest -n auto --dist loadfile

check:  ## style, types, directions of import, doctests
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PYTHON) -m pytest diary analysis

golden:  ## write what is generated anew: data/demo, the demo in README, the tree in CONTRIBUTING, the transcripts, the table in SECURITY
	-MIGRAINE_REWRITE_GOLDEN=1 $(PYTHON) -m pytest -q --tb=no tests/test_docs.py tests/test_cli_golden.py tests/test_clinic_case.py tests/test_threats.py
	git diff --stat
	$(PYTHON) -m pytest tests/test_docs.py tests/test_cli_golden.py tests/test_clinic_case.py tests/test_threats.py

BABEL = $(PYTHON) -m babel.messages.frontend
COLLECT = $(BABEL) -q extract -F babel.cfg -k N_ --add-location file --project migraine-diary
SAID = $(BABEL) -q extract --add-location file --project migraine-diary
UPDATE = $(BABEL) -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

translations:  ## collect the texts of the pages into the catalogues, and compile what is translated
	mkdir -p build
	$(COLLECT) -o build/record.pot diary/web
	$(UPDATE) -i build/record.pot -d diary/web/translations
	$(BABEL) -q compile -d diary/web/translations
	$(SAID) -F diary/web/translations/sentences.cfg -o build/sentences.pot diary
	$(UPDATE) -D sentences -i build/sentences.pot -d diary/web/translations
	$(BABEL) -q compile -D sentences -d diary/web/translations
	$(COLLECT) -o build/answer.pot analysis/pages analysis/templates
	$(UPDATE) -i build/answer.pot -d analysis/pages/translations
	$(BABEL) -q compile -D 'messages sentences' -d analysis/pages/translations
	-$(BABEL) -q compile -D outcome -d analysis/pages/translations  # takes "30 %" for a placeholder, says so, compiles it

FILES ?= 1000000
REQUESTS ?= 100000
SEED ?= 1

fuzz:  ## a million damaged or invented files through the readers; another number with FILES=…, others with SEED=…
	$(PYTHON) -m tests.fuzz.readers --inputs $(FILES) --seed $(SEED) --record

fuzz-page:  ## a hundred thousand odd requests to the page; another number with REQUESTS=…
	$(PYTHON) -m tests.fuzz.page --requests $(REQUESTS) --seed $(SEED) --record

mutants:  ## small faults in the numbers, which the tests have to notice; see tests/mutants.md
	$(PYTHON) -m tests.mutants

licences:  ## THIRD-PARTY.md: the licences of what is installed with the program
	$(PYTHON) -m tests.supply.licences

audit:  ## known faults of the libraries that are installed; needs .[audit] and the network
	mkdir -p build
	$(PYTHON) -m pip list --format=freeze --exclude-editable > build/installed.txt
	$(PYTHON) -m tests.supply.audit

sbom:  ## build/sbom.json: what is installed with the program, as CycloneDX; needs .[audit]
	rm -rf build/plain && python3 -m venv --without-pip build/plain
	$(PYTHON) -m pip --python build/plain/bin/python install -q .
	$(PYTHON) -m cyclonedx_py environment --output-reproducible -o build/sbom.json build/plain

oldest:  ## every test with the oldest libraries that setup.cfg allows
	python3 -m venv .oldest
	.oldest/bin/pip install -q -c tests/oldest.txt -e '.[test]'
	.oldest/bin/python -m pytest -n auto --dist loadfile

durability:  ## 500 kills and 20,000 entries of 8 writers on each database, 100 kills of a server; for SECURITY.md
	for on in sqlite postgresql; do \
	  $(PYTHON) -m tests.durability kills --on $$on --kills $(KILLS) --jobs 4 --keep && \
	  $(PYTHON) -m tests.durability writers --on $$on --keep || exit 1; \
	done
	$(PYTHON) -m tests.durability kills --on server --kills 100 --keep

relocking:  ## kill the program while it encrypts, decrypts and changes the passphrase
	$(PYTHON) -m tests.durability.relocking --kills $(KILLS)

newest:  ## every test with the newest libraries that were tried
	python3 -m venv .newest
	.newest/bin/pip install -q -c tests/newest.txt -e '.[test]'
	.newest/bin/python -m pytest -n auto --dist loadfile

bench:  ## speed, as ratios against a peer in the same run
	$(PYTHON) tests/benchmarks/bench_start.py
	$(PYTHON) tests/benchmarks/bench_import.py
	$(PYTHON) tests/benchmarks/bench_apple_health.py
	$(PYTHON) tests/benchmarks/bench_migraine_buddy.py
	$(PYTHON) tests/benchmarks/bench_windows.py
	$(PYTHON) tests/benchmarks/bench_report.py
	$(PYTHON) tests/benchmarks/bench_page.py

bench-scale:  ## a registry: windows against SQL engines, memory, cost, Dask, a clinic's audit; a million with --million
	$(PYTHON) tests/benchmarks/bench_scale.py
