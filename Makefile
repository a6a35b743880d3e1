PYTHON ?= .venv/bin/python

.PHONY: demo test check bench

demo:  ## an invented diary and its report
	$(PYTHON) -m analysis demo

test:  ## every test, on all cores
	$(PYTHON) -m pytest -n auto

check:  ## style, types, directions of import, doctests
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m importlinter.cli lint
	$(PYTHON) -m pytest diary analysis

bench:  ## speed, as ratios against a peer in the same run
	$(PYTHON) tests/benchmarks/bench_start.py
	$(PYTHON) tests/benchmarks/bench_import.py
	$(PYTHON) tests/benchmarks/bench_apple_health.py
	$(PYTHON) tests/benchmarks/bench_windows.py
	$(PYTHON) tests/benchmarks/bench_report.py
