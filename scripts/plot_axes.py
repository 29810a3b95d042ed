#!/usr/bin/env python3
"""Draws the contours of a scan with axes (docs/axes.md), of the excess or of f_s: a line for each combination of their values, over draws
a band.

    plot_axes.py RESULT.h5 [--level X] [--at KEY=VALUE]... [-o PICTURE]...

Bands reach from the quantile 0.16 of the draws to 0.84 (--band), around the line of their median. Below, everything over the first line.
"""

import argparse
import itertools
import os

import wdplot  # first: it finds a Python that has the others
import h5py
import numpy as np
import plot_bound

from wdplot import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY, draw_band, draw_contour, entry, named, plt

COLOURS = [INK, BLUE, RED, GREEN, PURPLE, ORANGE, SKY]
STYLES = ["-", "--", "-.", ":"]
UNITS = {"M_sun": r"$M_\odot$"}
TICKS = [(0.25, 0.5, 1, 2, 4), (0.5, 0.7, 1, 1.4, 2), (0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3), (0.9, 0.95, 1, 1.05, 1.1)]  # of ratios
MOST = len(COLOURS) * len(STYLES)  # lines that can be told apart


def read(path):
    """Mass, coupling and the results with a dimension for each axis; `axes`: name -> (key, unit, values) of each but the last two."""
    with h5py.File(path, "r") as file:
        observable = "f_s" if "f_s" in file else "excess"
        if observable not in file:
            raise OSError("no result file of wdscan")
        data = {name: file[name][...] for name in ("mass", "coupling", "status")}
        data["observable"], data["without"] = observable, float(observable == "f_s")  # its value without an A'
        data["above"], data["error"] = file[observable][...] - data["without"], file[observable + "_error"][...]
        data["config"] = wdplot.wdscan.Config.of_text(wdplot.as_text(file["config"][()]), path)
        data["axes"] = {}
        for dimension in list(file[observable].dims)[:-2]:
            name = dimension.keys()[0]
            values = file[name]
            known = [text.strip('"') for text in values.asstr()] if h5py.check_string_dtype(values.dtype) else values[...]
            data["axes"][name] = (wdplot.as_text(values.attrs.get("key", name)), wdplot.as_text(values.attrs.get("units", "1")), known)
    if not data["axes"]:
        raise ValueError("no scan with axes; plot_fig4.py draws it")
    data["path"] = path
    return data


def value_text(key, unit, value):
    if isinstance(value, str):
        return wdplot.MODELS.get(value, os.path.basename(value))
    number = wdplot.power_of_ten(value) if value and not 1e-3 <= abs(value) < 1e4 else f"{value:g}"
    return f"{key.split('.')[-1]} = {number}" if unit == "1" else f"{number} {UNITS.get(unit, unit)}"


def choice(data, wanted):
    """The indices of each axis that --at leaves; ValueError if it leaves none."""
    left = {name: list(range(len(values))) for name, (_, _, values) in data["axes"].items()}
    names = {key: name for name, (key, _, _) in data["axes"].items()}
    for text in wanted:
        key, _, value = text.partition("=")
        if key not in names:
            raise ValueError(f"--at {text}: no axis of this scan; expected one of {', '.join(names)}")
        values = data["axes"][names[key]][2]
        fits = [i for i, own in enumerate(values) if (own == value.strip('"') if isinstance(own, str) else np.isclose(own, number_of(text, value), rtol=1e-9, atol=0))]
        if not fits:
            raise ValueError(f"--at {text}: not on the axis; expected one of {', '.join(f'{own}' for own in values)}")
        left[names[key]] = [i for i in left[names[key]] if i in fits]
    return left


def number_of(text, value):
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"--at {text}: expected a number") from None


def quantile(curves, q):
    """The quantile of couplings at each mass, as `wdscan contour --quantile` has it: a coupling below the grid where the excess is above the
    level at all couplings, and beyond it where it is below at all; NaN where that is not known or the quantile is not on the grid."""
    rows = [np.select([curve.state == "crossing", curve.state == "above", curve.state == "below"], [np.log(curve.coupling), -np.inf, np.inf], np.nan) for curve in curves]
    ordered = np.sort(rows, axis=0)  # NaN come last
    place = q * (len(rows) - 1)
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(rows) - 1)]
    with np.errstate(invalid="ignore"):
        value = np.where(place == int(place), low, low + (place - int(place)) * (high - low))
    return np.exp(np.where(np.isfinite(value) & ~np.isnan(ordered[-1]), value, np.nan))


def contour(data, member, level):
    """f_s - 1 obeys the same law as an excess."""
    usable = np.isin(data["status"][member], wdplot.USABLE)
    return wdplot.contour_of(data, np.where(usable, data["above"][member], np.nan), level - data["without"], data["error"][member])


