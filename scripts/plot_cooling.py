#!/usr/bin/env python3
"""Draws stars that cool: luminosities and temperatures against age.

    plot_cooling.py SEQUENCE.json... [--published] [-o PICTURE]...

SEQUENCE.json is what `wdscan cool CONFIG --json` prints. With --published, markers are the sequences of Bédard et al. (2020) for stars of
these masses, their ages shifted so that the first marker of each mass has the age of the star with that central temperature.
"""

import csv
import json
import os

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY, entry, named, plt

COLOURS = [BLUE, RED, GREEN, PURPLE, ORANGE, SKY]
MARKERS = ["o", "s", "^", "D", "v", "P"]
COLUMNS = ("age_yr", "log_central_temperature", "log_maximum_temperature", "luminosity_photon_lsun",
           "luminosity_neutrino_lsun", "luminosity_boson_lsun", "effective_temperature_K")
L_SUN = 3.828e33  # erg/s
PUBLISHED = os.path.join(wdplot.HERE, "data", "cooling_published.csv")


def read(path):
    """A sequence as arrays, with the mass of its star and, of its A', mass [eV] and coupling (None: the Standard Model).
    ValueError unless it is one."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        star = {name: np.array(data["sequence"][name], dtype=float) for name in COLUMNS}
        star["mass"] = float(data["mass_msun"])
        star["boson"] = (float(data["mass_eV"]), float(data["coupling"])) if "mass_eV" in data else None
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"no sequence of `wdscan cool --json`: {type(error).__name__} {error}") from error
    if len({len(star[name]) for name in COLUMNS}) != 1 or len(star["age_yr"]) < 2:
        raise ValueError("no sequence: its columns are not of one length, or shorter than 2")
    return star


def published():
    """Rows of the table of published sequences, as dictionaries of numbers."""
    with open(PUBLISHED, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [{name: float(value) for name, value in row.items()} for row in rows]


def markers_of(star):
    """Published epochs of this mass: age in Myr, L, L_nu in L_sun, T_c. None if there are none."""
    rows = [row for row in published() if abs(row["mass_msun"] - star["mass"]) < 1e-6]
    if not rows:
        return None
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    coldest_first = slice(None, None, -1)
    zero = np.interp(table["log_central_temperature"][0], star["log_central_temperature"][coldest_first], star["age_yr"][coldest_first])
    return {"age": (table["age_yr"] - table["age_yr"][0] + zero) / 1e6, "photons": table["luminosity_photon_erg_s"] / L_SUN,
            "neutrinos": table["luminosity_neutrino_erg_s"] / L_SUN, "centre": 10 ** table["log_central_temperature"]}


def draw_star(upper, lower, star, i, with_markers):
    colour, age = COLOURS[i % len(COLOURS)], star["age_yr"] / 1e6
    lines = [(upper, "luminosity_photon_lsun", "photons", "-"), (upper, "luminosity_neutrino_lsun", "neutrinos", "--")]
    if star["luminosity_boson_lsun"].max() > 0:
        lines.append((upper, "luminosity_boson_lsun", "boson", ":"))
    for axes, column, name, style in lines:
        named(axes.plot(age, star[column], color=colour, ls=style, lw=1.8)[0], f"{name} {i}")
    named(lower.plot(age, 10 ** star["log_central_temperature"], color=colour, lw=1.8)[0], f"centre {i}")
    named(lower.plot(age, 10 ** star["log_maximum_temperature"], color=colour, ls="--", lw=1.8)[0], f"maximum {i}")
    points = markers_of(star) if with_markers else None
    if points:
        style = dict(ls="", marker=MARKERS[i % len(MARKERS)], color=colour, ms=5, mew=0.8, zorder=3)
        named(upper.plot(points["age"], points["photons"], **style)[0], f"published photons {i}")
        named(upper.plot(points["age"], points["neutrinos"], mfc="white", **style)[0], f"published neutrinos {i}")
        named(lower.plot(points["age"], points["centre"], **style)[0], f"published centre {i}")
    return points is not None


def draw(stars, arguments):
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(7.4, 8.6), sharex=True, height_ratios=(3, 2))
    figure.subplots_adjust(left=0.12, right=0.98, top=0.96, bottom=0.16, hspace=0.05)
    marked = [draw_star(upper, lower, star, i, arguments.published) for i, star in enumerate(stars)]
    upper.set(xscale="log", yscale="log", ylabel=r"luminosity  [$L_\odot$]")
    brightest = max(max(star[name].max() for name in COLUMNS[3:6]) for star in stars)
    faintest = min(star[name].min() for name in COLUMNS[3:5] for star in stars)
    upper.set_ylim(max(0.5 * faintest, 1e-8 * brightest), 2 * brightest)
    lower.set(yscale="log", ylabel="temperature  [K]", xlabel="age  [Myr]")
    upper.set_title("White dwarfs that cool", fontsize=11)
    entries = [entry(rf"{star['mass']:g} $M_\odot$", color=COLOURS[i % len(COLOURS)], lw=1.8) for i, star in enumerate(stars)]
    entries += [entry("photons; temperature of the centre", color=INK), entry("neutrinos; highest temperature", color=INK, ls="--")]
    if any(star["luminosity_boson_lsun"].max() > 0 for star in stars):
        entries.append(entry("A′", color=INK, ls=":"))
    if any(marked):
        entries.append(entry("Bédard et al. (2020)", color=INK, ls="", marker="o", ms=5))
    wdplot.legend_below(figure, entries, 2)
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, files="sequence", count="+", metavar="SEQUENCE.json")
    parser.add_argument("--published", action="store_true", help="with markers of published sequences")
    wdplot.main(parser, draw, "-cooling", load=read)
