#!/bin/bash
# The job scripts' --max-time from what squeue says, with a squeue of the test's: every form of SLURM's time left.
# tests/slurm runs the scripts on a real SLURM.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"

cat >squeue <<'END'
#!/bin/sh
[ "$*" = "-h -j ${NAME:-7} -o %L" ] && [ "$LEFT" != none ] && echo "$LEFT"
END
chmod +x squeue
for script in one-node several-nodes array shares; do
  sed -n '/^job() {/p; /^max_time() {/,/^}/p' "$here/../jobs/$script.sbatch" >max_time.sh
  got=$(NAME=6_2 LEFT=3:00 PATH=$PWD:$PATH SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=6 SLURM_ARRAY_TASK_ID=2 bash -uc '. ./max_time.sh; max_time' || :)
  [ "$got" = "--max-time 2:00" ] || fail "$script as a task of an array: \"$got\""
  while read -r left expected; do
    got=$(LEFT=$left PATH=$PWD:$PATH SLURM_JOB_ID=7 MARGIN=60 bash -uc '. ./max_time.sh; max_time' || :)
    [ "$got" = "${expected:+--max-time $expected}" ] || fail "$script: $left left gives \"$got\", expected \"$expected\""
  done <<'END'
59:08 58:08
0:30 0:00
1:05 0:05
08:09:08 488:08
1-02:03:04 1562:04
10-00:00:00 14399:00
INVALID 0:00
UNLIMITED
NOT_SET
none
END
done

# shares.sbatch, a task after the other: the last one puts the file together, also after one that was killed while it did so.
cat >small.yaml <<'END'
grid:
  mass: {min: 1.0e2, max: 1.0e6, points: 3}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 5}
  shells: 2
integrator: {relative_error: 0.05, sampling: separate}
END
cat >killed <<END
#!/bin/sh
[ "\$1" != merge ] || [ -e killed.once ] || { touch killed.once; kill -KILL \$PPID; exit 1; }
exec "$wdscan" "\$@"
END
chmod +x killed
task() { # N [OPTION OF wdscan run...]
  LEFT=none PATH=$PWD:$PATH WDSCAN=$PWD/killed LAUNCHER=env SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_COUNT=2 \
    SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_ID=$1 bash "$here/../jobs/shares.sbatch" small.yaml "${@:2}"
}
expect 0 "$wdscan" run small.yaml -o whole.h5 --quiet
expect 0 task 1 parts.h5
[ ! -e parts.h5 ] || fail "put together from one part"
expect 137 task 2 parts.h5
[ ! -e parts.h5 ] || fail "put together by a task that was killed"
for again in 2 1; do
  expect 0 task $again parts.h5
  same_bits whole.h5 parts.h5
done
# Failed points are told by each task.
expect 1 task 1 dark.h5 --set star.temperature=1000
expect 1 task 2 dark.h5 --set star.temperature=1000
[ -e dark.h5 ] || fail "failed points kept the file from being put together"
