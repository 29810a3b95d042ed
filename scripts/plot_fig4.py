#!/usr/bin/env python3
"""Draws the (mass, coupling) map of a wdscan result file, finished or not (Fig. 4).

    plot_fig4.py RESULT.h5 [--paper PAPER.h5] [-o PICTURE]...

The colour is the excess of the neutrino luminosity over the Standard Model; the thin lines are the contours
stored in the file, the thick one is that at 30 %. Two more lines at the same level show where it comes from:
without the longitudinal resonance, and by virtual A′ alone, off resonance (where that part is negative there is none).
--paper adds the line of a scan with the printed formulas, without the longitudinal resonance, which the paper's figure
does not have. Where the bosons are made in the envelope, which an isothermal star has not, the map is hatched.
Two lines mark what red giants and horizontal-branch stars exclude already, by mixing with the photon (scripts/limits).
Above the map stand the three regimes: the transverse plasmons resonate for masses between the smallest and the
largest plasma frequency of the star. Points not computed yet are hatched, failed ones crossed. Triangles at an edge: the excess is above, or below, the level at all couplings of the
grid.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import ScaledTranslation

from limits import recompute
from wdplot import FAILED, GREEN, GREY, INK, MAIN_LEVEL, OUTLINE, PAPER, PENDING, RED, SKY, contour_of, draw_contour, entry, label_line, named, part, percent, plt

COLOUR_RANGE = (-4.0, 20.0)  # of log10(excess)
ENVELOPE = 3e3  # eV: plasma frequency at the bottom of the envelope


def draw_map(axes, data):
    """Colours, with hatching where there is nothing to colour."""
    mass, coupling = wdplot.cell_edges(data["mass"]), wdplot.cell_edges(data["coupling"])
    usable = np.isin(data["status"], wdplot.USABLE)
    floor = 10.0 ** (COLOUR_RANGE[0] - 1)  # for what is smaller or, by interference, negative
    colour = np.log10(np.fmax(data["excess"], floor))
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor="#eeeeee", edgecolor="#999999",
                             hatch="///", linewidth=0, zorder=0))
    image = axes.pcolormesh(mass, coupling, np.ma.masked_where(~usable, colour).T, cmap="cividis",
                            vmin=COLOUR_RANGE[0], vmax=COLOUR_RANGE[1], rasterized=True, zorder=1)
    failed = data["status"] == FAILED
    if failed.any():
        axes.pcolor(mass, coupling, np.ma.masked_where(~failed, np.ones(failed.shape)).T, cmap="Greys", vmin=0,
                    vmax=9, hatch="xxx", edgecolor="#444444", linewidth=0, zorder=2)
    wdplot.plane_axes(axes, data, mass, coupling)
    return named(image, "log10_excess")


def draw_lines(axes, data):
    """Contours of the file and the two partial ones; returns the entries of the legend."""
    levels = data["level"]
    entries = []
    for k, level in enumerate(sorted(levels)):
        main = np.isclose(level, MAIN_LEVEL)
        style = dict(color=RED, lw=2.4, path_effects=OUTLINE) if main else dict(color=PAPER, lw=1.1)
        line = draw_contour(axes, data, wdplot.contour(data, level), f"contour {level:g}", zorder=6 if main else 4, **style)
        if main:
            label_line(axes, line, percent(level), 0.35)
            entries.append(entry(rf"$\varepsilon$ = {percent(level)}", **style))
        elif k in (0, len(levels) - 1):
            label_line(axes, line, percent(level), 0.1 if k == 0 else 0.85, colour=INK)
    thin = ", ".join(f"{100 * level:g}" for level in sorted(levels) if not np.isclose(level, MAIN_LEVEL))
    if thin:
        around = [withStroke(linewidth=2.6, foreground=GREY)]
        entries.append(entry(rf"$\varepsilon$ = {thin} %, upwards", color=PAPER, lw=1.1, path_effects=around))

    off = part(data, "offresonant")  # NaN where nothing was computed
    rest = off + part(data, "resonant", "transverse", "axial") + part(data, "continuum", "transverse")
    total = wdplot.contour(data)
    for excess, style, label in [(rest, "--", "30 % without longitudinal resonance"),
                                 (off, ":", "30 % by virtual A′ alone")]:
        curve = contour_of(data, excess)
        if np.allclose(curve.coupling, total.coupling, rtol=1e-3, equal_nan=True):
            continue
        wdplot.draw_line(axes, curve, label, color=RED, lw=1.8, ls=style, zorder=5, path_effects=OUTLINE)
        entries.append(entry(label, color=RED, lw=1.8, ls=style))
    return entries


def draw_paper(axes, data, path):
    """The 30 % line of the paper's Figure 4, from a scan with its formulas; returns the entry of the legend."""
    paper = wdplot.read(path)
    wdplot.refuse_strangers([data, paper], "physics.model", "star.mass", "star.profile", "star.temperature")
    if paper["config"]["physics.formulas"] != "published":
        raise ValueError(f"{path} is no scan with the printed formulas; expected physics.formulas: published")
    curve = contour_of(paper, part(paper, "offresonant") + part(paper, "resonant", "transverse", "axial"))
    style = dict(color=GREEN, lw=1.8, ls="-.")
    wdplot.draw_line(axes, curve, "paper", zorder=5, path_effects=OUTLINE, **style)
    return [entry("30 %, Fig. 4 of arXiv:2405.00094 (its formulas)", **style)]


