#!/usr/bin/env python3
"""Draws the (mass, coupling) map of a wdscan result file, finished or not.

    plot_fig4.py RESULT.h5 [-o PICTURE]...

The colour is the excess of the neutrino luminosity over the Standard Model; the thin lines are the contours
stored in the file, the thick one is that at 30 %. Two more lines at the same level show where it comes from:
without the longitudinal resonance, and without any resonance (where that part is negative there is none).
Points not computed yet are hatched, failed ones crossed. PICTURE ends in .png, .pdf or .svg and may be
repeated; without it, RESULT.png is written.
"""

import argparse
import os
import re
import sys

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # the scan may still be writing

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

PENDING, DONE, FAILED, TARGET_MISSED = range(4)
MAIN_LEVEL = 0.3
COLOUR_RANGE = (-4.0, 20.0)  # of log10(excess)
RED, INK, PAPER = "#d55e00", "#111111", "#ffffff"
OUTLINE = [withStroke(linewidth=3.6, foreground=PAPER)]


def read(path):
    """The datasets the picture needs, as a dictionary of arrays."""
    with h5py.File(path, "r") as file:
        names = ["mass", "coupling", "level", "excess", "status", "contour_coupling", "excess_resonant",
                 "excess_offresonant"]
        missing = [name for name in names + ["config", "polarization"] if name not in file]
        if missing:
            raise OSError(f"no result file of wdscan: it lacks {', '.join(missing)}")
        data = {name: file[name][...] for name in names}
        data["polarization"] = [as_text(name) for name in file["polarization"][...]]
        data["config"] = as_text(file["config"][()])
    return data


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def setting(config, section, key):
    """One scalar of the stored configuration, which has two levels and one key per line."""
    match = re.search(rf"^{section}:\n(?:[ ]+.*\n)*?[ ]+{key}:[ ]*(\S+)", config, re.MULTILINE)
    return match.group(1) if match else "?"


def power_of_ten(number):
    """A number as TeX: 1e8 -> 10^8, 2.5e7 -> 2.5 x 10^7."""
    mantissa, exponent = f"{number:.3e}".split("e")
    factor = "" if float(mantissa) == 1 else rf"{float(mantissa):g} \times "
    return f"${factor}10^{{{int(exponent)}}}$"


def cell_edges(centres):
    """Edges of the cells around logarithmically spaced centres."""
    logs = np.log(centres)
    if len(logs) == 1:
        return centres[0] * np.array([0.9, 1.1])
    middle = (logs[1:] + logs[:-1]) / 2
    return np.exp(np.concatenate([[2 * logs[0] - middle[0]], middle, [2 * logs[-1] - middle[-1]]]))


def crossing(coupling, excess, level):
    """The smallest coupling where `excess` rises through `level`, log-log between grid points; else NaN."""
    for i in range(len(coupling) - 1):
        low, high = excess[i], excess[i + 1]
        if 0 < low < level <= high:
            share = np.log(level / low) / np.log(high / low)
            return coupling[i] * (coupling[i + 1] / coupling[i]) ** share
    return np.nan


def line_of(data, excess, level):
    return np.array([crossing(data["coupling"], row, level) for row in excess])


def draw_map(axes, data):
    """Colours, with hatching where there is nothing to colour."""
    mass, coupling = cell_edges(data["mass"]), cell_edges(data["coupling"])
    usable = np.isin(data["status"], (DONE, TARGET_MISSED))
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
    axes.set(xscale="log", yscale="log", xlim=mass[[0, -1]], ylim=coupling[[0, -1]])
    return image


def draw_lines(axes, data):
    """Contours of the file and the two partial ones; returns the entries of the legend."""
    mass, levels = data["mass"], data["level"]
    entries = []
    styles = iter([(0, (1, 1)), (0, (4, 1)), (0, (6, 1, 1, 1)), (0, (2, 2)), (0, (8, 2))] * len(levels))
    for level, line in sorted(zip(levels, data["contour_coupling"]), key=lambda pair: pair[0]):
        main = np.isclose(level, MAIN_LEVEL)
        style = dict(color=RED, lw=2.4, path_effects=OUTLINE) if main else dict(color=PAPER, lw=1.1, ls=next(styles))
        axes.plot(mass, line, zorder=6 if main else 4, **style)
        key = style if main else style | dict(color=INK)
        entries.append(Line2D([], [], label=rf"$\varepsilon$ = {100 * level:g} %", **key))

    off = data["excess_offresonant"].sum(axis=2)  # NaN where nothing was computed
    longitudinal = data["polarization"].index("longitudinal")
    rest = off + np.delete(data["excess_resonant"], longitudinal, axis=2).sum(axis=2)
    total = line_of(data, data["excess"], MAIN_LEVEL)
    for excess, style, label in [(rest, "--", "30 % without longitudinal resonance"),
                                 (off, ":", "30 % without any resonance")]:
        line = line_of(data, excess, MAIN_LEVEL)
        if np.allclose(line, total, rtol=1e-3, equal_nan=True):
            continue
        axes.plot(mass, line, color=RED, lw=1.8, ls=style, zorder=5, path_effects=OUTLINE)
        entries.append(Line2D([], [], color=RED, lw=1.8, ls=style, label=label))
    return entries


def draw(data):
    figure, axes = plt.subplots(figsize=(8.0, 7.0))
    figure.subplots_adjust(left=0.11, right=0.99, top=0.94, bottom=0.19)
    image = draw_map(axes, data)
    entries = draw_lines(axes, data)
    if (data["status"] == PENDING).any():
        entries.append(Patch(facecolor="#eeeeee", edgecolor="#999999", hatch="///", label="not computed yet"))
    if (data["status"] == FAILED).any():
        entries.append(Patch(facecolor="#dddddd", edgecolor="#444444", hatch="xxx", label="failed"))

    bar = figure.colorbar(image, ax=axes, extend="both", pad=0.02)
    bar.set_label(r"$\log_{10}\,\varepsilon^{\mathrm{BSM}}$   ($\varepsilon$: excess of the neutrino luminosity"
                  " over the Standard Model)")
    axes.set_xlabel(r"mass of the $A'$ boson,  $m_{A'}$  [eV]")
    axes.set_ylabel(r"coupling  $g_{\mu\tau}$")
    config = data["config"]
    axes.set_title(rf"White dwarf cooling by $U(1)_{{L_\mu-L_\tau}}$:  "
                   rf"{float(setting(config, 'star', 'mass')):g} $M_\odot$,  "
                   rf"$T$ = {power_of_ten(float(setting(config, 'star', 'temperature')))} K,  "
                   f"formulas “{setting(config, 'physics', 'formulas')}”", fontsize=11)
    axes.tick_params(which="both", direction="in", top=True, right=True)
    figure.legend(handles=entries, loc="lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result")
    parser.add_argument("-o", "--output", action="append", metavar="PICTURE")
    arguments = parser.parse_args()
    try:
        figure = draw(read(arguments.result))
        for name in arguments.output or [os.path.splitext(arguments.result)[0] + ".png"]:
            undated = {"CreationDate": None} if name.endswith(".pdf") else None
            figure.savefig(name, dpi=200, metadata=undated)
            print(f"picture: {name}", file=sys.stderr)
    except (OSError, ValueError) as error:
        sys.exit(f"plot_fig4.py: {arguments.result}: {error}")


if __name__ == "__main__":
    main()
