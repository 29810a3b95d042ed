#!/bin/bash
# Ranks that see different things: the run is refused before anything is written, with the rank, its host and what differs.
# What only rank 0 can read is read by it alone. Processes of other commands than run are on their own, without MPI.
set -eu
. "$(dirname "$0")/../functions.sh"

small_scan >small.yaml
sed 's/1.0e6/1.0e5/' small.yaml >other.yaml
expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o whole.h5
# The rank of a wrapper's process, whatever the launcher
rank='rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-$PMI_RANK}}'
# wrap NAME TEXT: a program that does TEXT on rank 1 before it becomes wdscan
wrap() {
  printf '#!/bin/bash\n%s\nif [ "$rank" = 1 ]; then\n%s\nfi\nexec "$@"\n' "$rank" "$2" >"$1"
  chmod +x "$1"
}
# refused CODE TEXT... : the last run ended with the code, said who it was, and made no file
refused() {
  [ ! -e x.h5 ] && [ ! -e x.h5.lock ] && [ ! -e x.h5.tmp ] || fail "something was written: $(ls)"
  said "rank 1 (host $(uname -n))" "$@"
}
# each COMMAND... : COMMAND...: two ranks, each with a command of its own. By a script, as mpirun of Open MPI 5.0.7 crashes
# when it is given two programs itself.
each() {
  local first=()
  while [ "$1" != : ]; do
    first+=("$1")
    shift
  done
  printf '#!/bin/bash\n%s\n[ "$rank" = 1 ] || exec %s\nexec %s\n' "$rank" "${first[*]@Q}" "$(shift && echo "${*@Q}")" >each_rank
  chmod +x each_rank
  "$mpirun" -np 2 "$dir/each_rank"
}
two() { each "$wdscan" run "$1" -o x.h5 "${@:3}" : "$wdscan" run "$2" -o x.h5; }

# --- Configurations and options
expect 2 two small.yaml other.yaml && refused "grid.mass.max: 1000000 -> 100000"
expect 2 two small.yaml small.yaml --set star.mass=0.6 && refused "star.mass: 0.6 -> 1"
expect 2 two small.yaml small.yaml --set output.checkpoint_interval=5 && refused "output.checkpoint_interval: 5 -> 60"
expect 2 two small.yaml small.yaml --fresh && refused "--fresh: yes -> no"
expect 2 two small.yaml small.yaml --max-time 01:00:00 && refused "--max-time: 3600 s -> inf s"
expect 2 each "$wdscan" run small.yaml -o x.h5 : "$wdscan" run small.yaml -o y.h5
refused 'output.file: "x.h5" -> "y.h5"'
expect 2 each "$wdscan" run small.yaml -o x.h5 : "$wdscan" run small.yaml -o x.h5 --set star.mas=1
refused "star.mas: unknown key"
expect 3 two small.yaml missing.yaml && refused "missing.yaml: cannot read the configuration"
# Another name for the same configuration is none
cp small.yaml same.yaml
expect 0 each "$wdscan" run small.yaml -o same.h5 : "$wdscan" run same.yaml -o same.h5
same_bits whole.h5 same.h5

# --- A file that is edited while the ranks start; rank 0 has read it when it loads the parts of MPI
cp small.yaml race.yaml
wrap edit "for ((i = 0; i < 40; i++)); do grep -qs 'openmpi.*/mca_' /proc/\$(cat rank0)/maps && break; sleep 0.05; done
  cp other.yaml race.yaml"
sed -i '2a[ "$rank" = 1 ] || echo $$ >rank0' edit
expect 2 "$mpirun" -np 2 ./edit "$wdscan" run race.yaml -o x.h5
[ ! -e x.h5 ] || fail "a scan of a file that has changed"
said "race.yaml has changed while the ranks were starting"

# --- What can be read once only: by rank 0, for all
expect 0 "$mpirun" -np 2 "$wdscan" run - -o piped.h5 <small.yaml
same_bits whole.h5 piped.h5
# ... or is on rank 0's disk only
mkdir one two
cp small.yaml one/mine.yaml
expect 0 each env -C "$dir/one" "$wdscan" run mine.yaml -o "$dir/there.h5" : \
  env -C "$dir/two" "$wdscan" run mine.yaml -o "$dir/there.h5"
same_bits whole.h5 there.h5

