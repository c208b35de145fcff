# make reproduce: Tables 1 to 4, Figures 2 and 3 on phantoms, from nothing; make test: every notebook. Both install first.
# CPU builds: make install PIP_OPTIONS="--index-url URL-of-a-CPU-index --extra-index-url URL-of-the-usual-one"
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && break; done)
PIP_OPTIONS ?=
SCALE ?= smoke
SEEDS ?=
BIN := .venv/bin
# Tests get a temporary folder of their own, in which nothing may be left; its name is short because paths of sockets are.
define tested
	@folder=$$(mktemp -d /tmp/mtXXXXXX); status=0; trap 'rm -rf "$$folder"' EXIT; trap 'exit 130' INT TERM; \
	TMPDIR=$$folder OMP_NUM_THREADS=1 timeout 4800 $(BIN)/nbdev_test --do_print --timing $(1) || status=$$?; \
	left=$$(ls -A $$folder); \
	test -z "$$left" || { echo "left in the temporary folder: $$left"; status=1; }; exit $$status
endef
FLAGS := slow browser $(shell command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU && echo cuda)
GALLERY := nbs/00_start_here.ipynb nbs/data/10_gaze.ipynb nbs/losses/30_tasks.ipynb nbs/tutorials/73_own_gaze.ipynb nbs/tutorials/74_new_balancer.ipynb nbs/tutorials/75_new_backbone.ipynb nbs/use/68_prediction.ipynb nbs/paper/50_run.ipynb nbs/phantom/10_anatomy.ipynb nbs/phantom/12_chest.ipynb nbs/phantom/13_cases.ipynb nbs/phantom/14_files.ipynb nbs/nets/20_unet.ipynb nbs/paper/31_appendix_a.ipynb nbs/paper/61_tables.ipynb nbs/paper/62_figures.ipynb nbs/paper/63_claims.ipynb nbs/train/40_loop.ipynb nbs/report/60_table.ipynb nbs/report/64_overview.ipynb
LONG := nbs/paper/42_overfitting.ipynb nbs/bench/81_curves.ipynb
OTHERS := $(filter-out $(GALLERY) $(LONG), $(wildcard nbs/*.ipynb nbs/*/*.ipynb))

.PHONY: install format test test-all test-chaos test-long test-site reproduce notebooks study coin study-overfitting overfitting figures site clean
.DELETE_ON_ERROR:

install: .venv/installed

.venv/installed: settings.ini setup.py constraints.txt
	@test -n "$(PYTHON)" || { echo "mtunet needs Python 3.11, 3.12, 3.13 or 3.14: none found (make install PYTHON=/path/to/python)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade "pip>=24"
	$(BIN)/python -m pip install -q --disable-pip-version-check $(PIP_OPTIONS) -c constraints.txt -e ".[dev]"
	@touch $@

# Layout and lint of the notebooks, as ruff.toml says.
format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/nbdev_clean
	$(BIN)/nbdev_export

test: install
	$(call tested,)

test-all: install
	$(call tested,--flags "$(strip $(FLAGS))")

# What kills workers, schedulers and drivers, fills a disk, and measures 10,000 runs: ten minutes and more, not part of test-all.
test-chaos: install
	$(call tested,--flags "slow chaos" --file_re '5[234]_.*.ipynb')

# One step at full size of every network, all networks over-fitted, and compared with float64, quick paths at more sizes, 1,400 damaged run folders,
# a dry run of all networks, and trainings that are stopped again and again: an hour.
test-long: install
	$(call tested,--flags "slow long" --file_re '(21|22|39|44|51|82|94|96)_.*.ipynb')

reproduce: install
	$(BIN)/mtunet reproduce --scale $(SCALE) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(GAZE_ROOT),--gaze-root "$(GAZE_ROOT)") $(if $(IMAGE_ROOT),--image-root "$(IMAGE_ROOT)") $(if $(OUT),--out "$(OUT)")

# Gallery notebooks are committed with outputs, all others without.
notebooks: install
	OMP_NUM_THREADS=1 TQDM_DISABLE=1 $(BIN)/jupyter nbconvert --log-level WARN --to notebook --execute --inplace $(GALLERY)
	$(BIN)/jupyter nbconvert --log-level WARN --to notebook --clear-output --inplace $(OTHERS)
	$(BIN)/nbdev_clean

# The study on phantoms: what of it is not kept under figures/study is trained (minutes a run on one core), kept, and shown.
# EXPERIMENTS="ResNet50 MSINet" trains other networks than the family of the UNet (a quarter of an hour a run and more).
study: install
	$(BIN)/python -c "from mtunet.report.study import study; study($(if $(EXPERIMENTS),experiments='$(EXPERIMENTS)'.split()))"
	$(MAKE) figures

# The same where nothing is planted, so that nothing should be found.
coin: install
	$(BIN)/python -c "from mtunet.report.study import study; study(planted=False)"
	$(MAKE) figures

# Six schemes with the plateau rule and without it, on the study's phantoms: 60 runs of its own, on one kind of machine.
study-overfitting: install
	$(BIN)/python -c "from mtunet.report.study import study_overfitting; study_overfitting()"
	$(MAKE) figures

# Galleries whose runs take long: about half an hour on one core. The tests run them with a few epochs.
overfitting: install
	OMP_NUM_THREADS=1 MTUNET_OVERFITTING=full MTUNET_OVERFITTING_OUT=$(CURDIR)/figures $(BIN)/jupyter nbconvert --log-level WARN --ExecutePreprocessor.timeout=-1 --to notebook --execute --inplace $(LONG)
	$(BIN)/nbdev_clean
	$(BIN)/python -c "from mtunet.report.picture import describe; describe('figures/overfitting.png', 'Networks of scale toy trained on phantoms (synthetic); 42_overfitting')"

# What a reader compares with the paper: made from the kept runs of the study, each file says its scale, data, runs and commits.
figures: install
	$(BIN)/python -c "from mtunet.report.study import show; show()"
	$(BIN)/python -c "from mtunet.phantom.files import contact_sheet; from mtunet.report.picture import describe; describe(contact_sheet('figures/phantoms.png'), '20 phantoms (synthetic), seed 0; mtunet.phantom.contact_sheet')"

# The project as pages in site/: notebooks with their committed outputs, and what can be moved by hand. Nothing is executed.
# It has an environment of its own, without torch; KaTeX, which typesets the equations, comes from npm.
SITE := build/site

site: $(SITE)/installed
	$(SITE)/venv/bin/python docs/site/build.py site $(SITE) $(SITE)/npm/node_modules/katex

$(SITE)/installed: settings.ini constraints.txt
	@test -n "$(PYTHON)" || { echo "make site needs Python 3.11, 3.12, 3.13 or 3.14: none found (make site PYTHON=/path/to/python)"; exit 2; }
	@command -v npm >/dev/null || { echo "make site needs node and npm, which bring KaTeX: none found"; exit 2; }
	$(PYTHON) -m venv $(SITE)/venv
	$(SITE)/venv/bin/python -m pip install -q --disable-pip-version-check $(PIP_OPTIONS) -c constraints.txt $$(sed -n 's/^site_requirements = //p' settings.ini)
	npm install --silent --no-audit --no-fund --prefix $(SITE)/npm katex@$$($(SITE)/venv/bin/python -c "from sphinxcontrib.katex import katex_version; print(katex_version)")
	@touch $@

# Every page in a browser, wide and narrow, light and dark; and the numbers of what can be moved.
test-site: install site
	$(call tested,--flags "slow browser long" --file_re '79_.*.ipynb')

clean:
	rm -rf .venv build dist site *.egg-info runs