def draw_envelope(axes, data):
    """Hatches where the star's envelope decides; returns the entry of the legend."""
    low, high = axes.get_xlim()
    temperature = data["star/temperature"]
    if temperature.min() < 0.995 * temperature.max() or low >= ENVELOPE:
        return []
    style = dict(facecolor="none", edgecolor=PAPER, hatch="\\\\", lw=0, alpha=0.45)
    axes.axvspan(low, min(ENVELOPE, high), zorder=3, **style)
    label = "made in the envelope, cooler than this star"
    return [Patch(label=label, **(style | dict(edgecolor=INK, hatch="\\\\\\\\", alpha=0.8)))]


def draw_stars(axes, data):
    """What stars exclude of light bosons, through the mixing with the photon; returns the entries of the legend."""
    entries = []
    if data["config"]["physics.model"] not in ("mu-tau", "dark-photon"):
        return entries
    mixing = wdplot.mixing_of(data)
    for name, style in ("red_giant_dark_photon", "-"), ("horizontal_branch_dark_photon", "--"):
        header, columns = recompute.read(name)
        line = columns["mixing"] / mixing
        drawn = dict(color=SKY, lw=1.5, ls=style)
        named(axes.plot(1e6 * columns["mass_MeV"], line, zorder=5, path_effects=OUTLINE, **drawn)[0], "limit " + name)
        entries.append(entry(f"{header['title'].split(',')[0]} exclude above*", **drawn))
    return entries


def draw_regimes(axes, data, wide):
    """Names of the regimes above the map, those that it shows."""
    low, high = axes.get_xlim()
    frequency = data["star/plasma_frequency"]
    edges = np.clip([low, frequency.min(), frequency.max(), high], low, high)
    names = ["ultra-light", "resonant" + wide * r",  $\omega_p(R) < m_{A'} < \omega_p(0)$", "heavy"]
    place = (np.log(edges) - np.log(low)) / np.log(high / low)
    above = [axes.transAxes + ScaledTranslation(0, points / 72, axes.figure.dpi_scale_trans) for points in (6, 8)]
    for left, right, name in zip(place, place[1:], names):
        if right - left < (0.1 if wide else 0.2):
            continue
        axes.annotate("", (left, 1), (right, 1), xycoords=above[0], textcoords=above[0],
                      arrowprops=dict(arrowstyle="<->", shrinkA=1, shrinkB=1, color=INK, lw=0.9))
        axes.text((left + right) / 2, 1, name, transform=above[1], ha="center", va="bottom", fontsize=9)
    for edge in edges[1:3]:
        if low < edge < high:
            axes.axvline(edge, color=PAPER, lw=0.9, ls=":", zorder=3)


def draw(results, arguments):
    (data,) = results
    figure, axes = plt.subplots(figsize=(8.0, 7.2))
    figure.subplots_adjust(left=0.11, right=0.99, top=0.885, bottom=0.22)  # the shape of the axes
    image = draw_map(axes, data)
    stars = draw_stars(axes, data)
    entries = draw_lines(axes, data) + stars
    entries += wdplot.draw_other_limits(axes, data, arguments, zorder=5, path_effects=OUTLINE)
    if arguments.paper:
        entries += draw_paper(axes, data, arguments.paper)
    entries += draw_envelope(axes, data)
    draw_regimes(axes, data, wide=not wdplot.wdlayout.is_narrow(arguments))
    if (data["status"] == PENDING).any():
        entries.append(Patch(facecolor="#eeeeee", edgecolor="#999999", hatch="///", label="not computed yet"))
    if (data["status"] == FAILED).any():
        entries.append(Patch(facecolor="#dddddd", edgecolor="#444444", hatch="xxx", label="failed"))

    bar = figure.colorbar(image, ax=axes, extend="both", pad=0.02)
    bar.set_label(r"$\log_{10}\,\varepsilon$,  excess of the neutrino luminosity")
    axes.set_title(rf"White dwarf cooling by {wdplot.model_text(data)}:  {wdplot.star_text(data)},  "
                   f"{wdplot.formulas_text(data)}", fontsize=11, pad=25)
    notes = [wdplot.error_note(wdplot.contour(data)), wdplot.model_note(data)]
    if stars:
        notes.append("*Dark photons of the same mixing, some per cent in reading (scripts/limits).")
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__)
    parser.add_argument("--paper", metavar="PAPER.h5", help="a scan with the printed formulas, for the paper's line")
    wdplot.wdlimits.add_options(parser)
    wdplot.main(parser, draw, "")