# --- Another program: another build, another commit
if "${OBJCOPY:-objcopy}" --dump-section .note.gnu.build-id=note "$wdscan" copy 2>/dev/null; then
  printf '\000\001\002' | dd of=note bs=1 seek=20 conv=notrunc status=none
  "${OBJCOPY:-objcopy}" --update-section .note.gnu.build-id=note "$wdscan" copy
  expect 2 each "$wdscan" run small.yaml -o x.h5 : ./copy run small.yaml -o x.h5
  refused "another program, library or processor" "build ID: "
fi
version=$("$wdscan" --version | sed -n 's/^wdscan \([^ ]*\) .*/\1/p')
LC_ALL=C sed "s/$version/${version//[0-9]/7}/g" "$wdscan" >copy && chmod +x copy
expect 2 each "$wdscan" run small.yaml -o x.h5 : ./copy run small.yaml -o x.h5
refused "wdscan $version (commit" "-> wdscan ${version//[0-9]/7} (commit"

# --- Another library on one of the ranks
cat >other.c <<'END'
#include <math.h>
#ifdef GSL
const char *gsl_version = "1.16";
#else
double cbrt(double x) { return nextafter(exp(log(x) / 3), 9); }
#endif
END
for library in GSL MATHS; do
  "${MPICC:-mpicc}" -shared -fPIC -D$library -o $library.so other.c -lm
  wrap preload "export LD_PRELOAD=$dir/$library.so"
  expect 2 "$mpirun" -np 2 ./preload "$wdscan" run small.yaml -o x.h5
  [ $library = GSL ] && refused "GSL: " "-> 1.16" || refused "checksum of elementary functions: "
done

# --- The name means another file on one of the ranks
expect 0 "$wdscan" run small.yaml -o two/x.h5 --set star.mass=0.6
expect 75 "$wdscan" run small.yaml -o stopped.h5 --max-time 00:00:00
# apart CODE: the run of two ranks in two folders ends with it, and changes neither of them
apart() {
  local before
  before=$(find one two -type f -exec sha256sum {} +)
  expect "$1" each env -C "$dir/one" "$wdscan" run "$dir/small.yaml" -o x.h5 "${@:2}" : \
    env -C "$dir/two" "$wdscan" run "$dir/small.yaml" -o x.h5 "${@:2}"
  [ "$before" = "$(find one two -type f -exec sha256sum {} +)" ] || fail "something was written"
  said "rank 1 (host $(uname -n)): x.h5 is not the file that it is for rank 0"
}
apart 3
apart 3 --fresh
rm two/x.h5
apart 3
cp stopped.h5 one/x.h5
cp stopped.h5 two/x.h5 # copies of one unfinished scan on two disks
apart 3

# --- Independent points under one launcher: each prints, as does each process of the other commands
farm="$rank; \"$wdscan\" point small.yaml --mass \$((rank + 1))e3 --coupling 1e-9 >point\$rank"
expect 0 "$mpirun" -np 3 bash -c "$farm"
for i in 0 1 2; do
  expect 0 "$wdscan" point small.yaml --mass $((i + 1))e3 --coupling 1e-9
  cmp out point$i || fail "the point of rank $i is not that of the same command by itself"
done
for command in "star small.yaml" "check small.yaml" "status whole.h5" "contour whole.h5" keys --version --help; do
  read -ra words <<<"$command"
  expect 0 "$wdscan" "${words[@]}"
  lines=$(wc -l <out)
  expect 0 "$mpirun" -np 2 "$wdscan" "${words[@]}"
  [ "$(wc -l <out)" = $((2 * lines)) ] || fail "$command: not each process has printed"
done
expect 0 env SLURM_JOB_ID=1 SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 \
  "$wdscan" point small.yaml --mass 1e3 --coupling 1e-9
cmp out point0 || fail "another point within srun"

# --- Only run starts MPI
cat >no_mpi.c <<'END'
#include <unistd.h>
int MPI_Init(int *argc, char ***argv) { (void)argc, (void)argv; _exit(42); }
END
"${MPICC:-mpicc}" -shared -fPIC -o no_mpi.so no_mpi.c
without() { env LD_PRELOAD="$dir/no_mpi.so" "$wdscan" "$@"; }
expect 42 without run small.yaml -o x.h5
expect 0 without point small.yaml --mass 1e3 --coupling 1e-9
for command in "star small.yaml" "check small.yaml" "status whole.h5" "contour whole.h5" keys; do
  read -ra words <<<"$command"
  expect 0 without "${words[@]}"
done
