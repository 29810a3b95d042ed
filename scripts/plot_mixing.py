#!/usr/bin/env python3
"""Draws the contours in terms of the kinetic mixing with the photon, beside a bound on dark photons.

    plot_mixing.py RESULT.h5... [-o PICTURE]...

|epsilon_A| = (e g/6 pi^2) ln(m_tau/m_mu), Eq. (3), for mu-tau; for dark-photon it is the coupling. A boson that mixes but does not couple to neutrinos would be
emitted on resonance just the same, so that the bound on dark photons from the Sun (scripts/limits) can be
compared: its light A' leave the star by themselves.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from limits import recompute
from wdplot import GREY, draw_contour, entry, plt

COLOURS = [wdplot.BLUE, wdplot.RED, wdplot.GREEN, wdplot.PURPLE]


def draw(results, arguments):
    wdplot.refuse_strangers(results, "physics.model")
    mixing = wdplot.mixing_of(results[0])
    figure, axes = plt.subplots(figsize=(7.4, 6.2))
    figure.subplots_adjust(left=0.12, right=0.88, top=0.94, bottom=0.23)
    entries = []
    for i, data in enumerate(results):
        colour = COLOURS[i % len(COLOURS)]
        width = 3.2 if i == 0 and len(results) > 1 else 1.4  # where lines agree, both are seen
        for level, style in (wdplot.MAIN_LEVEL, "-"), (0.7, "--"):
            draw_contour(axes, data, wdplot.contour(data, level), f"contour {i} {level:g}", mixing, color=colour, ls=style,
                         lw=width)
            today = " (today's bound)" if level == 0.7 else ""
            entries.append(entry(rf"$\varepsilon$ = {100 * level:g} %{today}, {wdplot.formulas_text(data)}", color=colour,
                                 ls=style, lw=width))
    data = results[0]
    wdplot.plane_axes(axes, data, coupling=mixing * data["coupling"])
    axes.set_ylim(bottom=2 * mixing * data["coupling"][0])  # clear of the labels at the corner
    header, columns = recompute.read("sun_dark_photon")
    mass = 1e6 * columns["mass_MeV"]
    shown = np.geomspace(max(mass[0], data["mass"][0]), mass[-1], 50) if mass[-1] > data["mass"][0] else np.array([])
    if len(shown):
        line = columns["mixing"][-1] * mass[-1] / shown
        axes.fill_between(shown, line, 1, color="#999999", alpha=0.28, lw=0, zorder=1)
        axes.plot(shown, line, color="#8a8a8a", lw=0.8, zorder=1)
        entries.append(entry("excluded as dark photons by the Sun's luminosity*", color=GREY, lw=5, alpha=0.4))
    axes.set_ylabel(r"kinetic mixing  $|\epsilon_A|$")
    if mixing != 1:
        second = axes.secondary_yaxis("right", functions=(lambda y: y / mixing, lambda y: y * mixing))
        second.set_ylabel(wdplot.coupling_label(data))
        axes.tick_params(axis="y", which="both", right=False)
    axes.set_title(f"White dwarf of {wdplot.star_text(data)}", fontsize=11)
    notes = [wdplot.error_note(*(wdplot.contour(data) for data in results)), *dict.fromkeys(map(wdplot.model_note, results))]
    if len(shown):
        notes.append("*Redondo & Raffelt, arXiv:1305.2920, one digit.")
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


if __name__ == "__main__":
    wdplot.main(wdplot.parser_of(__doc__, count="+", metavar="RESULT.h5"), draw, "-mixing")
