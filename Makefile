# The two commands: `make run` starts everything, `make test` checks everything. The work is done in scripts/.
.PHONY: run setup test faults lock clean
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url

# Compiled files are kept in our own environments, even where a machine forbids it: else each start compiles for 10 s.
run:
	@scripts/python -m scripts.setup
	@exec env -u PYTHONDONTWRITEBYTECODE .venv/bin/relevo up --demo

setup:
	@scripts/python -m scripts.setup --dev

test:
	@scripts/python -m scripts.setup --dev
	@exec .venv/bin/python -m scripts.check

# The bar's full numbers, for hours: resumed where it stopped. `make faults SHARD=1/4` does a quarter of it.
faults:
	@scripts/python -m scripts.setup --dev
	@exec .venv/bin/python -m scripts.faults $(if $(SHARD),--shard $(SHARD)) $(if $(RESULTS),--results $(RESULTS))

lock:
	$(COMPILE) $(UPGRADE) --python-version 3.11 requirements/tools.in -o requirements/tools.txt
	$(COMPILE) $(UPGRADE) --python-version 3.11 requirements/node.in -o requirements/node.txt
	$(COMPILE) $(UPGRADE) --python-version 3.11 pyproject.toml -o requirements/app.txt
	$(COMPILE) $(UPGRADE) --python-version 3.11 pyproject.toml --group dev -c requirements/app.txt -o requirements/dev.txt
	$(COMPILE) $(UPGRADE) --python-version 3.10 requirements/engine.in -o requirements/engine.txt

clean:
	rm -rf .venv .venv-engine node_modules bot/widget/dist handoff/desk/ui/dist
