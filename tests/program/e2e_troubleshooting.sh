#!/bin/bash
# docs/troubleshooting.md: each message that it shows is said by a command here, or stands in the program or its scripts; its exit
# codes are those of the program.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib) || { echo 'no Python with h5py and matplotlib'; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
touch all

# meets CODE COMMAND...: what it says joins the file all
meets() {
  expect "$@"
  cat out err >>all
}

small_scan >small.yaml
expect 0 "$wdscan" run small.yaml --quiet

# --- Installation and the configuration
meets 1 env MPICC=/none "$root/scripts/setup.sh" --check build
printf 'star: {mas: 0.6}\ngrid:\n  mass: {min: 1e9}\nstar.mass: 1\n' >wrong.yaml
printf 'star:\n\tmass: 1\n' >tab.yaml
meets 2 "$wdscan" check wrong.yaml
meets 2 "$wdscan" check tab.yaml
meets 2 "$wdscan" run small.h5
meets 2 "$wdscan" check small.yaml --set physics.model=e-mu --set physics.formulas=published
meets 0 "$wdscan" point small.yaml --mass 1e4 --coupling 1e-13 --set star.structure=thermal --set star.mass=0.6
meets 2 "$wdscan" star small.yaml --set star.structure=thermal --set star.mass=1.3

# --- The result file
echo text >text.h5
head -c 20000 small.h5 >cut.h5
"$python" - <<'PY'
import shutil
import h5py
for name in "old", "mine", "damaged":
    shutil.copy("small.h5", f"{name}.h5")
with h5py.File("old.h5", "r+") as file:
    file.attrs.modify("format_version", file.attrs["format_version"] - 1)
with h5py.File("mine.h5", "r+") as file:
    file.attrs["commit"] = "another"
with h5py.File("damaged.h5", "r+") as file:
    file["excess"][0, 0] += 1
with h5py.File("other.h5", "w") as file:
    file["x"] = 1
PY
meets 2 "$wdscan" run small.yaml --set star.mass=0.9
meets 3 "$wdscan" status old.h5
meets 0 "$wdscan" merge small.h5 mine.h5 -o merged.h5
meets 3 "$wdscan" merge small.h5 mine.h5 -o merged.h5
meets 3 "$wdscan" status cut.h5
meets 3 "$wdscan" status other.h5
meets 3 "$wdscan" run small.yaml -o text.h5
meets 3 "$wdscan" run small.yaml -o text.h5 --fresh
meets 3 "$wdscan" run small.yaml -o none/small.h5
meets 0 "$wdscan" run small.yaml -o damaged.h5
exec 9>small.h5.lock
flock 9
meets 3 "$wdscan" run small.yaml
exec 9>&-

# --- MPI and SLURM
meets 2 env -u OMPI_COMM_WORLD_SIZE SLURM_STEP_NUM_TASKS=4 "$wdscan" run small.yaml -o srun.h5
others=()
if "$mpirun" --version | grep -q 'Open MPI'; then
  env -u OMPI_MCA_rmaps_base_oversubscribe -u PRTE_MCA_rmaps_default_mapping_policy "$mpirun" -np 999 true >>all 2>&1 && fail '999 slots'
  [ "$(id -u)" != 0 ] || ! env -u OMPI_ALLOW_RUN_AS_ROOT -u OMPI_ALLOW_RUN_AS_ROOT_CONFIRM \
    -u PRTE_ALLOW_RUN_AS_ROOT -u PRTE_ALLOW_RUN_AS_ROOT_CONFIRM "$mpirun" -np 1 true >>all 2>&1 || fail 'runs as root'
  [ "$(id -u)" = 0 ] || others+=('has detected an attempt to run as root.')
else
  others+=('has detected an attempt to run as root.' 'There are not enough slots available in the system to satisfy the …')
fi

# --- Scans that stop, points, lines
meets 75 "$wdscan" run small.yaml -o stopped.h5 --max-time 0:00
touch left.h5.stop
meets 0 "$wdscan" run small.yaml -o left.h5
meets 0 "$wdscan" contour stopped.h5
meets 0 "$wdscan" run small.yaml -o missed.h5 --set integrator.max_evaluations=1000 --set integrator.relative_error=1e-3
meets 0 "$wdscan" point small.yaml --mass 1e4 --coupling 1e-13 --set integrator.max_evaluations=1000 --set integrator.relative_error=1e-3
meets 0 "$wdscan" contour small.h5 --level 1e40
meets 2 "$wdscan" contour small.h5 --quantity likelihood
meets 2 "$wdscan" contour small.h5 --format darkcast
meets 2 "$wdscan" check small.yaml --set observable=cooling --set star.mass=0.55 --set output.contour_levels=[1.0] --no-trial

# --- Pictures and Python
printf '# mass_eV coupling\n1 2\n' >unknown.txt
meets 1 "$python" "$root/scripts/plot_fig4.py" small.h5 -o map.png --limits unknown.txt
meets 1 env WDSCAN_LIBRARY="$dir/none.so" PYTHONPATH="$root/scripts/python" "$python" -c 'import wdscan'
exec 9>>small.h5
flock 9
meets 1 env -u HDF5_USE_FILE_LOCKING "$python" -c 'import h5py; h5py.File("small.h5")'
exec 9>&-

"$python" - "$root" "$wdscan" "${others[@]}" <<'PY'
import pathlib
import re
import sys

root, program, others = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
page = (root / "docs/troubleshooting.md").read_text(encoding="utf-8")
messages = [line for block in re.findall(r"^```\n(.*?)^```$", page, re.M | re.S) for line in block.splitlines()]
said = re.sub(r"\s*\n(wdscan: )?", " ", pathlib.Path("all").read_text(encoding="utf-8", errors="replace"))
# Formats as they stand in the program and in scripts, where … of the page is some %s and lines may be broken.
sources = [pathlib.Path(program).read_bytes().decode("utf-8", "replace")]
for pattern in "Makefile", "scripts/*.sh", "scripts/*.py", "scripts/python/wdscan/*.py", "jobs/*.sbatch":
    sources += [re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8")) for path in sorted(root.glob(pattern))]


def parts(message):
    return [part for part in (part.strip() for part in message.split("…")) if part]


def occurs(message):
    return any(all(part in text for part in parts(message)) for text in sources)


produced = [m for m in messages if re.search(".*?".join(map(re.escape, parts(m))), said)]
assert not occurs("the moon is … made of green cheese") and occurs("the file system does not answer; giving up")
missing = [m for m in messages if m not in produced and m not in others and not occurs(m)]
assert not missing, "in no program and from no command:\n" + "\n".join(missing)
print(f"{len(messages)} messages, {len(produced)} of them produced here")
print("only in the sources:", *(m for m in messages if m not in produced), sep="\n  ")
assert len(messages) >= 40 and len(produced) >= len(messages) - 12 - len(others)

# Every reason for which a point may fail is explained.
reasons = re.findall(r'X\(WD_FAILURE_\w+, "(\w+)"\)', (root / "include/wdscan/row.h").read_text(encoding="utf-8"))
assert len(reasons) >= 7 and not (unexplained := [r for r in reasons if r != "none" and f"`{r}`" not in page]), unexplained

codes = re.findall(r"^\| (\d+) \|", page, re.M)
told = [line.split()[0] for line in __import__("subprocess").run([program, "--help"], capture_output=True, text=True).stdout
        .split("Exit codes")[-1].splitlines() if re.match(r"\s+\d+ ", line)]
assert codes == told, (codes, told)
PY
