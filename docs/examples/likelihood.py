"""A likelihood of mass and coupling in the form that Cobaya takes as an external function: hot white dwarfs cool
`observed` times as fast by neutrinos as in the Standard Model, give or take `error`.

    likelihood: {cooling: {external: import_module("likelihood").log_likelihood}}
"""

import numpy as np
import wdscan

CONFIG = wdscan.Config(integrator={"relative_error": 0.01})


def log_likelihood(log10_mass, log10_coupling, observed=1.0, error=0.35):
    """ln L at mass 10^log10_mass eV and coupling 10^log10_coupling, Gaussian in the factor 1 + excess. The Monte Carlo
    error of the excess adds to the observation's."""
    excess = CONFIG.excess(10.0**log10_mass, 10.0**log10_coupling)
    variance = error**2 + float(excess.error) ** 2
    return -0.5 * (1 + float(excess) - observed) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)


if __name__ == "__main__":
    for log10_coupling in (-14.0, -13.0, -12.5):
        print(f"m = 10 keV, g = 1e{log10_coupling:g}: ln L = {log_likelihood(4.0, log10_coupling):.3f}")
