"""First steps with the Python package, cell by cell (docs/python.md): python3 first_steps.py"""

# %% A star
import numpy as np
import wdscan

config = wdscan.Config(star={"mass": 0.6, "temperature": 1e8})
star = config.star()
print(f"{star.mass_msun:.2f} M_sun: radius {star.radius_km:.0f} km, plasma frequency from "
      f"{star.profile['plasma_frequency_eV'][0] / 1e3:.1f} keV in the centre "
      f"to {star.profile['plasma_frequency_eV'][-1]:.0f} eV at the surface")

# %% Points: masses [eV] and couplings broadcast, the couplings of a mass share their samples
mass = np.array([[1e3], [1e4], [3e4]])
coupling = np.geomspace(1e-14, 1e-12, 3)
excess = config.excess(mass, coupling)
for i, m in enumerate(mass[:, 0]):
    print(f"m = {m:g} eV:", ", ".join(f"{e:.3g} +- {de:.1g}" for e, de in zip(excess[i], excess[i].error)))

# %% Where it comes from
largest = max(((p, part, values[2, 1]) for p, own in excess.parts.items() for part, values in own.items()),
              key=lambda entry: abs(entry[2]))
print(f"at 30 keV and 1e-13 most is {largest[0]}, {largest[1]}: {largest[2] / excess[2, 1]:.0%} of the excess")

# %% A contour, by root finding: no grid needed
line = config.contour(level=0.3, masses=[1e3, 1e4, 1e7])
for m, g, dg in zip(line.mass, line.coupling, line.error):
    print(f"30 % at m = {m:g} eV: g = {g:.4g} +- {dg:.1g}")

# %% Mistakes are exceptions with the program's messages
try:
    wdscan.Config(star={"mas": 0.6})
except wdscan.WdscanError as error:
    print("refused:", error)
