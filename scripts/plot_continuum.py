#!/usr/bin/env python3
"""Draws what contributes to the 30 % line above the resonant window, with a band for the approximations in the absorption.

    plot_continuum.py RESULTS.h5 [--level X] [-o PICTURE]...

Each thin line is where one contribution by itself would reach the level; the band is the line of all with the continuum
30 % larger and smaller (docs/physics.md, section 11). Made for

    wdscan run configs/fig4.yaml --set grid.mass.min=2e4 --set grid.mass.max=5e5 -o continuum.h5
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, GREEN, INK, PURPLE, RED, contour_of, draw_contour, entry, named, part, plt

UNCERTAINTY = 0.3  # of the absorption
EFFECTS = [("resonance", BLUE, "--", ("resonant",)),
           ("continuum, transverse", GREEN, "-", ("continuum", "transverse")),
           ("continuum, longitudinal", PURPLE, "-.", ("continuum", "longitudinal")),
           ("virtual A′", INK, ":", ("offresonant",))]


def significant(data, kind, *polarizations):
    """The part, where it is not lost in its error."""
    values = part(data, kind, *polarizations)
    if kind != "continuum":
        return values
    return np.where(np.abs(values) > 4 * part(data, "continuum_error", *polarizations), values, np.nan)


def draw(results, arguments):
    data, level = results[0], arguments.level
    mass, real, total = data["mass"], part(data, "continuum"), wdplot.contour(data, level)
    low, high = (contour_of(data, data["excess"] + sign * UNCERTAINTY * abs(real), level) for sign in (1, -1))
    figure, (axes, lower) = plt.subplots(2, 1, figsize=(7.4, 8), sharex=True, height_ratios=(3, 1))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.95, bottom=0.19, hspace=0.05)
    draw_contour(axes, data, total, "all", color=RED, lw=2.4)
    for name, colour, style, what in EFFECTS:
        alone = contour_of(data, significant(data, *what), level)
        wdplot.draw_line(axes, alone, name, color=colour, ls=style, lw=1.6)
    wdplot.plane_axes(axes, data)
    axes.set_xlabel("")
    axes.set_title(f"What makes an excess of {100 * level:g} % with {wdplot.model_text(data)}:  {wdplot.star_text(data)},  "
                   f"{wdplot.formulas_text(data)}", fontsize=11)
    named(lower.fill_between(mass, low.coupling / total.coupling, high.coupling / total.coupling, color=RED, alpha=0.3, lw=0), "band")
    lower.axhline(1, color=RED, lw=2.4)
    lower.margins(y=0.3)
    lower.set_ylabel("ratio to all")
    lower.set_xlabel(axes.get_xlabel() or r"mass of the $A'$ boson,  $m_{A'}$  [eV]")
    entries = [entry("all; below: with the continuum ± 30 %", color=RED, lw=2.4)]
    entries += [entry(name + " alone", color=colour, ls=style, lw=1.6) for name, colour, style, _ in EFFECTS]
    wdplot.legend_below(figure, entries, 2, wdplot.error_note(total))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, count=1, metavar="RESULT.h5")
    parser.add_argument("--level", type=float, default=wdplot.MAIN_LEVEL, metavar="X", help="default 0.3")
    wdplot.main(parser, draw, "-continuum")
