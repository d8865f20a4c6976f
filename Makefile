# make            builds netviz, its engine and mdbook-netviz in release mode, after fetching libtorch
# make train      trains models/mnist.yaml on MNIST and draws the network to out.svg
# make test       sets up what the tests need, lints, and runs them
# make lint       formatting, clippy and rustdoc, with warnings denied
# make bench      benchmarks netviz and its peers (ROUNDS=5; installs 6 GB of peers)
# make gallery    draws and measures networks of every size into target/gallery (PEERS=folder of other programs' pictures)
# make docs       builds the user guide into docs/book
# make install    installs the programs, manual pages and completions under PREFIX (default: cargo's folder)
# make clean      removes build outputs; downloads and trained runs stay
#
# A LIBTORCH or LIBTORCH_USE_PYTORCH in the environment takes precedence over .libtorch.

PREFIX ?= $(or $(CARGO_HOME),$(HOME)/.cargo)
RELEASE = $(or $(CARGO_TARGET_DIR),target)/release
DEBUG = $(or $(CARGO_TARGET_DIR),target)/debug
# Documents with pictures that `netviz embed` keeps up to date.
DOCUMENTS = README.md $(addprefix docs/src/,drawing.md embedding.md getting-started.md real-networks.md)
OWN_LIBTORCH = $(LIBTORCH)$(LIBTORCH_USE_PYTORCH)

.PHONY: build train test lint bench gallery docs install clean libtorch

build: libtorch
	cargo build --release

train: build
	$(RELEASE)/netviz train models/mnist.yaml
	$(RELEASE)/netviz render --svg out.svg
	@printf '\nto run these commands in this shell\n  export PATH="%s:$$PATH"\nor install them with `make install`\n' "$(abspath $(RELEASE))"

test: libtorch
	scripts/test_setup.sh
	$(MAKE) lint
	cargo test --workspace
	$(DEBUG)/netviz embed --check $(DOCUMENTS)

lint: libtorch
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --package netviz --lib --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# mdBook finds its preprocessor on the PATH.
docs:
	scripts/install_mdbook.sh
	cargo build --package mdbook-netviz
	PATH="$(abspath $(DEBUG)):$$PATH:$(CURDIR)/.mdbook/bin" mdbook build docs

bench: build
	test -x .venv-peers/bin/python || python3 -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --requirement benches/peers/requirements.txt
	.venv-peers/bin/python benches/peers/run.py $(RELEASE)/netviz $(ROUNDS)

gallery:
	cargo run --package netviz --example gallery -- target/gallery $(addprefix --peers ,$(PEERS))

# The engine looks for libtorch in ../lib/netviz first, so the installed programs work without this folder.
SHARE = $(DESTDIR)$(PREFIX)/share
install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(addprefix $(SHARE)/,man/man1 bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	install $(addprefix $(RELEASE)/,netviz netviz-torch mdbook-netviz) $(DESTDIR)$(PREFIX)/bin
	$(RELEASE)/netviz man $(SHARE)/man/man1
	$(RELEASE)/netviz completions bash >$(SHARE)/bash-completion/completions/netviz
	$(RELEASE)/netviz completions zsh >$(SHARE)/zsh/site-functions/_netviz
	$(RELEASE)/netviz completions fish >$(SHARE)/fish/vendor_completions.d/netviz.fish
	rm -rf $(DESTDIR)$(PREFIX)/lib/netviz
ifeq ($(OWN_LIBTORCH),)
	install -d $(DESTDIR)$(PREFIX)/lib
	cp -R .libtorch/lib $(DESTDIR)$(PREFIX)/lib/netviz
endif

clean:
	cargo clean

libtorch:
	@python3 scripts/fetch_libtorch.py
