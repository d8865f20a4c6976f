#!/usr/bin/env bash
# Builds mdBook into .mdbook, for the guide and for the tests of the preprocessor, unless mdBook is on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.5.4

# Without optimisation and without the server: under a minute on two cores. If mdBook is already built, nothing happens.
if ! command -v mdbook >/dev/null; then
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/mdbook" CARGO_PROFILE_DEV_DEBUG=0 \
        cargo install mdbook --version "$version" --locked --debug --no-default-features --features search \
        --root .mdbook --quiet
fi
