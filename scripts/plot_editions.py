#!/usr/bin/env python3
"""Draws what each physical effect contributes to the 30 % line, for the published and the consistent formulas.

    plot_editions.py PUBLISHED.h5 CONSISTENT.h5 [--level X] [-o PICTURE]...

Each thin line is where one effect by itself would reach the level. Where the longitudinal resonance meets the
off-resonance line, which is flat for light A', a dot says at which mass (where the scans reach that far down).
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, GREEN, INK, ORANGE, PURPLE, RED, contour_of, draw_contour, entry, part, plt

EFFECTS = [("transverse resonance", BLUE, "-", ("resonant", "transverse")),
           ("longitudinal resonance", GREEN, "--", ("resonant", "longitudinal")),
           ("axial resonance", PURPLE, "-.", ("resonant", "axial")),
           ("continuum", ORANGE, (0, (6, 1, 1, 1, 1, 1)), ("continuum",)),
           ("off resonance", INK, ":", ("offresonant",))]


def meeting(mass, first, second):
    """Where two lines cross, coming from small masses: (mass, coupling) or None."""
    gap = np.log(first / second)
    for i in range(len(mass) - 1):
        if gap[i] * gap[i + 1] < 0:
            share = gap[i] / (gap[i] - gap[i + 1])
            return [line[i] * (line[i + 1] / line[i]) ** share for line in (mass, first)]
    return None


def draw_one(axes, data, level, title):
    mass = data["mass"]
    draw_contour(axes, data, wdplot.contour(data, level), title + " all", color=RED, lw=4, alpha=0.55)
    lines = {}
    for name, colour, style, what in EFFECTS:
        lines[name] = contour_of(data, part(data, *what), level)
        wdplot.draw_line(axes, lines[name], f"{title} {name}", color=colour, ls=style, lw=1.7)
    point = meeting(mass, lines["longitudinal resonance"].coupling, lines["off resonance"].coupling)
    if point:
        axes.plot(*point, "o", color=GREEN, mec=INK, ms=6, zorder=5)
    wdplot.plane_axes(axes, data)
    axes.text(0.03, 0.95, title, transform=axes.transAxes, fontsize=10, va="top")
    return point


def draw(results, arguments):
    level = arguments.level
    wdplot.refuse_strangers(results, "physics.model", "star.mass", "star.profile", "star.temperature", "star.composition")
    figure, both = plt.subplots(2, 1, figsize=(7.4, 9.4), sharex=True)
    figure.subplots_adjust(left=0.12, right=0.98, top=0.955, bottom=0.13, hspace=0.06)
    points = [draw_one(axes, data, level, wdplot.formulas_text(data)) for axes, data in zip(both, results)]
    both[0].set_xlabel("")
    both[0].set_title(f"What makes an excess of {100 * level:g} %:  {wdplot.star_text(results[0])}", fontsize=11)
    entries = [entry("all effects", color=RED, lw=4, alpha=0.55)]
    entries += [entry(name + " alone", color=colour, ls=style, lw=1.7) for name, colour, style, _ in EFFECTS]
    for mass, _ in filter(None, points):
        text = f"the longitudinal resonance meets the flat line, at {wdplot.power_of_ten(float(f'{mass:.1e}'))} eV"
        entries.append(entry(text, color=GREEN, mec=INK, marker="o", ms=6, ls=""))
    notes = [wdplot.error_note(*(wdplot.contour(data, level) for data in results)), wdplot.model_note(results[1])]
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, count=2, metavar="RESULT.h5")
    parser.add_argument("--level", type=float, default=wdplot.MAIN_LEVEL, metavar="X", help="default 0.3")
    wdplot.main(parser, draw, "-editions")
