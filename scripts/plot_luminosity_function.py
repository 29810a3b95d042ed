#!/usr/bin/env python3
"""Draws luminosity functions: how many white dwarfs of one mass there are at each brightness, with and without an A'.

    plot_luminosity_function.py STANDARD.json BOSON.json... [-o PICTURE]...

The files are what `wdscan cool CONFIG --json` prints; the first without an A', the others with --mass and --coupling. Where as many stars
are born at all times, their number in a magnitude is the time that one of them spends there. Below, the same over the Standard Model's.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

import plot_cooling
from wdplot import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY, entry, named, plt, power_of_ten

COLOURS = [RED, BLUE, GREEN, PURPLE, ORANGE, SKY]
SUN = 4.74  # bolometric magnitude
MARKS = [50, 40, 30, 25, 20, 15]  # effective temperatures [kK] on the upper edge


def read(path):
    """A sequence with its bolometric magnitudes, and the years that it spends in a magnitude at each."""
    star = plot_cooling.read(path)
    star["magnitude"] = SUN - 2.5 * np.log10(star["luminosity_photon_lsun"])
    if (np.diff(star["magnitude"]) <= 0).any():
        raise ValueError("the star does not become fainter all the time: it has no luminosity function")
    star["years"] = np.gradient(star["age_yr"], star["magnitude"], edge_order=2)
    return star


def ratio(star, standard):
    """Stars in a magnitude over those of the Standard Model, where that has any."""
    usual = np.exp(np.interp(star["magnitude"], standard["magnitude"], np.log(standard["years"]), np.nan, np.nan))
    return star["years"] / usual


def label_of(star):
    if not star["boson"]:
        return "Standard Model"
    mass, coupling = star["boson"]
    return rf"$m_{{A'}}$ = {power_of_ten(mass)} eV,  $g$ = {power_of_ten(coupling)}"


def refuse(stars):
    if stars[0]["boson"]:
        raise ValueError("the first sequence has an A'; expected that of the Standard Model")
    if any(star["mass"] != stars[0]["mass"] for star in stars):
        raise ValueError("stars of different masses; expected one")


def mark_temperatures(axes, standard):
    """The Standard Model's effective temperatures on the upper edge."""
    shown = [mark for mark in MARKS if standard["effective_temperature_K"][-1] <= 1e3 * mark <= standard["effective_temperature_K"][0]]
    places = np.interp(-1e3 * np.array(shown), -standard["effective_temperature_K"], standard["magnitude"])
    second = axes.secondary_xaxis("top")
    second.set_xticks(places, [f"{mark}" for mark in shown])
    second.set_xlabel("effective temperature, Standard Model  [kK]")


def draw(stars, arguments):
    refuse(stars)
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(7, 6.4), sharex=True, height_ratios=(3, 2))
    figure.subplots_adjust(left=0.11, right=0.98, top=0.91, bottom=0.21, hspace=0.05)
    entries = []
    for i, (star, colour) in enumerate(zip(stars, [INK] + COLOURS)):
        style = dict(color=colour, lw=1.5, ls="-" if star["boson"] else "--")
        named(upper.plot(star["magnitude"], star["years"] / 1e6, **style)[0], f"stars {i}")
        named(lower.plot(star["magnitude"], ratio(star, stars[0]), **style)[0], f"ratio {i}")
        entries.append(entry(label_of(star), **style))
    upper.set(yscale="log", ylabel="Myr in a magnitude")
    upper.tick_params(axis="x", which="both", top=False)
    lower.set(xlabel=r"bolometric magnitude  $M_\mathrm{bol}$", ylabel="over the Standard Model")
    mark_temperatures(upper, stars[0])
    upper.set_title(rf"White dwarfs of {stars[0]['mass']:g} $M_\odot$ in a magnitude", fontsize=11)
    wdplot.legend_below(figure, entries, 2, "Stars born in a Myr times the upper ordinate are the stars in a magnitude.")
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, files="sequence", count="+", metavar="SEQUENCE.json")
    wdplot.main(parser, draw, "-luminosity-function", load=read)
