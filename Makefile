# A machine needs Python 3.11–3.13, make and git; everything else goes into .venv.
#
#   make lab | course | test …          'make' alone prints what each does

PYTHON  ?=
PROFILE ?= fast
DATA    ?= synthetic
SEED    ?= 0

BIN    := .venv/bin
READY  := .venv/ready
COURSE := build/course/$(PROFILE)-$(DATA)

help:  ## print what each goal does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | \
	    awk -F '\t' '{ printf "make %-9s %s\n", $$1, $$2 }'

setup: $(READY)  ## set up .venv from the lock file

# uv installs the lock in a fraction of pip's time; pip fetches uv. Unlike pip, uv compiles only when told
# to; where Python may not write its compiled files, every start would take several seconds more. nbgrader's
# menus are an instructor's, who switches them on. The stamp is made last, so an interrupted set-up is taken up again.
$(READY): pyproject.toml requirements.lock
	@python=$$(sh tools/find_python.sh $(PYTHON)) && \
	    echo "Setting up .venv with $$python (a few minutes the first time)." && \
	    "$$python" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m ipykernel install --sys-prefix --name python3 --display-name "Python 3 (labkit)" >/dev/null
	@$(BIN)/jupyter labextension disable --level=sys_prefix @jupyter/nbgrader >/dev/null 2>&1
	@touch $(READY)

lab: $(READY)  ## open JupyterLab on the first notebook
	@$(BIN)/jupyter lab $$([ "$$(id -u)" != 0 ] || echo --allow-root) notebooks/00_start_here.ipynb

course: $(READY)  ## run every notebook (PROFILE=fast|laptop|paper DATA=synthetic SEED=0) into build/course/
	@failed=0; for notebook in notebooks/[0-9]*.ipynb; do \
	    $(BIN)/labkit run "$$(basename "$$notebook" .ipynb)" --profile $(PROFILE) --data $(DATA) --seed $(SEED) \
	        --out $(COURSE) || failed=1; \
	done; exit $$failed
	@$(BIN)/labkit results $(COURSE)/results

exercises: $(READY)  ## make exercises/ from solutions/
	@$(BIN)/labkit exercises make

badges: $(READY)  ## write the ways to Colab into the notebooks and the README, from pyproject.toml's address
	@$(BIN)/python -c "from labkit.colab.cells import update_files; update_files()"
	@$(BIN)/labkit exercises make

# The notebooks and the browser are timed, so they run alone, after the others. The exercises' rounds are few
# and long, so an idle worker takes them over.
test: $(READY)  ## run every test: unit, exercises, notebooks, browser
	@sh tools/find_chromium.sh
	$(BIN)/python -m pytest tests/unit -n 2
	$(BIN)/python -m pytest tests/exercises -n 2 --dist worksteal
	$(BIN)/python -m pytest tests/notebooks tests/browser

bench: $(READY)  ## measure the speed of the pre-processing
	@$(BIN)/python benchmarks/preprocessing.py

readme: $(READY)  ## remake the README's table and the model cards from docs/results/, and the pictures
	@$(BIN)/python -c "from labkit.results import update_readme; update_readme()"
	@$(BIN)/python -m labkit.papers.pictures
	@$(BIN)/python -m labkit.comparison.model_cards

lint: $(READY)  ## check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# --upgrade: without it the old pins would be kept. Nothing younger than a fortnight:
# mirrors may not have it yet. No index is written down, so any mirror serves.
lock: $(READY)  ## remake requirements.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra lab --extra test --extra instructor \
	    --constraint tools/lock_constraints.txt --upgrade --exclude-newer "14 days" --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.lock

clean:  ## remove what was built (.venv and the data stay)
	rm -rf build

.PHONY: help setup lab course exercises badges test bench lint lock readme clean
