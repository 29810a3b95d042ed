#!/bin/bash
# Unit tests under AddressSanitizer and UndefinedBehaviorSanitizer. Five that run the same code as
# other tests thousands of times would take most of the time; `make asan` has them, too.
set -u
cd "$(dirname "$0")/../.."
exec env -u MAKEFLAGS -u MAKEOVERRIDES -u BUILD -u ONLY make -s --no-print-directory asan EXCEPT='test_vegas_pulls test_vegas_detector test_evolution test_sequence test_bound_limits'
