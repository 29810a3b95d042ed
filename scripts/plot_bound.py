#!/usr/bin/env python3
"""Draws what the cooling of white dwarfs excludes: contours of f_s.

    plot_bound.py RESULT.h5... [--isothermal EXCESS.h5] [-o PICTURE]...

RESULT.h5 are scans with `observable: cooling`, told apart by star and window. Full lines: f_s = 1.7, the limit of Hansen et al. (2015) at
95 %; dashed: 1.3, a forecast. --isothermal adds, dotted, where the excess of a star at one temperature is 0.7.
"""

import h5py
import numpy as np

import wdplot
import wdscan
from wdplot import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, draw_contour, entry, plt

COLOURS = [RED, BLUE, GREEN, PURPLE, ORANGE, SKY]
LEVELS = [(1.7, "-", 1.5), (1.3, "--", 1.0)]


def read(path):
    """The map of f_s; NaN at points that were not computed."""
    with h5py.File(path, "r") as file:
        if "f_s" not in file:
            raise OSError("no scan with `observable: cooling`: it has no f_s")
        data = {name: file[name][...] for name in ("mass", "coupling", "f_s", "f_s_error", "status")}
        data["config"] = wdscan.Config.of_text(wdplot.as_text(file["config"][()]), path)
        data["star"] = dict(file["star"].attrs)
    data["path"] = path
    return data


def curve_of(data, level):
    """Where f_s rises through the level; f_s - 1 obeys the same law as an excess."""
    usable = np.isin(data["status"], wdplot.COMPUTED)
    excess = np.where(usable, data["f_s"] - 1, np.nan)
    return wdplot.contour_of(data, excess, level - 1, data["f_s_error"])


def window_text(config):
    unit = {"effective_temperature": "K", "luminosity": r"$L_\odot$", "magnitude": "mag"}[config["cooling.window.quantity"]]
    return f"{config['cooling.window.from']:g} to {config['cooling.window.to']:g} {unit}"


def draw(results, arguments):
    wdplot.refuse_strangers(results, "physics.model", "physics.formulas")
    figure, axes = plt.subplots(figsize=(7.4, 5.6))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.93, bottom=0.25)
    entries = []
    for data, colour in zip(results, COLOURS):
        for level, dashes, width in LEVELS:
            draw_contour(axes, data, curve_of(data, level), f"{data['path']} {level:g}", color=colour, ls=dashes, lw=width)
        config = data["config"]
        entries.append(entry(rf"{config['star.mass']:g} $M_\odot$, {window_text(config)}", color=colour, lw=1.5))
    if arguments.isothermal:
        cold = wdplot.read(arguments.isothermal)
        draw_contour(axes, cold, wdplot.contour(cold, 0.7), "isothermal", color=GREY, ls=":", lw=1.5)
        entries.append(entry(f"one temperature, {wdplot.star_text(cold)}: 0.7", color=GREY, ls=":", lw=1.5))
    entries.append(entry("$f_s$ = 1.7 (Hansen et al. 2015, 95 %)", color="#111111", lw=1.5))
    entries.append(entry("$f_s$ = 1.3 (forecast)", color="#111111", lw=1.0, ls="--"))
    wdplot.plane_axes(axes, results[0])
    axes.set_title(f"Bounds from white dwarfs that cool:  {wdplot.model_text(results[0])}", fontsize=11)
    wdplot.legend_below(figure, entries, 2)
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, "results", "+", metavar="RESULT.h5")
    parser.add_argument("--isothermal", metavar="EXCESS.h5", help="scan of the excess of an isothermal star")
    wdplot.main(parser, draw, "-bound", read)
