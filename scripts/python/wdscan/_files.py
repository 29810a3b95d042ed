"""Result files."""

import os

GROUPS = ("diagnostics", "star")


def open(path):
    """A result file, also of a scan that is not finished, as an xarray.Dataset: dimensions mass [eV], coupling,
    polarization, level, shell; variables of groups as `diagnostics_evaluations`, `star_radius`, with coordinates. Each
    has `long_name` and `units`."""
    os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # the scan may still be writing
    import xarray

    data = xarray.open_dataset(path, engine="h5netcdf")
    for group in GROUPS:
        members = xarray.open_dataset(path, engine="h5netcdf", group=group)
        data = data.assign({f"{group}_{name}": variable for name, variable in members.variables.items()
                            if name not in data.variables})
        data.attrs.update({f"{group}_{name}": value for name, value in members.attrs.items()})
    for name in data.variables:
        attributes = data[name].attrs
        attributes.setdefault("long_name", attributes.get("description", name))
        attributes.setdefault("units", "1")
    return data
