#!/bin/bash
# The model of the distribution of work: it decides as the program does, agrees with cases that can be calculated by
# hand, and reads what a benchmark with many ranks prints. No times are tested.
set -eu
. "$(dirname "$0")/../functions.sh"
model=$here/../scripts/scaling_model.py
[ -x "$BENCH_JOBS" ] || fail "no benchmark: $BENCH_JOBS"

# --- The same policy, in thousands of situations; a table that differs in one place is noticed
expect 0 "$BENCH_JOBS" policy
cp out policy.csv
expect 0 "$PYTHON" "$model" policy policy.csv
grep -q 'decisions agree' out || fail "nothing compared"
awk -F, -v OFS=, 'NR == 1000 { $6++ } 1' policy.csv >wrong.csv
expect 1 "$PYTHON" "$model" policy wrong.csv

# is TEXT CONDITION [OPTION...] JOBS RANKS: a simulation s satisfies the condition
is() {
  local condition=$1
  shift
  expect 0 "$PYTHON" "$model" one "$@"
  "$PYTHON" -c 'import json, sys
s = json.load(open("out"))
assert s["done"]
assert '"$condition"', s' || fail "not so: $condition for $*"
}
near='lambda a, b: abs(a - b) < 1e-9'

# --- By hand. One rank: no messages, nothing lost.
is "($near)(s['elapsed'], 2.0) and ($near)(s['efficiency'], 1) and s['messages'] == 0" --unit 0.02 100 1
# 16 workers under a rank 0 that does not compute, 2 rounds of 32 parts: each computes 2 of each round.
is "($near)(s['elapsed'], 4 * 6.4 / 64) and ($near)(s['efficiency'], 16 / 17) and s['messages'] == 64" \
  --unit 6.4 --rounds 2 --parts 32 --message 0 --latency 0 1 17
# 20 workers, 30 parts in a round: two turns, the second one half full.
is "($near)(s['elapsed'], 2 * 3.0 / 30) and ($near)(s['efficiency'], 15 / 21)" \
  --unit 3 --rounds 1 --parts 30 --message 0 --latency 0 1 21
# Messages that take a millisecond each, and parts that take nothing: rank 0 is the limit.
is "0.999 < s['elapsed'] < 1.001 and s['messages'] == 1000" \
  --unit 1e-6 --rounds 1 --parts 1000 --message 1e-3 --latency 0 1 101
# Blocks keep the messages of many ranks rare: 999 workers, 20 s of work for each, blocks of 0.2 s.
is "s['efficiency'] > 0.95 and s['messages'] < 999 * 150" --unit 0.01 2000000 1000

# --- Many ranks: small jobs, long jobs and single ones are all done, and the model takes the measured lines
: >lines
for run in "300 2 3 0.0001" "3 2 8 0.002" "1 1 50 0.0005"; do
  # shellcheck disable=SC2086 # several words
  expect 0 "$mpirun" -np 20 "$BENCH_JOBS" run $run
  grep -q "\"ranks\": 20, \"jobs\": ${run%% *}," out || fail "not all jobs are done: $run"
  cat out >>lines
done
expect 0 "$PYTHON" "$model" validate lines
[ "$(grep -c '^| 20 |' out)" = 3 ] || { cat out; fail 'lines are missing'; }

# --- The whole run, by hand: 600 points of 2 s on one rank, which reads and writes 94 bytes of each at 94 bytes/s, with one stop
"$PYTHON" - "$here/../scripts" <<'P' || fail "the whole run is not what its parts add up to"
import argparse, sys
sys.path.insert(0, sys.argv[1])
import scaling_model as model
near = lambda a, b: abs(a - b) < 1e-2
args = argparse.Namespace(couplings=1, unit=2.0, message=5e-6, latency=5e-6, resumes=1, bandwidth=1e9, rank_bandwidth=94, opening=10)
spent = model.whole(600, 1, args)
assert near(spent["computing"], 1200) and near(spent["distribution"], 0) and near(spent["start"], 10), spent
assert near(spent["creation"], 610) and near(spent["rows"], 600.5) and near(spent["contours"], 600), spent
assert near(spent["checkpoints"], 0.1 * 21) and near(spent["stops"], 20 + 600 + 0.5 + 2 * model.block_size(600, 1, 2.0)), spent
P
