#!/usr/bin/env python3
"""check_result_file.py FILE: does a result file have the promised form?

Names, types, dimensions, units and descriptions of all datasets, contiguous storage, provenance, NaN where
nothing has been computed; read by h5py and, where it is installed, by xarray. Prints the number of points done.
"""
import sys

import h5py
import numpy as np

POINT = "mass", "coupling"
SHELLS = {"chi2_per_dof": "f4", "evaluations": "i8", "relative_error": "f4", "iterations": "i4"}
FORM = {
    "mass": ("f8", ("mass",), "eV"),
    "coupling": ("f8", ("coupling",), "1"),
    "shell": ("f8", ("shell",), "km"),
    "polarization": ("O", ("polarization",), "1"),
    "level": ("f8", ("level",), "1"),
    "excess": ("f8", POINT, "1"),
    "excess_error": ("f8", POINT, "1"),
    "excess_resonant": ("f4", (*POINT, "polarization"), "1"),
    "excess_offresonant": ("f4", (*POINT, "polarization"), "1"),
    "excess_resonant_error": ("f4", (*POINT, "polarization"), "1"),
    "excess_offresonant_error": ("f4", (*POINT, "polarization"), "1"),
    "excess_continuum": ("f4", (*POINT, "polarization"), "1"),
    "excess_continuum_error": ("f4", (*POINT, "polarization"), "1"),
    "status": ("i1", POINT, "1"),
    "checksum": ("u4", POINT, "1"),
    "luminosity_sm": ("f8", ("polarization",), "erg/s"),
    "luminosity_sm_error": ("f8", ("polarization",), "erg/s"),
    "luminosity_sm_checksum": ("u8", (), "1"),
    "contour_coupling": ("f8", ("level", "mass"), "1"),
    "contour_coupling_error": ("f8", ("level", "mass"), "1"),
    "contour_state": ("i1", ("level", "mass"), "1"),
    "diagnostics/failure": ("i1", POINT, "1"),
    "config": ("O", (), "1"),
    "timing/core_seconds": ("f8", (), "s"),
    "timing/run_start": ("f8", (), "s"),
    "timing/run_seconds": ("f8", (), "s"),
    "timing/run_points": ("i8", (), "1"),
    "timing/run_ranks": ("i8", (), "1"),
    "star/node": ("i8", ("node",), "1"),
}
PROVENANCE = ("program version commit compiler compiler_flags mpi_version hdf5_version gsl_version created host "
              "ranks seed format_version references").split()


def dimensions(dataset):
    if dataset.attrs.get("CLASS") == b"DIMENSION_SCALE":
        return (dataset.name.rsplit("/", 1)[-1],)
    return tuple(d[0].name.rsplit("/", 1)[-1] for d in dataset.dims)


def take_observable(file):
    """Of bounds from stars that cool, the file has f_s in the place of the excess, a likelihood if something is observed, and no
    diagnostics of shells."""
    if "f_s" in file:
        FORM["f_s"], FORM["f_s_error"] = FORM.pop("excess"), FORM.pop("excess_error")
        if "minus_two_delta_lnl" in file:
            FORM["minus_two_delta_lnl"] = FORM["minus_two_delta_lnl_error"] = FORM["f_s"]
        if "likelihood_data" in file:
            FORM["likelihood_data"] = FORM["config"]
        return "f_s"
    return "excess"


def take_diagnostics(file):
    """Of the shells, as output.diagnostics says: for no point, for the smallest coupling of each mass, or for all."""
    text = file["config"].asstr()[()]
    (kind,) = [line.split()[1] for line in text.splitlines() if line.strip().startswith("diagnostics:")]
    over = {"none": None, "mass": ("mass", "shell"), "shell": (*POINT, "shell")}[kind]
    FORM.update({f"diagnostics/{name}": (type, over, "1") for name, type in SHELLS.items() if over})
    return kind


def check_form(file):
    found = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    assert set(FORM) <= set(found), set(FORM) - set(found)
    for name in found:
        data = file[name]
        kind, over, units = FORM.get(name, ("f8", ("node",), None))
        assert name in FORM or name.startswith("star/"), name
        assert data.dtype == np.dtype(kind) and dimensions(data) == over, (name, data.dtype, dimensions(data))
        assert data.chunks is None, name
        assert data.attrs["units"] == units if units else data.attrs["units"], name
        assert data.attrs["description"], name
    for name in PROVENANCE:
        assert name in file.attrs, name
    assert file.attrs["program"] == "wdscan"
    assert list(file["polarization"].asstr()[()]) == ["transverse", "longitudinal", "axial"]
    assert list(file["status"].attrs["flag_values"]) == [0, 1, 2, 3, 4]
    assert len(file["status"].attrs["flag_meanings"].split()) == 5
    assert "temperature:" in file["config"].asstr()[()]


def check_values(file, observable):
    status = file["status"][()]  # before the rest: a scan may be writing
    done = (status == 1) | (status >= 3)
    for name, (kind, over, _) in FORM.items():
        if over[:1] == POINT[:1] and kind in ("f8", "f4") and len(over) > 1:
            values = file[name][()]
            if over[:2] != POINT:
                assert not (values == 0).all(axis=-1)[status[:, 0] == 0].any() or done.any(), name
                continue
            assert name != observable or np.isfinite(values[done]).all(), name
            # a point finished since may have shares that are exactly 0, but not the excess and its error
            if not done.any() or name in (observable, observable + "_error"):
                assert not (values == 0).all(axis=tuple(range(2, values.ndim)))[status == 0].any(), name
    if "diagnostics/evaluations" in file:
        evaluations = file["diagnostics/evaluations"][()].sum(axis=-1)
        computed = done if evaluations.ndim == 2 else done[:, 0]
        assert ((evaluations[computed] > 0) == (observable == "excess")).all()
    return int(done.sum()), status.size


def check_xarray(path, observable):
    try:
        import h5netcdf  # noqa: F401
        import xarray
    except ImportError:
        return
    with xarray.open_dataset(path, engine="h5netcdf") as data:
        assert not [d for d in data.dims if d.startswith("phony")], data.dims
        assert data[observable].sel(coupling=data.coupling[0], method="nearest").dims == ("mass",)
        assert data.excess_resonant.sel(polarization="transverse").dims == POINT
    for group in "diagnostics", "star":
        with xarray.open_dataset(path, engine="h5netcdf", group=group) as data:
            assert not [d for d in data.dims if d.startswith("phony")], data.dims


path = sys.argv[1]
with h5py.File(path, "r") as file:
    observable = take_observable(file)
    take_diagnostics(file)
    check_form(file)
    done, total = check_values(file, observable)
check_xarray(path, observable)
print(done, "of", total)