def level_of(data, arguments):
    return arguments.level or (plot_bound.LIMIT if data["observable"] == "f_s" else wdplot.MAIN_LEVEL)


def lines_of(data, arguments):
    """For each combination of values its label and its curves, one or those of the draws."""
    left, level = choice(data, arguments.at), level_of(data, arguments)
    names = [name for name in left if name != "draw"]
    for indices in itertools.product(*(left[name] for name in names)):
        chosen = dict(zip(names, indices))
        draws = left.get("draw", [None])
        curves = [contour(data, tuple(draw if name == "draw" else chosen[name] for name in data["axes"]), level) for draw in draws]
        labels = [value_text(*data["axes"][name][:2], data["axes"][name][2][i]) for name, i in chosen.items() if len(left[name]) > 1]
        yield ", ".join(labels) or "all draws", curves


def draw(results, arguments):
    data, = results
    lines = list(lines_of(data, arguments))
    if len(lines) > MOST:
        raise ValueError(f"has {len(lines)} combinations of values; expected at most {MOST} lines: choose with --at KEY=VALUE")
    figure, (axes, lower) = plt.subplots(2, 1, figsize=(7.4, 8.6), sharex=True, height_ratios=(2, 1))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.955, bottom=0.15, hspace=0.06)
    entries, reference = [], None
    for i, (label, curves) in enumerate(lines):
        style = dict(color=COLOURS[i % len(COLOURS)], ls=STYLES[i // len(COLOURS) if len(lines) > len(COLOURS) else i % len(STYLES)])
        band = [quantile(curves, q) for q in arguments.band] if len(curves) > 1 else None
        if band:
            line = quantile(curves, 0.5)
            named(axes.plot(*wdplot.joined(data["mass"], line), lw=1.6, **style)[0], f"median {i}")
            draw_band(axes, data["mass"], *band, f"band {i}", color=style["color"], alpha=0.25)
        else:
            line = curves[0].coupling
            draw_contour(axes, data, curves[0], f"contour {i}", lw=1.6, **style)
        reference = line if reference is None else reference
        named(lower.plot(data["mass"], line / reference, lw=1.6, **style)[0], f"ratio {i}")
        if band:
            draw_band(lower, data["mass"], *(edge / reference for edge in band), f"ratio band {i}", color=style["color"], alpha=0.25)
        entries.append(entry(label, lw=1.6, **style))
    wdplot.plane_axes(axes, data)
    axes.set_xlabel("")
    lower.set(xscale="log", yscale="log", xlabel=wdplot.MASS_LABEL, ylabel="ratio to the first")
    low, high = lower.get_ylim()
    low, high = max(low, 0.2), min(high, 5)
    within = ([tick for tick in row if low <= tick <= high] for row in TICKS)
    ticks = max(within, key=lambda row: min(len(row), 3))  # the coarsest with three, if there is one
    lower.set_ylim(low, high)
    lower.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    lower.set_yticks([], minor=True)
    model = "" if "physics_model" in data["axes"] else f" with {wdplot.model_text(data)}"
    formulas = "" if "physics_formulas" in data["axes"] else f",  {wdplot.formulas_text(data)}"
    level, of_time = level_of(data, arguments), data["observable"] == "f_s"
    axes.set_title(f"Couplings of {f'$f_s$ = {level:g}' if of_time else f'an excess of {wdplot.percent(level)}'}{model}{formulas}", fontsize=11)
    notes = [wdplot.error_note(*itertools.chain.from_iterable(curves for _, curves in lines)), plot_bound.CAVEATS if of_time else wdplot.model_note(data)]
    if "draw" in data["axes"]:
        low, high = arguments.band
        count = len(lines[0][1])
        notes.insert(0, f"Bands: from {wdplot.percent(low)} to {wdplot.percent(high)} of {count} draws.")
    wdplot.legend_below(figure, entries, 2, " ".join(filter(None, notes)))
    return figure


def band_of(text):
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = 0
    if not 0 <= low < high <= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected two quantiles, as 0.16,0.84")
    return low, high


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, metavar="RESULT.h5")
    parser.add_argument("--level", type=float, metavar="X", help="default 0.3, of f_s 1.7")
    parser.add_argument("--at", action="append", default=[], metavar="KEY=VALUE", help="only this value of an axis; may be repeated")
    parser.add_argument("--band", type=band_of, default=(0.16, 0.84), metavar="LOW,HIGH", help="quantiles of the draws; default 0.16,0.84")
    wdplot.main(parser, draw, "-axes", read)
