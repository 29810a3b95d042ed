#!/bin/bash
# Unit tests under AddressSanitizer and UndefinedBehaviorSanitizer. Two whose thousands of integrations run the
# same code as other tests would take most of the time; `make asan` has them, too.
set -u
cd "$(dirname "$0")/../.."
exec env -u MAKEFLAGS -u MAKEOVERRIDES -u BUILD -u ONLY make -s --no-print-directory asan EXCEPT='test_vegas_pulls test_vegas_detector'
