#!/bin/sh
# Writes the two lock files: one resolution for Python 3.11 to 3.13, with hashes, no addresses.
# `scripts/lock.sh --upgrade` takes the newest versions that pyproject.toml allows.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --strip-extras "$@"
}
compile pyproject.toml requirements.in -o requirements.txt "$@"
compile pyproject.toml requirements.in requirements-dev.in -c requirements.txt \
    -o requirements-dev.txt "$@"
