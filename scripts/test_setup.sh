#!/usr/bin/env bash
# Installs what the tests need beyond a build: Graphviz, Chromium and Firefox with their drivers, poppler, LaTeX,
# clippy and rustfmt, a Python environment with onnx, onnxruntime, networkx and tensorboard, mdBook, and MNIST. Existing
# installations are kept.
set -euo pipefail
cd "$(dirname "$0")/.."

# Installs Debian packages as root. For other users, prints the command.
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
    # pdflatex with TikZ, Helvetica and Computer Modern.
    command -v pdflatex >/dev/null || missing+=(texlive-pictures texlive-latex-base texlive-fonts-recommended)
    # The other engines; lualatex itself is in texlive-latex-base, but not the package that loads its fonts.
    command -v xelatex >/dev/null || missing+=(texlive-xetex)
    kpsewhich luaotfload.sty >/dev/null || missing+=(texlive-luatex)
    # On Debian, `python3 -m venv` needs a separate package.
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

# Copies the requirements last, so that an incomplete installation is repeated.
python_environment() {
    if cmp --silent tests/requirements.txt .venv/requirements.txt && .venv/bin/python -c ""; then
        return
    fi
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
    cp tests/requirements.txt .venv/
}

# npm writes its copy of the lock file last.
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
# With the profile and the features of the tests, so that they reuse this build.
cargo run --quiet --bin netviz -- fetch mnist
