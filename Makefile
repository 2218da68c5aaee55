# One line a target; the work is done by scripts/devkit.
PYTHON ?= python3
DEVKIT := $(PYTHON) -B -m scripts.devkit
PORT ?= 8069

.DEFAULT_GOAL := help
.PHONY: help test db shell serve drop

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

test: ## run the tests: [ADDON=name] [TAGS=odoo-test-tags] [JOBS=2] [ARGS=for-pytest]
	@$(DEVKIT) test --addon="$(ADDON)" --tags="$(TAGS)" --jobs="$(JOBS)" -- $(ARGS)

db: ## make a database with the addons: DB=name [DEMO=1] [ADDON=name]
	@$(DEVKIT) db "$(DB)" $(if $(filter-out 0,$(DEMO)),--demo) --only="$(ADDON)"

shell: ## open Odoo's shell, or run a script on standard input: DB=name
	@$(DEVKIT) shell "$(DB)"

serve: ## serve a database: DB=name [PORT=8069]
	@$(DEVKIT) serve "$(DB)" --port=$(PORT)

drop: ## remove a database: DB=name
	@$(DEVKIT) drop "$(DB)"
