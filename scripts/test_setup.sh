#!/usr/bin/env bash
# Sets up what the tests need beyond a build: Graphviz, Chromium and Firefox with what drives them, poppler, pdflatex, clippy
# and rustfmt, a Python environment with onnx, onnxruntime, networkx and tensorboard, mdBook, and MNIST. A second
# run finds everything there.
set -euo pipefail
cd "$(dirname "$0")/.."

# Installs Debian packages as root; anyone else is told the command.
install_packages() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "error: the tests need $*" >&2
        echo "help: sudo apt-get install $*" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$@"
}

system_packages() {
    local missing=()
    command -v dot >/dev/null || missing+=(graphviz)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v firefox-esr >/dev/null || missing+=(firefox-esr)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    # pdflatex with TikZ, and Helvetica and Computer Modern for it.
    command -v pdflatex >/dev/null || missing+=(texlive-pictures texlive-latex-base texlive-fonts-recommended)
    # Debian keeps what `python3 -m venv` needs in a package of its own.
    python3 -c "import ensurepip" 2>/dev/null || missing+=(python3-venv)
    if [ ${#missing[@]} -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}

rust_components() {
    if ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
        rustup component add rustfmt clippy
    fi
}

# The copy of the requirements is written last, so that a broken-off installation is done again.
python_environment() {
    if cmp --silent tests/requirements.txt .venv/requirements.txt && .venv/bin/python -c ""; then
        return
    fi
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
    cp tests/requirements.txt .venv/
}

# npm writes a copy of the lock file last.
browser_environment() {
    local installed=tests/browser/node_modules/.package-lock.json
    if [ ! -e "$installed" ] || [ tests/browser/package-lock.json -nt "$installed" ]; then
        npm ci --prefix tests/browser --no-audit --no-fund --loglevel=error
    fi
}

system_packages
rust_components
python_environment
browser_environment
scripts/install_mdbook.sh
# In the profile and with the features of the tests, which use this build again.
cargo run --quiet --bin netviz -- fetch mnist
