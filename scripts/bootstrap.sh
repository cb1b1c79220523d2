#!/bin/sh
# Finds (on Debian as root: installs) a Python, then lets scripts/bootstrap.py do the rest.
set -eu
here=$(dirname "$0")

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    # An active virtual environment is somebody else's: look past it.
    for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$name" ] || continue
        old_ifs=$IFS
        IFS=:
        for folder in $PATH; do
            [ -n "${VIRTUAL_ENV:-}" ] && [ "$folder" = "$VIRTUAL_ENV/bin" ] && continue
            if [ -x "$folder/$name" ] && fits "$folder/$name"; then
                IFS=$old_ifs
                echo "$folder/$name"
                return 0
            fi
        done
        IFS=$old_ifs
        case $name in
            /*) if fits "$name"; then echo "$name"; return 0; fi ;;
        esac
    done
    return 1
}

if ! python=$(find_python); then
    if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
        echo "ficha: installing Python: apt-get install python3 python3-venv" >&2
        apt-get -q update >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get -qy install python3 python3-venv >/dev/null
    fi
    if ! python=$(find_python); then
        echo "ficha: needs Python 3.11, 3.12 or 3.13, and found none. On Debian 12 or newer:" >&2
        echo "    sudo apt-get install python3 python3-venv" >&2
        exit 1
    fi
fi
exec "$python" "$here/bootstrap.py" "$@"
