#!/bin/bash
# Files that are damaged, foreign, of another format or another configuration: refused with a remedy and left as they
# are, or mended and so said; never taken for good.
set -eu
. "$(dirname "$0")/../functions.sh"

cat >small.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 6}
  shells: 4
integrator: {relative_error: 0.01}
END_OF_YAML
expect 0 "$wdscan" run small.yaml -o whole.h5

# refused CODE FILE TEXT...: by run, with a message, and untouched
refused() {
  local code=$1 file=$2 before
  before=$(sha256sum <"$file")
  shift 2
  expect "$code" "$wdscan" run small.yaml -o "$file"
  said "$file" "$@"
  [ "$before" = "$(sha256sum <"$file")" ] || fail "$file was refused, but changed"
  [ ! -e "$file.lock" ] && [ ! -e "$file.tmp" ] || fail "left behind: $(ls "$file".*)"
}

# --- Truncated, at many lengths
size=$(stat -c %s whole.h5)
for length in 0 1 8 47 48 100 1000 $((size / 4)) $((size / 2)) $((size - 1000)) $((size - 1)); do
  head -c "$length" whole.h5 >short.h5
  refused 3 short.h5
done

# --- Foreign, and of other versions
"$PYTHON" - <<'END_OF_PYTHON'
import h5py, shutil
with h5py.File("foreign.h5", "w") as f:
    f["mass"] = [1.0, 2.0]
with h5py.File("foreign.h5", "r+") as f:
    f.attrs["program"] = 5
for version in (0, 99):
    shutil.copy("whole.h5", f"version{version}.h5")
    with h5py.File(f"version{version}.h5", "r+") as f:
        f.attrs.modify("format_version", version)
shutil.copy("whole.h5", "incomplete.h5")
with h5py.File("incomplete.h5", "r+") as f:
    del f["diagnostics/iterations"]
END_OF_PYTHON
echo "not HDF5" >text.h5
refused 3 text.h5 "not HDF5 at all"
refused 3 foreign.h5 "another program's HDF5 file"
refused 3 version0.h5 "its format has version 0"
refused 3 version99.h5 "its format has version 99"
refused 3 incomplete.h5 "/diagnostics/iterations"

# --- Another configuration: every key that differs is named
cp whole.h5 other.h5
sed -e 's/0.01/0.02/' -e 's/shells: 4/shells: 5/' small.yaml >other.yaml
expect 2 "$wdscan" run other.yaml -o other.h5 --set star.mass=0.9
said "star.mass: 1 -> 0.9" "grid.shells: 4 -> 5" "integrator.relative_error: 0.01 -> 0.02" "--fresh"
cmp whole.h5 other.h5
# ... run control may differ, and that is logged
expect 0 "$wdscan" run small.yaml -o other.h5 --set output.checkpoint_interval=7
said "output.checkpoint_interval: 60 -> 7" "nothing is left to do"
cmp whole.h5 other.h5

# --- One flipped byte, anywhere: refused, mended, or in what carries no result (names, versions, gaps)
"$PYTHON" - "$wdscan" <<'END_OF_PYTHON'
import collections, random, subprocess, sys
import h5py, numpy as np

wdscan, random.seed = sys.argv[1], random.seed
random.seed(5)
whole = open("whole.h5", "rb").read()
RESULTS = ("mass coupling shell level excess excess_error excess_resonant excess_offresonant status "
           "excess_resonant_error excess_offresonant_error excess_continuum excess_continuum_error luminosity_sm luminosity_sm_error contour_coupling contour_coupling_error contour_state diagnostics/chi2_per_dof "
           "diagnostics/evaluations diagnostics/relative_error diagnostics/iterations config").split()

def results(path):
    with h5py.File(path) as f:
        return [f[name][()] if f[name].shape == () else f[name][()].tobytes() for name in RESULTS]

with h5py.File("whole.h5") as f:  # every dataset of results is hit, and every place of the metadata
    targets = [f[name].id.get_offset() + f[name].id.get_storage_size() // 2 for name in RESULTS[:-1]]
right = results("whole.h5")
targets += [random.randrange(len(whole)) for _ in range(60)]
count = collections.Counter()
for at in targets:
    data = bytearray(whole)
    data[at] ^= 1 << random.randrange(8)
    open("flipped.h5", "wb").write(data)
    run = subprocess.run([wdscan, "run", "small.yaml", "-o", "flipped.h5"], capture_output=True, text=True, timeout=60)
    if run.returncode == 3:
        assert "flipped.h5" in run.stderr, (at, run.stderr)
        assert open("flipped.h5", "rb").read() == data, f"byte {at}: refused, but changed"
        count["refused"] += 1
    else:
        assert run.returncode == 0, (at, run.returncode, run.stderr)
        assert results("flipped.h5") == right, f"byte {at}: taken for good"
        count["mended" if "damaged" in run.stderr else "harmless"] += 1
print(dict(count))
assert count["refused"] and count["mended"]
END_OF_PYTHON
