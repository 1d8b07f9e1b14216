# Needs make and Python 3.11 to 3.14; everything else is made in .venv. `make` alone lists the commands.
PYTHON ?= python3
PORT ?=
SECONDS ?= 300
PART ?=
MODULE ?=
JOBS ?=
STAGE ?= prod
VENV := .venv/bin
STAMP := .venv/.made
TOOLS := .venv/.made-dev
UV := $(VENV)/python -m uv pip install --quiet --python $(VENV)/python
# for every supported Python and every processor
COMPILE := $(VENV)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help up down reset clock drop mail operator demo-invoice test fuzz mutants check bench package lock deploy destroy
.SILENT:

help:  ## list the commands
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

up: $(STAMP)  ## the whole stack with its demo on this machine [PORT=4566]
	$(VENV)/python -m infra.local_cloud up $(if $(PORT),--port $(PORT))

down: $(STAMP)  ## stop the local stack; everything is kept
	$(VENV)/python -m infra.local_cloud down

reset: $(STAMP)  ## stop the local stack and forget everything in it
	$(VENV)/python -m infra.local_cloud reset

clock: $(STAMP)  ## set the local stack's clock forward, with all that is due until then: AT=2026-12-04
	test -n "$(AT)" || { echo "To when? As in: make clock AT=2026-12-04"; exit 2; }
	$(VENV)/python -m infra.local_cloud clock "$(AT)"

drop: $(STAMP)  ## import an export: FILE=export.csv [CLIENT=acme RETAINER=helpdesk]
	test -n "$(FILE)" || { echo "Which file? As in: make drop FILE=export.csv CLIENT=nordlicht-dental RETAINER=helpdesk"; exit 2; }
	$(VENV)/hourtab import drop "$(FILE)" $(if $(CLIENT),--client "$(CLIENT)") $(if $(RETAINER),--retainer "$(RETAINER)") --wait

mail: $(STAMP)  ## print the mails that the local stack has sent, and keep them in .local/mail as .eml
	$(VENV)/python -m infra.local_mail

operator: $(STAMP)  ## invite an owner to the console of a stage on AWS: EMAIL=you@example.com [STAGE=prod]
	test -n "$(EMAIL)" || { echo "Whom? As in: make operator EMAIL=you@example.com"; exit 2; }
	$(VENV)/hourtab console invite "$(EMAIL)" --stack "hourtab-$(STAGE)"

demo-invoice: $(STAMP)  ## let a demo client's month end, in a stack of its own: its invoice is issued and mailed
	$(VENV)/python -m infra.demo_invoice

test: $(TOOLS)  ## the whole test suite
	PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest -q -n auto

fuzz: $(TOOLS)  ## look for files that the reader gets wrong [SECONDS=300]
	$(VENV)/python -c "import atheris" 2> /dev/null || $(VENV)/python -m pip install --quiet --only-binary atheris --requirement requirements-fuzz.txt 2> /dev/null || true
	$(VENV)/python -m tests.fuzz.judge_shape $(SECONDS)
	$(VENV)/python -m tests.fuzz $(SECONDS)

mutants: $(TOOLS)  ## list changes of the rules that no unit test finds [MODULE=domain/reconcile] [JOBS=1]
	$(UV) --requirement requirements-mutants.txt
	$(VENV)/python -m tests.mutants "$(MODULE)" "$(JOBS)"

check: $(TOOLS)  ## ruff, mypy, cfn-lint, checkov and the layers
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/python -m infra.package > /dev/null
	$(VENV)/cfn-lint build/package/template.yaml
	$(VENV)/python -m uv tool run --quiet --python $(VENV)/python --from "$$(grep '^checkov==' requirements-checkov.txt)" \
		checkov --config-file .checkov.yaml --file build/package/template.yaml
	$(VENV)/python -m pytest -q tests/architecture

bench: $(TOOLS)  ## measure speed, memory, sizes and round trips into .local/bench.json [PART=page: print only that]
	$(VENV)/python -m tests.bench $(PART)

package: $(STAMP)  ## the zip and the template of the functions, and what each dependency weighs
	$(VENV)/python -m infra.package

lock: $(STAMP)  ## pin what the zip carries, with hashes: after a change of requirements.txt or of Chalice
	echo '# Made by `make lock` from requirements.txt and from the version of Chalice in requirements-local.txt.' > requirements-lambda.txt
	$(COMPILE) --excludes requirements-excluded.txt requirements.txt >> requirements-lambda.txt
	grep '^chalice==' requirements-local.txt | $(COMPILE) --no-deps - >> requirements-lambda.txt

# What is said to `make deploy` and `make destroy`, as infra/deploy.py knows it; a name that it does not know is passed
# on from the command line, so that it is refused.
NAMES = STAGE ALARM_EMAIL MAIL_FROM QUIET_DAYS DOMAIN_NAME CERTIFICATE_ARN HOSTED_ZONE_ID QUEUE_CONCURRENCY \
	PAGE_CONCURRENCY CONSOLE_MFA LINK_REQUESTS MONTHLY_BUDGET RUNTIME ARCH ARTIFACT_BUCKET YES
TYPED = $(foreach word,$(MAKEOVERRIDES),$(firstword $(subst =, ,$(word))))
SAID = $(foreach name,$(NAMES),$(if $($(name)),"$(name)=$($(name))")) \
	$(foreach name,$(filter-out $(NAMES) PYTHON AWS_%,$(TYPED)),"$(name)=")

deploy: $(STAMP)  ## deploy to AWS: STAGE=prod [ALARM_EMAIL=you@example.com] [MAIL_FROM=hours@example.com]
	$(VENV)/python -m infra.deploy deploy $(SAID)

destroy: $(STAMP)  ## remove a stage from AWS; its data stays: STAGE=prod
	test "$(origin STAGE)" != file && test -n "$(STAGE)" || { echo "Which stage? As in: make destroy STAGE=test"; exit 2; }
	$(VENV)/python -m infra.deploy destroy $(SAID)

# $(call install,what is printed before it,commands): makes the target, and says how long it took.
install = printf '%s' "environment  $(1)"; start=$$(date +%s); $(2) && touch $@ && printf '%23s %5d s\n' "" $$(($$(date +%s) - start))

$(STAMP): requirements-local.txt requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 14) or sys.exit("HourTab needs Python 3.11 to 3.14, $(PYTHON) is %d.%d: name another one, as in make up PYTHON=python3.12." % v)'
	$(call install,installing into .venv …            ,$(PYTHON) -m venv .venv \
		&& $(VENV)/python -m pip install -qq --disable-pip-version-check $$(grep '^uv==' requirements-local.txt) \
		&& $(UV) --requirement requirements-local.txt --editable .)

$(TOOLS): $(STAMP) requirements-dev.txt
	$(call install,adding tools of checks and tests … ,$(UV) --requirement requirements-dev.txt)
