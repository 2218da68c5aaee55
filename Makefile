# One line a target; the work is done by scripts/devkit.
PYTHON ?= python3
DEVKIT := $(PYTHON) -B -m scripts.devkit
PORT ?= 8069

.DEFAULT_GOAL := help
.PHONY: help setup demo test fuzz lint db shell serve drop ledger data bench i18n stop clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## get Odoo, its packages and PostgreSQL, and say where they are
	@$(DEVKIT) setup

demo: ## a running Odoo with the addons and demonstration data
	@$(DEVKIT) demo

test: ## run the tests: [ADDON=name] [TAGS=odoo-test-tags] [JOBS=2] [ARGS=for-pytest]
	@$(DEVKIT) test --addon="$(ADDON)" --tags="$(TAGS)" --jobs="$(JOBS)" -- $(ARGS)

fuzz: ## send nonsense to every page of the customer portal: [REQUESTS=5000]
	@DISPUTE_FUZZ=$(or $(REQUESTS),5000) $(DEVKIT) test --addon=refund_portal --jobs=1 -- -k test_fuzz --timeout=7200

lint: ## check style and conventions: [FIX=1]
	@$(DEVKIT) lint $(if $(filter-out 0,$(FIX)),--fix)

db: ## make a database with the addons: DB=name [DEMO=1] [ADDON=name]
	@$(DEVKIT) db "$(DB)" $(if $(filter-out 0,$(DEMO)),--demo) --only="$(ADDON)"

shell: ## open Odoo's shell, or run a script on standard input: DB=name
	@$(DEVKIT) shell "$(DB)"

serve: ## serve a database: DB=name [PORT=8069]
	@$(DEVKIT) serve "$(DB)" --port="$(PORT)"

drop: ## remove a database: DB=name
	@$(DEVKIT) drop "$(DB)"

ledger: ## load a receivables ledger: FILE=path DB=name
	@$(DEVKIT) ledger "$(DB)" --file="$(FILE)"

data: ## fill a database with believable disputes: DB=name [CASES=10000] [SEED=1]
	@$(DEVKIT) data "$(DB)" --cases="$(CASES)" --seed="$(SEED)"

bench: ## measure against Odoo's own addons: [ONLY=name] [CASES=n] [DB=of-make-data]
	@$(DEVKIT) bench --only="$(ONLY)" --cases="$(CASES)" --on="$(DB)"

i18n: ## write the translation templates of the addons
	@$(DEVKIT) i18n

stop: ## stop the servers and the private PostgreSQL of this checkout
	@$(DEVKIT) stop

clean: ## stop them and remove everything this checkout has made
	@$(DEVKIT) clean
