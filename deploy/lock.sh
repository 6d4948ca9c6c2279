#!/bin/sh
# Resolves deploy/requirements.in into deploy/requirements.lock: newest versions that have wheels, every wheel's hash, and
# nothing of the machine it ran on. pip-tools lives in a folder that goes away again.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m venv --without-pip "$scratch/venv"
"$python" -m pip --python "$scratch/venv/bin/python" install --quiet --disable-pip-version-check pip pip-tools
{
    echo "# Made from deploy/requirements.in by \`make lock\`. Wheels only, each with its hash; install with"
    echo "#   pip install --require-hashes --only-binary :all: -r deploy/requirements.lock"
} >"$scratch/lock"
"$scratch/venv/bin/pip-compile" --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --pip-args '--only-binary :all:' \
    --output-file "$scratch/found" deploy/requirements.in
cat "$scratch/found" >>"$scratch/lock"
cat "$scratch/lock" >deploy/requirements.lock
