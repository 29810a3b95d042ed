#!/usr/bin/env python3
"""Draws what white dwarfs can say about an A' of 1 MeV to 1 GeV beside present limits (Fig. 5).

    plot_fig5.py RESULT.h5 [--delta-a-mu X --delta-a-mu-error X] [-o PICTURE]...

Contours of the excess, 70 % being today's bound from the luminosity function of hot white dwarfs; in grey what is
excluded (scripts/limits/*.csv, where each says how well it is known; approximate ones are marked so), and the bands
that the muon's anomalous magnetic moment, within two standard deviations, and the Hubble tension prefer.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np
from matplotlib.patches import Patch

from limits import recompute
from wdplot import BLUE, GREEN, GREY, draw_contour, entry, label_line, named, percent, plt

RANGE = (1e6, 1e9)  # eV
COUPLINGS = (1e-5, 3e-2)
TODAY = 0.7
EXCLUDED = dict(color="#dedede", lw=0)
# Where the names of the limits stand: mass [eV], coupling, rotation.
LIMITS = {
    "borexino": (1.25e6, 1.2e-4, 42),
    "na64mu_approximate": (1.15e6, 6.0e-4, 0),
    "charm2_trident": (1.15e6, 1.02e-3, 2),
    "babar_4mu": (9.3e8, 8.5e-4, 0),
    "coherent_csi2017": (1.15e6, 3.75e-3, 0),
}


def logarithmic(x, xs, ys):
    """ys at x, interpolated and extended by power laws at large x; NaN below the first."""
    slope = np.log(ys[-1] / ys[-2]) / np.log(xs[-1] / xs[-2])
    inside = np.exp(np.interp(np.log(x), np.log(xs), np.log(ys), left=np.nan))
    return np.where(x > xs[-1], ys[-1] * (x / xs[-1]) ** slope, inside)


def neff_mass(delta_neff):
    """The mass [eV] at which the A' adds this much."""
    columns = recompute.read("delta_neff")[1]
    return 1e6 * np.interp(-delta_neff, -columns["delta_neff"], columns["mass_MeV"])


def draw_limit(axes, name, mass, scale=1.0):
    """Greys what one limit on the coupling excludes at these masses [eV], the axis being `scale` times the coupling; returns
    its title."""
    header, columns = recompute.read(name)
    line = scale * logarithmic(mass / 1e6, columns["mass_MeV"], columns["coupling"])
    named(axes.fill_between(mass, line, 1, where=np.isfinite(line), zorder=1, **EXCLUDED), "limit " + name)
    axes.plot(mass, line, color="#8a8a8a", lw=0.8, zorder=1.5)
    return header["title"].replace("NA64mu", r"NA64$\mu$")


def draw_limits(axes, mass):
    for name, (x, y, angle) in LIMITS.items():
        title = draw_limit(axes, name, mass)
        axes.text(x, y, title, rotation=angle, ha="right" if x > 3e8 else "left", rotation_mode="anchor", color="#333333", fontsize=9, zorder=2)
    edge = neff_mass(0.5)
    axes.fill_betweenx(COUPLINGS, mass[0], edge, zorder=1, **EXCLUDED)
    axes.plot([edge, edge], COUPLINGS, color="#8a8a8a", lw=0.8, zorder=1.5)
    axes.text(3e6, 1.25e-5, r"$\Delta N_\mathrm{eff} > 0.5$", color="#333333", fontsize=9, ha="center", zorder=2)


