# make run    sets up, builds in release and plays the demo
# make test   sets up and runs every test of the host and of every plug-in
# Where the machine is not Debian, `make setup` says what to install.

SWIFT ?= swift
PLUGINS := $(sort $(wildcard Plugins/*))
BUILD_FLAGS := --explicit-target-dependency-import-check error
RELEASE = .build/release
DEBUG = .build/debug

.PHONY: run test build debug setup lint clean

run: build
	$(RELEASE)/fordring demo

build: setup
	$(SWIFT) build -c release --product fordring
	@for plugin in $(PLUGINS); do \
		$(RELEASE)/fordring plugin build $$plugin --output $(RELEASE)/plugins || exit 1; \
	done

debug: setup
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	@for plugin in $(PLUGINS); do \
		$(DEBUG)/fordring plugin build $$plugin --configuration debug --output $(DEBUG)/plugins || exit 1; \
	done

test: debug
	$(SWIFT) test --skip-build
	@for plugin in $(PLUGINS); do \
		echo "Testing $$plugin"; \
		$(SWIFT) test --package-path $$plugin $(BUILD_FLAGS) || exit 1; \
	done

lint:
	$(SWIFT) format lint --strict -r -p Sources Plugins Tests Package.swift

setup:
	@sh Scripts/setup.sh

clean:
	rm -rf .build Plugins/*/.build Sources/FordringKit/.build Sources/FordringKitTesting/.build
