#!/usr/bin/env python3
"""Draws the star of a wdscan result file: plasma frequency and electron density over the radius (Fig. 3).

    plot_fig3.py RESULT.h5 [-o PICTURE]...
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, RED, entry, named, plt


def draw(results, arguments):
    (data,) = results
    radius = data["star/radius"]
    figure, axes = plt.subplots(figsize=(6.4, 4.4))
    density_axes = axes.twinx()
    left, = axes.plot(radius, data["star/plasma_frequency"], color=BLUE, lw=2.2,
                      label=r"plasma frequency $\omega_p$")
    right, = density_axes.plot(radius, data["star/electron_density"], color=RED, lw=2.2, ls="--",
                               label=r"electron density $n_e$")
    named(left, "plasma_frequency")
    named(right, "electron_density")
    axes.set(yscale="log", xlim=(0, radius[-1] * 1.02), ylim=(50, 2e5), xlabel="distance from the centre,  $r$  [km]")
    density_axes.set_yscale("log")
    # n_e ~ omega_p^2 in the outer layers: twice the decades, so that both curves use the axes alike.
    top = np.log10(data["star/electron_density"][0] * (2e5 / data["star/plasma_frequency"][0]) ** 2)
    density_axes.set_ylim(10 ** (top - 2 * np.log10(2e5 / 50)), 10**top)
    for side, colour, label in (axes, BLUE, r"plasma frequency  $\omega_p$  [eV]"), (
            density_axes, RED, r"electron density  $n_e$  [cm$^{-3}$]"):
        side.set_ylabel(label, color=colour)
        side.tick_params(axis="y", which="both", colors=colour)
    axes.tick_params(axis="y", which="both", right=False)
    axes.axvline(radius[-1], color="#999999", lw=0.8, ls=":")
    axes.annotate(f"surface, {radius[-1]:.0f} km", (radius[-1], 60), xytext=(-9, 0), textcoords="offset points",
                  ha="right", va="bottom", fontsize=9, color="#555555")
    wdplot.legend_below(figure, [entry(line.get_label(), color=line.get_color(), lw=2.2, ls=line.get_linestyle()) for line in (left, right)], 2)
    axes.set_title(f"White dwarf of {wdplot.star_text(data)}", fontsize=11)
    return figure


if __name__ == "__main__":
    wdplot.main(wdplot.parser_of(__doc__), draw, "-fig3")
