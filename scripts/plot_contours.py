#!/usr/bin/env python3
"""Draws the contours of a result file with their Monte Carlo errors.

    plot_contours.py RESULT.h5 [--refined CONTOURS.csv] [-o PICTURE]...

Above the contours, with bands of five standard deviations, which are mostly thinner than the line; below the
relative error of the coupling. --refined adds points from the output of `wdscan contour`, for a comparison.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import GREY, draw_contour, entry, label_line, named, percent, plt

BAND = 5  # standard deviations


def draw(results, arguments):
    (data,) = results
    refined = arguments.refined and np.atleast_1d(np.genfromtxt(arguments.refined, delimiter=",", names=True))
    figure, (axes, lower) = plt.subplots(2, 1, figsize=(7.4, 8.6), sharex=True, height_ratios=(2, 1))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.955, bottom=0.13, hspace=0.06)
    mass, levels, entries = data["mass"], sorted(data["level"]), []
    for k, level in enumerate(levels):
        colour, name = wdplot.level_colour(level), f"{level:g}"
        curve = wdplot.contour(data, level)
        line, error = curve.coupling, curve.error
        drawn = draw_contour(axes, data, curve, "contour " + name, color=colour, lw=1.2)
        if k in (0, len(levels) - 1):
            label_line(axes, drawn, percent(level), 0.3)
        entries.append(entry(rf"$\varepsilon$ = {percent(level)}", color=colour, lw=1.2))
        band = axes.fill_between(mass, line - BAND * error, line + BAND * error, color=colour, alpha=0.35, lw=0)
        named(band, "band " + name)
        width = 1.2 + 0.9 * (len(levels) - 1 - k)  # where errors agree, all of them are seen
        named(lower.plot(mass, 100 * error / line, color=colour, lw=width)[0], "error " + name)
        if refined is not None:
            own = refined[np.isclose(refined["level"], level)]
            axes.plot(own["mass_eV"], own["coupling"], "o", color=colour, ms=3, mfc="none")
            lower.plot(own["mass_eV"], 100 * own["coupling_error"] / own["coupling"], "o", color=colour, ms=3, mfc="none")
    if refined is not None:
        entries.append(entry("by root finding", color=GREY, marker="o", ms=3, mfc="none", ls=""))
    wdplot.plane_axes(axes, data)
    axes.set_xlabel("")
    lower.set(xscale="log", yscale="log", xlabel=wdplot.MASS_LABEL, ylabel=r"error of the coupling  [%]")
    axes.set_title(f"Contours with {BAND} standard deviations:  {wdplot.star_text(data)},  {wdplot.formulas_text(data)}",
                   fontsize=11)
    wdplot.legend_below(figure, entries, 3, wdplot.model_note(data))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__)
    parser.add_argument("--refined", metavar="CONTOURS.csv", help="output of wdscan contour")
    wdplot.main(parser, draw, "-contours")
