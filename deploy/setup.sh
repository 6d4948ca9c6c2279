#!/bin/sh
# Makes .venv from deploy/requirements.lock and installs the project in it. Needs a Python from 3.11 on with pip; neither
# the venv package's ensurepip nor a compiler. Does nothing when nothing has changed since the last time.
set -eu
cd "$(dirname "$0")/.."
umask 022 # What root installs, the service user must be able to read.

fail() {
    echo "thidua: $1" >&2
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# As root the server runs as another user, to whom a Python in root's home is of no use. The prefix is compared because
# setpriv, when it may not run a path, looks for its last part in PATH.
usable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 1
    "$1" -m pip --version >/dev/null 2>&1 || return 1
    ! is_root || setpriv --reuid=65534 --regid=65534 --clear-groups "$(executable "$1")" \
        -c 'import asyncio, sys; sys.exit(sys.base_prefix != sys.argv[1])' \
        "$("$1" -c 'import sys; print(sys.base_prefix)')" 2>/dev/null
}

executable() { "$1" -c 'import sys; print(sys.executable)'; }

choose_python() {
    for candidate in ${PYTHON:-python3 /usr/bin/python3 python3.11 python3.12 python3.13}; do
        if usable "$candidate"; then
            executable "$candidate"
            return
        fi
    done
    who=$(is_root && echo "users other than root" || id -un)
    ai=$(is_root && echo "người dùng khác root" || id -un)
    fail "không tìm thấy Python từ 3.11 trở lên có pip mà $ai chạy được; hãy nêu một bản bằng PYTHON=. / no Python from 3.11 on with pip was found that $who may run; name one with PYTHON=."
}

# As root the environment lies in the system's state folder, since the checkout may lie where only root may go.
place() {
    if is_root; then
        echo "/var/lib/thidua/venv-$(pwd -P | sha256sum | cut -c 1-12)"
    else
        echo "$(pwd -P)/.venv"
    fi
}

fingerprint() { sha256sum -- "$@" | sha256sum | cut -d ' ' -f 1; }

sources() {
    find src deploy/calendars deploy/federations deploy/rules deploy/base-salaries.toml -type f ! -name '*.pyc' ! -path '*.egg-info/*' 2>/dev/null | LC_ALL=C sort
    echo pyproject.toml
}

is_done() { [ -f "$venv/$1" ] && [ "$(cat "$venv/$1")" = "$2" ]; }

# A link is root's, a folder an ordinary user's: who finds the other's makes his own.
is_in_place() { if is_root; then [ -L .venv ]; else [ ! -L .venv ]; fi; }

make_environment() {
    python=$(choose_python)
    echo "thidua: đang tạo .venv bằng $python / making .venv with $python" >&2
    rm -rf -- "$venv"
    mkdir -p -- "$(dirname "$venv")"
    "$python" -m venv --without-pip "$venv"
    [ "$venv" = "$(pwd -P)/.venv" ] || { rm -rf .venv && ln -s "$venv" .venv; }
    "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check \
        --require-hashes --only-binary :all: -r deploy/requirements.lock
    printf '%s\n' "$python" >"$venv/python-of-pip"
    printf '%s\n' "$lock" >"$venv/lock-done"
}

install_project() {
    rm -rf build src/thidua.egg-info # What an older build left would be installed again.
    "$(cat "$venv/python-of-pip")" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation --no-index --force-reinstall .
    rm -rf build src/thidua.egg-info
    printf '%s\n' "$project" >"$venv/project-done"
}

venv=$(place)
lock=$(fingerprint deploy/requirements.lock)
project=$(fingerprint $(sources))
{ is_done lock-done "$lock" && is_in_place && .venv/bin/python -c '' 2>/dev/null; } || make_environment
is_done project-done "$project" || install_project
