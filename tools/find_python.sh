#!/bin/sh
# Print the first Python on this machine that can run the project, or one sentence
# that says why there is none. Usage: find_python.sh [a python to try alone]
check='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
seen=""
for python in ${1:-python3 python3.13 python3.12 python3.11 python}; do
    version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if "$python" -c "$check"; then
        if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            command -v "$python"
            exit 0
        fi
        seen="$seen $python is $version but lacks the venv module (on Debian and Ubuntu: apt install python3-venv);"
    else
        seen="$seen $python is $version;"
    fi
done
seen=${seen% }
echo "labkit needs Python 3.11, 3.12 or 3.13:${seen:- no Python was found;}" \
    "install one of these, or name it with 'make PYTHON=/path/to/python3.12 …'." >&2
exit 1
