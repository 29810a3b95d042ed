#!/usr/bin/env python3
"""compare_scans.py A.h5 B.h5: are all datasets of two result files bit-identical?

Wall times and host names live in attributes and in /timing and may differ.
Prints how many datasets were compared; exit code 1 if any differs or none was compared.
"""
import sys

import h5py


def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("timing/"):
                data = item[()]
                found[name] = (item.dtype, item.shape, repr(data) if item.dtype.hasobject else data.tobytes())
        file.visititems(visit)
    return found


a, b = datasets(sys.argv[1]), datasets(sys.argv[2])
different = sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))
for name in different:
    print(f"{name} differs")
print(f"{len(a)} datasets compared, {len(different)} differ")
sys.exit(1 if different or not a else 0)
