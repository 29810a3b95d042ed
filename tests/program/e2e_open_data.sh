#!/bin/bash
# Results as open data: h5py, xarray and h5dump find values, units, descriptions and coordinates; the 30 % line can be
# rebuilt from the data; numpy and pandas read the output of `wdscan contour` as it is.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" h5py numpy) || { echo "no h5py"; exit 77; }
. "$root/tests/functions.sh"

cat >small.yaml <<'YAML'
grid:
  mass: {min: 1e3, max: 1e7, points: 5}
  coupling: {min: 1e-14, max: 1e-2, points: 13}
  shells: 4
integrator: {relative_error: 0.05}
output: {contour_levels: [0.1, 0.3]}
YAML
"$WDSCAN" run --quiet small.yaml -o fig4.h5
"$WDSCAN" contour fig4.h5 >contours.csv

"$python" - <<'PY'
import h5py
import numpy as np

# What a stranger would do: the excess, its coordinates by the names of the dimensions, the line by interpolation along the law it obeys.
with h5py.File("fig4.h5") as file:
    described = []
    file.visititems(lambda name, item: described.append(name) if isinstance(item, h5py.Dataset) else None)
    for name in described:
        attributes = file[name].attrs
        assert attributes["units"] and len(attributes["description"]) > 5, name
        for dimension in file[name].dims:
            assert dimension.keys() or attributes.get("CLASS") == b"DIMENSION_SCALE", f"{name}: a dimension without coordinates"
    excess = file["excess"]
    mass, coupling = (excess.dims[i][0][...] for i in (0, 1))
    assert excess.dims[0].keys() == ["mass"] and file["mass"].attrs["units"] == "eV"
    level = list(file["level"][...]).index(0.3)
    stored, error = file["contour_coupling"][level], file["contour_coupling_error"][level]
    rebuilt = np.full(len(mass), np.nan)
    for i, row in enumerate(excess[...]):
        j = np.flatnonzero(row >= 0.3)[0]
        x = coupling[j - 1:j + 1] ** 2  # excess = a x + b x^2
        a, b = np.linalg.solve(np.array([x, x**2]).T, row[j - 1:j + 1])
        roots = np.roots([b, a, -0.3])
        rebuilt[i] = np.sqrt(roots[(roots > 0.999 * x[0]) & (roots < 1.001 * x[1])].real[0])
assert np.allclose(rebuilt, stored, rtol=1e-9, atol=0), (rebuilt, stored)

table = np.genfromtxt("contours.csv", delimiter=",", names=True)
own = table[table["level"] == 0.3]
assert (own["mass_eV"] == mass).all() and (own["coupling"] == stored).all() and (own["coupling_error"] == error).all()
plain = np.loadtxt("contours.csv", delimiter=",", skiprows=1, usecols=range(4))
assert plain.shape == (10, 4)
try:
    import pandas
except ImportError:
    print("no pandas")
else:
    frame = pandas.read_csv("contours.csv")
    assert list(frame.columns) == ["level", "mass_eV", "coupling", "coupling_error", "state"] and len(frame) == 10
    assert all(np.issubdtype(kind, np.number) for kind in frame.dtypes[:4]) and set(frame.state) == {"crossing"}
    assert np.allclose(frame[frame.level == 0.3].coupling, stored, rtol=1e-12, atol=0)  # its fast parser rounds
PY

xarray=$("$root/scripts/find_python.sh" h5py numpy xarray h5netcdf) || xarray=
if [ -n "$xarray" ]; then
  "$xarray" - <<'PY'
import numpy as np
import xarray

scan = xarray.open_dataset("fig4.h5", engine="h5netcdf")
assert dict(scan.sizes) | {"mass": 5, "coupling": 13, "level": 2, "polarization": 3, "shell": 4} == dict(scan.sizes)
assert scan.excess.dims == ("mass", "coupling") and scan.mass.attrs["units"] == "eV"
for name, variable in scan.variables.items():
    assert variable.attrs["units"] and variable.attrs["description"], name
line = scan.contour_coupling.sel(level=0.3)
assert np.isfinite(line).all() and (np.diff(np.log(line.sel(mass=slice(2e5, None)))) > 0).all()
excess = scan.excess.sel(mass=3e4, method="nearest")
assert (excess.diff("coupling") > 0).all()
for group in "diagnostics", "star":
    assert len(xarray.open_dataset("fig4.h5", engine="h5netcdf", group=group, phony_dims="access").variables) > 3
PY
else
  echo "no xarray"
fi

if command -v h5dump >/dev/null; then
  h5dump -a /excess/units -a /excess/description fig4.h5 >attributes.txt || fail "h5dump cannot read the attributes"
  h5dump -d /mass fig4.h5 | grep -q '1000, 10000, 100000' || fail "h5dump does not show the masses"
  h5dump -H fig4.h5 | grep -q 'DATASET "contour_coupling"' || fail "h5dump does not show the contours"
else
  echo "no h5dump"
fi