def draw_bands(axes, mass, value, error):
    edges = np.array([recompute.gminus2(m / 1e6, value, error)[1:] for m in mass]).T
    low = np.fmax(edges[0], COUPLINGS[0] / 10)
    named(axes.fill_between(mass, low, edges[1], color=GREEN, alpha=0.45, lw=0, zorder=2), "gminus2")
    left, right = neff_mass(0.5), neff_mass(0.2)
    axes.fill_betweenx(COUPLINGS, left, right, color=BLUE, alpha=0.25, lw=0, zorder=2)
    axes.text(np.sqrt(left * right), 1.7e-2, "$H_0$", color=BLUE, ha="center", fontsize=10, zorder=5)
    middle = 1.15e8, np.sqrt(np.interp(1.15e8, mass, edges[1]) * np.interp(1.15e8, mass, low))
    axes.text(*middle, r"$(g-2)_\mu$", color="#00513b", fontsize=11, ha="center", va="center", rotation=24, zorder=5)


def draw(results, arguments):
    (data,) = results
    defaults = [data["config"]["physics." + key] for key in ("delta_a_mu", "delta_a_mu_error")]
    value = defaults[0] if arguments.delta_a_mu is None else arguments.delta_a_mu
    error = defaults[1] if arguments.delta_a_mu_error is None else arguments.delta_a_mu_error
    mass = np.geomspace(*RANGE, 241)
    figure, axes = plt.subplots(figsize=(7.4, 6.8))
    figure.subplots_adjust(left=0.11, right=0.975, top=0.94, bottom=0.25)
    entries, own = [], data["config"]["physics.model"] == "mu-tau"  # the limits are for no other model
    if own:
        draw_limits(axes, mass)
        draw_bands(axes, mass, value, error)
        _, earlier = recompute.read("wd_earlier_estimate")
        axes.plot(1e6 * earlier["mass_MeV"], earlier["coupling"], color=GREY, ls="--", lw=1.3, zorder=3)
    for level, colour in wdplot.LEVEL_COLOURS.items():
        width = 3.0 if level == wdplot.MAIN_LEVEL else 1.6
        line = draw_contour(axes, data, wdplot.contour(data, level), f"contour {level:g}", color=colour, lw=width,
                            zorder=4, ls="-." if level == TODAY else "-")
        label_line(axes, line, percent(level), 0.9 - 0.13 * len(entries))
        entries.append(entry(rf"$\varepsilon$ = {percent(level)}, today's bound", color=colour, lw=width, ls=line.get_linestyle()))
    entries = [drawn for drawn in entries if drawn.get_linestyle() == "-."]  # the others have their labels
    entries += own * [
        entry("earlier white-dwarf estimate", color=GREY, ls="--", lw=1.3),
        Patch(label=r"$(g-2)_\mu$: $\Delta a_\mu$ = %.3g(%.2g) $\times\,10^{-11}$, 2$\sigma$" % (value * 1e11, error * 1e11),
              color=GREEN, alpha=0.45, lw=0),
        Patch(label=r"Hubble tension: $\Delta N_\mathrm{eff}$ = 0.2 to 0.5", color=BLUE, alpha=0.25, lw=0),
        Patch(label="present limits*", **EXCLUDED)]
    entries += wdplot.draw_other_limits(axes, data, arguments, zorder=3)
    wdplot.plane_axes(axes, data, RANGE, COUPLINGS)
    axes.set_title(f"{wdplot.model_text(data)}:  white dwarf of {wdplot.star_text(data)},  {wdplot.formulas_text(data)}", fontsize=11)
    notes = [wdplot.error_note(*(wdplot.contour(data, level) for level in wdplot.LEVEL_COLOURS))]
    if own:
        notes.append(r"*Approximate: CHARM-II and COHERENT to 10 %, NA64$\mu$ to 20 %, BaBar smoothed, "
                     r"$\Delta N_\mathrm{eff}$ and $H_0$ for one decoupling temperature.")
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__)
    parser.add_argument("--delta-a-mu", type=float, metavar="X",
                        help="measured minus Standard Model; default: physics.delta_a_mu of the scan")
    parser.add_argument("--delta-a-mu-error", type=float, metavar="X", help="its standard deviation; default: that of the scan")
    wdplot.wdlimits.add_options(parser)
    wdplot.main(parser, draw, "-fig5")
