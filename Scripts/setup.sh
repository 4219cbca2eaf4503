#!/bin/sh
# Installs what Fordring needs where the machine is Debian and something is missing; elsewhere says what to install.
set -eu

packages="libsqlite3-dev libexpat1-dev zlib1g-dev libzip-dev libpango1.0-dev libcairo2-dev pkg-config fonts-lato fonts-dejavu-core poppler-utils unzip"

if ! command -v swift >/dev/null 2>&1; then
    echo "Fordring needs Swift 6.3.1 on the PATH (https://www.swift.org/install)." >&2
    exit 69
fi

if command -v dpkg-query >/dev/null 2>&1; then
    missing=""
    for package in $packages; do
        status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
        [ "$status" = "install ok installed" ] || missing="$missing $package"
    done
    [ -n "$missing" ] || exit 0
    if [ "$(id -u)" -eq 0 ]; then sudo=""; else sudo="sudo"; fi
    echo "Installing:$missing"
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi

missing=""
for module in sqlite3 expat zlib libzip pangocairo cairo; do
    pkg-config --exists "$module" 2>/dev/null || missing="$missing $module"
done
if [ -n "$missing" ]; then
    echo "This machine is not Debian, so install these yourself (development files), then run make again:" >&2
    echo "  C libraries (pkg-config names):$missing" >&2
    echo "  fonts: Lato, DejaVu; for the tests also pdftotext (poppler), unzip" >&2
    exit 69
fi
