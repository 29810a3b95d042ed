#!/bin/bash
# The kernel's speed in four builds, in turns on the same machine, and the cost of a grid in three ways; see
# docs/performance.md. Some minutes: the builds, then about one minute of one core.
#
#   scripts/bench.sh [CONFIG]      ROUNDS=3: how often each build is run; the table has the medians
set -eu
cd "$(dirname "$0")/.."

config=${1:-configs/fig4.yaml}
rounds=${ROUNDS:-3}
variants=(portable native sse2 scalar)
declare -A options=(
  [portable]='' [native]='NATIVE=1' [sse2]='CPPFLAGS=-DWD_ONE_VERSION'
  [scalar]='CPPFLAGS=-DWD_ONE_VERSION CFLAGS=-fno-tree-vectorize')
declare -A folder=([portable]=build [native]=build/native [sse2]=build/plain [scalar]=build/scalar)

results=$(mktemp -d)
trap 'rm -r "$results"' EXIT
for v in "${variants[@]}"; do
  read -ra flags <<<"${options[$v]}"
  make -s BUILD="${folder[$v]}" "${flags[@]}" "${folder[$v]}/tests/excess/bench" >"$results/make" 2>&1 ||
    { cat "$results/make" >&2; exit 1; }
done
for ((i = 0; i < rounds; i++)); do
  for v in "${variants[@]}"; do "${folder[$v]}/tests/excess/bench" kernel "$config" >>"$results/$v"; done
done

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(mpicc --version | head -n 1)"
echo "CPU time on one core, medians of $rounds runs in turns; $config"
awk -v names="${variants[*]}" '
  function median(v, key,   n, i, j, t, a) {
    n = count[v, key]
    for (i = 1; i <= n; i++) a[i] = value[v, key, i]
    for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] < a[j - 1]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
    return a[int((n + 1) / 2)]
  }
  FNR == 1 { file++ }
  { split(names, name, " "); value[name[file], $1, ++count[name[file], $1]] = $2; if (!seen[$1]++) order[++keys] = $1 }
  END {
    printf "%-24s", ""; for (v = 1; v <= file; v++) printf "%12s", name[v]
    printf "   ratio to %s\n", name[1]
    for (k = 1; k <= keys; k++) {
      printf "%-24s", order[k]
      for (v = 1; v <= file; v++) printf "%12s", median(name[v], order[k])
      if (order[k] ~ /_ns$/) for (v = 2; v <= file; v++)
        printf "%8.2f", median(name[v], order[k]) / median(name[1], order[k])
      printf "\n"
    }
  }' "${variants[@]/#/$results/}"
build/tests/excess/bench grid "$config"
