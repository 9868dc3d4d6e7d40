# The environment is .venv. `make run` needs the base install only; tests and training the rest.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
FILE ?=
GOLD ?= eval/gold
LIMIT ?=
SMOKE := data/smoke
ONCE ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH := torch==2.13.0+cpu
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
LIBRARIES := libgl1 libglib2.0-0 libseccomp2
DATABASE := postgresql
BROWSER := chromium fontconfig
# Pages are printed in fonts by name: training.synth.style names the teacher's, eval.templates the
# examiner's.
TEACHER_FONTS := fonts-breip fonts-cantarell fonts-courier-prime fonts-crosextra-caladea \
    fonts-crosextra-carlito fonts-dejavu-core fonts-dejavu-extra fonts-ebgaramond fonts-firacode \
    fonts-freefont-ttf fonts-hack fonts-lato fonts-linuxlibertine fonts-open-sans \
    fonts-roboto-unhinted fonts-urw-base35
# More of them for training.synth.faces, which draws single lines; only training needs these.
LINE_FONTS := fonts-adf-accanthis fonts-adf-baskervald fonts-adf-berenis fonts-adf-gillius \
    fonts-adf-romande fonts-adf-universalis fonts-agave fonts-anonymous-pro fonts-averia-sans-gwf \
    fonts-averia-serif-gwf fonts-b612 fonts-cabin fonts-century-catalogue fonts-cmu fonts-dosis \
    fonts-fantasque-sans fonts-gfs-didot fonts-gfs-neohellenic fonts-go fonts-goudybookletter \
    fonts-inconsolata fonts-junicode fonts-karla fonts-levien-typoscript fonts-lmodern \
    fonts-monofur fonts-mononoki fonts-oldstandard fonts-oxygen fonts-paratype fonts-play \
    fonts-quattrocento fonts-roboto-slab fonts-sil-andika fonts-sil-gentium fonts-stix \
    fonts-tuffy fonts-vollkorn ttf-bitstream-vera \
    fonts-beteckna fonts-clear-sans fonts-gnutypewriter fonts-hermit fonts-jura fonts-mplus \
    fonts-prociono fonts-sil-doulos fonts-texgyre fonts-tiresias \
    fonts-bwht fonts-dkg-handwriting fonts-ecolier-court fonts-humor-sans fonts-kristi \
    fonts-rufscript fonts-sjfonts
EXAMINER_FONTS := fonts-inter fonts-jetbrains-mono fonts-liberation fonts-noto-core \
    fonts-noto-mono fonts-sil-charis

.DEFAULT_GOAL := help
.PHONY: line-fonts help setup run test test-slow lint lock audit eval bench bench-service train-smoke

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */	/' | expand -t 14

setup: $(VENV)/.dev  ## everything for tests and training, in .venv
	@.ci/packages $(LIBRARIES) $(BROWSER) $(DATABASE) $(TEACHER_FONTS) $(EXAMINER_FONTS)

line-fonts: setup  ## the typefaces that training.draw_lines draws in
	@.ci/packages $(LINE_FONTS)

run: $(VENV)/.base  ## serve, read one scan (FILE=my.pdf) over HTTP, show it; ONCE=1 stops then
	$(BIN)/python -m service.demo --port $(PORT) $(if $(FILE),--file "$(FILE)") $(if $(ONCE),--once)

test: setup  ## all quick tests
	$(BIN)/python -m pytest -m "not slow"

test-slow: setup  ## soak and long fuzzing, by hand
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.dev  ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/.audit  ## choose anew what the image installs: requirements.lock, with hashes
	$(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --python-platform linux \
	    --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
	    --extra s3 pyproject.toml --output-file requirements.lock

# It asks PyPI. From an index that knows no vulnerabilities it would learn of none: --strict fails then.
audit: $(VENV)/.audit  ## known vulnerabilities of what the image installs
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

eval: $(VENV)/.dev  ## measure the released models on gold: out/eval/; GOLD= another folder of it
	$(BIN)/python -m eval.report --gold $(GOLD) --output out/eval

bench: $(VENV)/.bench  ## time and memory beside other engines: out/bench/; LIMIT= number of pages
	$(BIN)/python -m eval.bench --gold $(GOLD) --output out/bench $(if $(LIMIT),--limit $(LIMIT))

bench-service: $(VENV)/.dev  ## what the service takes: answers, filings a minute, memory
	$(BIN)/python -m eval.bench_service --gold $(GOLD) --output out/service.md

# Every program of training, from printing pages to a candidate, two steps each.
train-smoke: $(VENV)/.dev  ## does every training program run? a few minutes, learns nothing
	rm -rf $(SMOKE) && mkdir -p $(SMOKE)
	for name in layout recognizer tagger; do \
	    sed -E 's/^(steps|batch|warmup|validation_[a-z]+) = .*/\1 = 2/' \
	        training/configs/$$name.toml > $(SMOKE)/$$name.toml; done
	$(BIN)/python -m training.synth.print_pages --count 20 --output $(SMOKE)/print
	$(BIN)/python -m training.scan_pages --input $(SMOKE)/print --output $(SMOKE)/scan --processes 1
	$(BIN)/python -m training.train_layout --config $(SMOKE)/layout.toml \
	    --data $(SMOKE)/scan --run $(SMOKE)/runs/layout
	$(BIN)/python -m training.train_recognizer --config $(SMOKE)/recognizer.toml \
	    --data $(SMOKE)/scan/lines --run $(SMOKE)/runs/recognizer
	$(BIN)/python -m training.train_tagger --config $(SMOKE)/tagger.toml \
	    --data $(SMOKE)/print --run $(SMOKE)/runs/tagger

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.python pyproject.toml
	@echo "installing what serving needs; a minute or two"
	@$(PIP) install -qq -e .
	@$(BIN)/python -c "import cv2" 2>/dev/null || .ci/packages $(LIBRARIES)
	@$(BIN)/python -c "import cv2"
	@touch $@

# torch comes first and from its CPU build, so that nothing of CUDA is pulled in after it.
$(VENV)/.dev: $(VENV)/.base
	@echo "installing what tests and training need; a few minutes"
	@$(PIP) install -qq $(TORCH) 2>/dev/null \
	    || $(PIP) install -qq $(TORCH) --extra-index-url $(TORCH_INDEX)
	@$(PIP) install -qq -e ".[training,dev]"
	@touch $@

$(VENV)/.audit: $(VENV)/.python
	@$(PIP) install -qq "pip-audit>=2.10,<3" "uv>=0.13,<1"
	@touch $@

# An engine that cannot be installed is named in the report, and tried again the next time.
$(VENV)/.bench: $(VENV)/.dev
	@.ci/packages tesseract-ocr
	@$(PIP) install -qq -e ".[bench]" && touch $@ || echo "not every engine could be installed"
