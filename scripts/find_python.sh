#!/bin/bash
# Prints the first Python 3 that can import the modules named as arguments; fails if there is none.
# $PYTHON, if set, is tried first.
for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
  if "$python" - "$@" 2>/dev/null <<'PY'; then
import importlib.util, sys
sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))
PY
    command -v "$python"
    exit 0
  fi
done
exit 1
