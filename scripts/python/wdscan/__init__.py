"""Neutrino cooling of white dwarfs with a gauge boson of L_i - L_j: points, stars and contours computed by the
library of wdscan, and its result files as xarray datasets.

    import wdscan
    config = wdscan.Config("fig4.yaml", **{"star.mass": 0.6})
    points = config.excess(mass=[[1e4], [3e4]], coupling=[1e-13, 1e-12])
    print(points, points.error, points.parts["transverse"]["resonant"])
    scan = wdscan.open("fig4.h5")
"""

from ._config import Config, Contour, Excess, Star, contour_of
from ._files import open
from ._library import WdscanError, version

__all__ = ["Config", "Contour", "Excess", "Star", "WdscanError", "contour_of", "open", "version"]
__version__ = version()
