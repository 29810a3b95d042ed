#!/usr/bin/env python3
"""Draws how the 30 % line depends on the star, from one result file per star.

    plot_stars.py RESULT.h5... [--level X] [-o PICTURE]...

Below, the ratio of each line to that of the first file, cut where one still resonates and the other does not.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import INK, draw_contour, entry, named, plt

COLOURS = [INK, wdplot.BLUE, wdplot.RED, wdplot.GREEN, wdplot.PURPLE, wdplot.ORANGE, wdplot.SKY]
STYLES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 3))]


def draw(results, arguments):
    level = arguments.level
    wdplot.refuse_strangers(results, "physics.model", "physics.formulas", "physics.resonance", "physics.continuum",
                            "physics.sin2_theta_w", "physics.polarizations")
    figure, (axes, lower) = plt.subplots(2, 1, figsize=(7.4, 8.6), sharex=True, height_ratios=(2, 1))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.955, bottom=0.15, hspace=0.06)
    entries = []
    for i, data in enumerate(results):
        style = dict(color=COLOURS[i % len(COLOURS)], ls=STYLES[i % len(STYLES)])
        curve = wdplot.contour(data, level)
        mass, line = curve.mass, curve.coupling
        draw_contour(axes, data, curve, f"contour {i}", lw=2.2, **style)
        if i == 0:
            reference = mass, line
        else:
            known = np.exp(np.interp(np.log(mass), np.log(reference[0]), np.log(reference[1]), np.nan, np.nan))
            named(lower.plot(mass, line / known, lw=1.8, **style)[0], f"ratio {i}")
        entries.append(entry(wdplot.star_text(data), lw=2.2, **style))
    wdplot.plane_axes(axes, results[0])
    axes.set_xlabel("")
    lower.axhline(1, color=COLOURS[0], lw=1)
    lower.set(xscale="log", yscale="log", xlabel=wdplot.MASS_LABEL, ylabel="ratio to the first", ylim=(0.2, 5))
    lower.set_yticks([0.25, 0.5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
    lower.set_yticks([], minor=True)
    axes.set_title(f"Couplings of an excess of {100 * level:g} % with {wdplot.model_text(results[0])},  {wdplot.formulas_text(results[0])}", fontsize=11)
    notes = [wdplot.error_note(*(wdplot.contour(data, level) for data in results)), wdplot.model_note(results[0])]
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, count="+", metavar="RESULT.h5")
    parser.add_argument("--level", type=float, default=wdplot.MAIN_LEVEL, metavar="X", help="default 0.3")
    wdplot.main(parser, draw, "-stars")
