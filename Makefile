# make run    sets up, builds in release and plays the demo
# make test   sets up and runs every test of the host, of what plug-ins share, and of every plug-in
# Where the machine is not Debian, `make setup` says what to install.

SWIFT ?= swift
PLUGINS := $(sort $(wildcard Plugins/*))
# What several plug-ins link, each for itself; tested like a plug-in.
SHARED := Sources/FordringTransports
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
	@for package in $(SHARED) $(PLUGINS); do \
		echo "Testing $$package"; \
		$(SWIFT) test --package-path $$package $(BUILD_FLAGS) || exit 1; \
	done

lint:
	$(SWIFT) format lint --strict -r -p Sources Plugins Tests Package.swift

setup:
	@sh Scripts/setup.sh

clean:
	rm -rf .build Plugins/*/.build Sources/FordringKit/.build Sources/FordringKitTesting/.build $(SHARED:%=%/.build)
