"""Checks the Python package in a folder with 0.6.yaml, point.json (of 1e4 eV, 1e-13) and scan.h5; see e2e_python.sh."""

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import wdscan

# One point has the bits of the program, parts and errors included.
program = json.load(open("point.json"))
config = wdscan.Config("0.6.yaml")
point = config.excess(1e4, 1e-13)
assert point.shape == () and float(point) == program["excess"] and point.error == program["excess_error"]
for polarization, parts in program["parts"].items():
    for part in point.parts[polarization]:
        assert point.parts[polarization][part] == parts[part], (polarization, part)
    for part in point.parts_error[polarization]:
        assert point.parts_error[polarization][part] == parts[part + "_error"], (polarization, part)
assert point.status == program["status"] and point.evaluations == program["evaluations"]
assert point.luminosity_sm == program["luminosity_sm_erg_s"]

# Keys by name, in both forms, are those of the file.
for keys in ({"star.mass": 0.6, "integrator.seed": 7}, {"star": {"mass": 0.6}, "integrator": {"seed": np.int64(7)}}):
    assert float(wdscan.Config(**keys).excess(1e4, 1e-13)) == program["excess"]
other = wdscan.Config("0.6.yaml", **{"physics.polarizations": ["transverse"]})
assert "polarizations: [transverse]" in other.text
assert other.excess(1e4, 1e-13).parts["longitudinal"]["resonant"] == 0

# Broadcasting; order does not matter; parts add up to the whole; below the threshold of the quartic terms, excess ~ g^2.
mass, coupling = np.array([[1e3], [1e4]]), np.array([1e-12, 1e-14, 1e-13])
grid = config.excess(mass, coupling)
assert grid.shape == (2, 3) and grid.error.shape == (2, 3)
total = sum(values for own in grid.parts.values() for values in own.values())
assert np.allclose(total, grid, rtol=1e-12)
assert np.allclose(grid[:, 0] / grid[:, 1], 1e4, rtol=1e-6) and np.allclose(grid[:, 2] / grid[:, 1], 1e2, rtol=1e-6)
assert abs(grid[1, 2] - point) < 5 * np.hypot(grid.error[1, 2], point.error)
assert type(grid * 2) is np.ndarray and grid[1].error.shape == (3,)
assert config.excess(1e4, []).shape == (0,)

# The star.
star = config.star()
assert abs(star.mass_msun - 0.6) < 1e-6 and np.all(np.diff(star.profile["radius_km"]) > 0)

# A contour: the excess is the level there; states beyond the couplings.
line = config.contour(0.3, [1e3, 1e4])
for m, g, dg in zip(line.mass, line.coupling, line.error):
    value = config.excess(m, g)
    slope = 2 * 0.3 / g
    assert abs(float(value) - 0.3) < 5 * np.hypot(value.error, slope * dg), (m, g, value)
assert list(config.contour(0.3, [1e4], low=1e-11, high=1e-9).state) == ["above"]
below = config.contour(0.3, [1e4], low=1e-18, high=1e-17)
assert list(below.state) == ["below"] and np.isnan(below.coupling).all()

# Single values; configurations of a text; contours of a map, as the file has them.
assert config["star.mass"] == 0.6 and config["physics.model"] == "mu-tau" and config["integrator.seed"] == 7
charges = wdscan.Config(physics={"model": {"charges": {"e": 1, "mu": -1}, "mixing": "loop"}})
assert charges["physics.model"] == "{charges: {e: 1, mu: -1, tau: 0, B: 0}, mixing: loop}"
assert config["physics.polarizations"] == ["transverse", "longitudinal", "axial"]
mixed = wdscan.Config("0.6.yaml", **{"star.mass": 0.7, "star.composition": {"C12": 0.5, "O16": 0.5}, "output.file": "x.h5"})
assert config.differences(mixed) == {"star.mass": (0.6, 0.7), "star.composition": ("C12", "{C12: 0.5, O16: 0.5}")}
assert config.differences(config) == {}
again = wdscan.Config.of_text(config.text, "a text")
assert again.text == config.text and float(again.excess(1e4, 1e-13)) == program["excess"]
scan = wdscan.open("scan.h5")
found = wdscan.contour_of(scan.mass.values, scan.coupling.values, scan.excess.values, 0.3, scan.excess_error.values)
stored = scan.sel(level=0.3)
assert np.array_equal(found.coupling, stored.contour_coupling.values, equal_nan=True)
assert np.array_equal(found.error, stored.contour_coupling_error.values, equal_nan=True)
meanings = scan.contour_state.attrs["flag_meanings"].split()
assert list(found.state) == [meanings[int(state)] for state in stored.contour_state.values], found.state
for wrong in (lambda: config["star.mas"], lambda: wdscan.contour_of([1], [1, 2], [[1]], 0.3),
              lambda: wdscan.Config.of_text("star: {mas: 1}", "a text")):
    try:
        wrong()
    except (KeyError, ValueError, wdscan.WdscanError) as error:
        assert any(word in str(error) for word in ("star.mas", "(1, 2)", "a text")), error
    else:
        raise AssertionError("a mistake was taken")

# Mistakes are exceptions with the program's messages.
for mistake, word, code in [(lambda: wdscan.Config("none.yaml"), "none.yaml", 3),
                            (lambda: wdscan.Config(**{"star.mas": 1}), "star.mass", 2),
                            (lambda: wdscan.Config(**{"star.mass": 9}).star(), "limiting mass", 2),
                            (lambda: config.excess(-1.0, 1e-13), "positive", 2),
                            (lambda: config.excess(1e4, np.nan), "positive", 2)]:
    try:
        mistake()
    except wdscan.WdscanError as error:
        assert word in str(error) and error.exit_code == code, (str(error), error.exit_code)
    else:
        raise AssertionError(f"not refused: {word}")

# Threads: each with its own configuration, or all with one.
with ThreadPoolExecutor(4) as pool:
    owns = pool.map(lambda _: float(wdscan.Config("0.6.yaml").excess(1e4, 1e-13)), range(4))
    shared = pool.map(lambda _: float(config.excess(1e4, 1e-13)), range(4))
    assert {*owns, *shared} == {program["excess"]}

# The interpreter runs meanwhile, and Ctrl-C ends a computation that would take for ever; the next one is whole.
slow = wdscan.Config(integrator={"relative_error": 1e-9, "max_evaluations": 10**12})
turns = []
ticker = threading.Thread(target=lambda: [(turns.append(1), time.sleep(0.01)) for _ in range(30)])
ticker.start()
threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    slow.excess(1e4, 1e-13)
except KeyboardInterrupt:
    pass
else:
    raise AssertionError("Ctrl-C was not seen")
ticker.join()
assert len(turns) == 30
assert float(config.excess(1e4, 1e-13)) == program["excess"]

# Result files.
scan = wdscan.open("scan.h5")
assert scan.excess.dims == ("mass", "coupling") and bool(np.isfinite(scan.excess).all())
assert {"mass", "shell"} == set(scan.diagnostics_evaluations.coords)
for name in scan.variables:
    assert scan[name].attrs["long_name"] and scan[name].attrs["units"], name
