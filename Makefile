# Everything a user or developer starts. Each target sets up what it needs.
.PHONY: setup setup-dev demo office test proof up lint bench clean

setup:
	@./infra/setup.sh

setup-dev:
	@./infra/setup.sh dev

demo: setup
	@./infra/demo.sh

office: setup-dev
	@./infra/office.sh

up: setup
	@.venv/bin/sohoa up

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test: lint
	.venv/bin/python infra/native/servers.py install
	.venv/bin/pytest -m "not proof"

proof: setup-dev
	.venv/bin/python infra/native/servers.py install
	.venv/bin/pytest -m proof

bench: setup
	SOHOA_WORKERS=2 .venv/bin/sohoa bench --documents 24 --seed 2015 --pairs 3 --baseline docs/bench-baseline.json

clean:
	rm -rf demo build .pytest_cache .mypy_cache .ruff_cache
