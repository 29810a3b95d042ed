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
