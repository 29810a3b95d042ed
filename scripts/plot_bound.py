#!/usr/bin/env python3
"""Draws what the cooling of white dwarfs excludes: contours of f_s over mass and coupling, mass and mixing.

    plot_bound.py RESULT.h5... [--isothermal EXCESS.h5] [--red-giants EXCESS.h5] [-o PICTURE]...

RESULT.h5 are scans with `observable: cooling` on the same masses. Full lines: f_s = 1.7, the limit of Hansen et al. (2015) at 95 %;
dashed: 1.3, a forecast. The first file and those that differ from it in the window alone are lines of their own colour; the band holds the
1.7 of all files. The legend says what each of them changes, and below the planes stands everything divided by the first line.
--isothermal adds, dotted, where the excess of a star at one temperature is 0.7, --red-giants the band between the excesses 0.17 and 0.31 of
the helium core of a red giant. Beside them, in grey, is what others exclude (scripts/limits; for mu-tau).
"""

from dataclasses import dataclass

import wdplot  # first: it finds a Python that has the others
import h5py
import numpy as np
from matplotlib.patches import Patch

import wdscan
from limits import recompute
from plot_fig5 import EXCLUDED, draw_limit, neff_mass
from wdplot import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, draw_band, entry, named, plt

COLOURS = [RED, BLUE, PURPLE, ORANGE]
LIMIT, FORECAST = 1.7, 1.3
LEVELS = [(LIMIT, "-", "limit"), (FORECAST, "--", "forecast")]
WIDTHS = [2.2, 1.1, 1.1, 1.1]  # the first file's lines are seen where others lie on them
ISOTHERMAL = 0.7
# The bounds on magnetic moments from the tip of the branch, as additional plasmon decay of the core: arXiv:2007.03694.
GIANTS = (0.17, 0.31)
HOT = (1e5, 6e5)  # eV: lines depend on the star's first, hot two million years
LIGHT = 2e4  # eV: below, the transverse resonance is within the star
LABORATORY = ("borexino", "na64mu_approximate", "charm2_trident", "coherent_csi2017", "babar_4mu")
THERMAL = 4e-9  # couplings above it keep the A' in equilibrium: limits/delta_neff.csv
# Names of what stars exclude, and where they stand: mass [eV], mixing.
STARS = {"sun_luminosity_dark_photon": ("Sun", 1.9e2, 6.5e-15), "horizontal_branch_dark_photon": ("HB", 1.1e4, 1.4e-12),
         "red_giant_dark_photon": ("RG", 1.3e4, 2e-14)}
NAMES = dict(color="#444444", fontsize=7.5, ha="center", va="center", zorder=2)
SAME = ("physics.model", "physics.formulas", "grid.mass.min", "grid.mass.max", "grid.mass.points")
CAVEATS = ("Beyond these errors: the star, 15 % in g against published sequences; and the limit itself: arXiv:1602.06286 finds none in the "
           "same cluster, and in 1407.1404 two luminosity functions contradict each other.")
DISSENT = ("*17 to 31 % more plasmon decay (arXiv:2007.03694, 95 %) in a core of one temperature; with stellar physics marginalised there is "
           "no bound (arXiv:2307.13050).")
OTHERS = ("excluded by others, approximately: Sun, HB: horizontal branch, RG: red giants, as dark photons (arXiv:2304.12907); "
          "$\\Delta N_\\mathrm{eff}$ > 0.5; laboratory: Borexino, NA64$\\mu$, CHARM-II, COHERENT, BaBar, from 1 MeV")
HATCHED = "the star's first 2 Myr decide"
HOW = ("grid.", "integrator.", "output.")  # keys that say how it was computed, not of what


@dataclass
class Scene:
    """What is drawn: result files that are lines, and those that only widen the band; all contours at LIMIT, in that order; scans of
    the excess, or None."""

    lines: list
    variations: list
    limits: list
    isothermal: dict
    giants: dict

    @property
    def first(self):
        return self.lines[0]


def read(path):
    """The map of f_s; NaN at points that were not computed."""
    with h5py.File(path, "r") as file:
        if "f_s" not in file:
            raise OSError("no scan with `observable: cooling`: it has no f_s")
        data = {name: file[name][...] for name in ("mass", "coupling", "f_s", "f_s_error", "status")}
        data["config"] = wdscan.Config.of_text(wdplot.as_text(file["config"][()]), path)
    data["path"] = path
    return data


def curve_of(data, level):
    """Where f_s rises through the level; f_s - 1 obeys the same law as an excess."""
    usable = np.isin(data["status"], wdplot.USABLE)
    excess = np.where(usable, data["f_s"] - 1, np.nan)
    return wdplot.contour_of(data, excess, level - 1, data["f_s_error"])


def changes(first, data):
    """The keys of star, window and physics in which a file differs from the first, with its values."""
    differences = first["config"].differences(data["config"])
    own = {key: value for key, (_, value) in differences.items() if not key.startswith(HOW)}
    if not own:
        raise ValueError(f"{data['path']} has star, window and physics of {first['path']}; expected a variation of it")
    return own


def scene_of(results, arguments):
    wdplot.refuse_strangers(results, *SAME)
    first, *others = results
    of_window = [all(key.startswith("cooling.window.") for key in changes(first, data)) for data in others]
    lines = [first] + [data for data, own in zip(others, of_window) if own]
    if len(lines) > len(COLOURS):
        raise ValueError(f"{len(lines)} windows; expected {len(COLOURS)} at most")
    variations = [data for data, own in zip(others, of_window) if not own]
    excesses = [wdplot.read(path) if path else None for path in (arguments.isothermal, arguments.red_giants)]
    wdplot.refuse_strangers([first] + [data for data in excesses if data], *SAME)
    return Scene(lines, variations, [curve_of(data, LIMIT) for data in lines + variations], *excesses)


# --- Curves -----------------------------------------------------------------------------------------------------


def draw_curves(axes, scene, draw_curve, scale, prefix):
    """Bands and lines, times `scale`: one for a plane of couplings, or one for each mass."""
    mass = scene.first["mass"]
    if scene.giants:
        edges = [scale * wdplot.contour(scene.giants, level).coupling for level in GIANTS]
        draw_band(axes, mass, *edges, prefix + "red giants", color=GREEN, alpha=0.55, zorder=2.5)
    if len(scene.limits) > 1:
        all_lines = scale * np.array([curve.coupling for curve in scene.limits])  # NaN where one of them has none
        draw_band(axes, mass, all_lines.min(axis=0), all_lines.max(axis=0), prefix + "band", color=RED, alpha=0.22, zorder=2.6)
    for data, colour, width in zip(scene.lines, COLOURS, WIDTHS):
        for level, dashes, _ in LEVELS:
            draw_curve(axes, data, curve_of(data, level), f"{prefix}{data['path']} {level:g}", scale, color=colour, ls=dashes,
                       lw=width, zorder=4)
    if scene.isothermal:
        draw_curve(axes, scene.isothermal, wdplot.contour(scene.isothermal, ISOTHERMAL), prefix + "isothermal", scale, color=INK,
                   ls=":", lw=1.3, zorder=3)


def draw_hot(axes):
    axes.axvspan(*HOT, facecolor="none", edgecolor=GREY, hatch="////", lw=0, alpha=0.4, zorder=3.5)


def draw_excluded(axes, mass, scale):
    """What others exclude, the axis being `scale` times the coupling."""
    fine = np.geomspace(mass[0], mass[-1], 721)
    for name, (title, *place) in STARS.items():
        _, columns = recompute.read(name)
        line = np.exp(np.interp(np.log(fine / 1e6), np.log(columns["mass_MeV"]), np.log(columns["mixing"]), np.nan, np.nan))
        line *= scale / abs(recompute.MIXING)
        named(axes.fill_between(fine, line, 1, where=np.isfinite(line), zorder=1, **EXCLUDED), "limit " + name)
        axes.plot(fine, line, color="#8a8a8a", lw=0.8, zorder=1.5)
        axes.text(place[0], place[1] * scale / abs(recompute.MIXING), title, **NAMES)
    for name in LABORATORY:
        draw_limit(axes, name, fine[fine >= 1e6], scale)
    axes.fill_between([1e6, neff_mass(0.5)], scale * THERMAL, 1, zorder=0.9, **EXCLUDED)
    axes.text(3e6, scale * 3e-7, r"$\Delta N_\mathrm{eff}$", **NAMES)
    axes.text(4e7, scale * 1.5e-2, "laboratory", **NAMES)


def draw_plane(axes, scene, scale, label, prefix):
    mass, coupling = scene.first["mass"], scale * scene.first["coupling"]
    if scene.first["config"]["physics.model"] == "mu-tau":  # the limits are for no other model
        draw_excluded(axes, mass, scale)
    draw_curves(axes, scene, wdplot.draw_contour, scale, prefix)
    draw_hot(axes)
    wdplot.plane_axes(axes, scene.first, coupling=coupling)
    axes.set(xlabel="", ylabel=label)


def draw_ratios(axes, scene):
    """Everything over the first line, with its Monte Carlo error."""
    base = scene.limits[0]

    def draw_curve(axes, data, curve, name, scale, **style):
        wdplot.draw_line(axes, curve, name, scale, **style)

    draw_curves(axes, scene, draw_curve, 1 / base.coupling, "ratio ")
    share = base.error / base.coupling
    axes.errorbar(base.mass, np.ones_like(share), share, ls="", color=RED, lw=1.0, zorder=5)
    draw_hot(axes)
    axes.set(yscale="log", ylim=(0.35, 2.9), xlabel=wdplot.MASS_LABEL, ylabel="coupling / first line", yticks=[0.5, 1, 2],
             yticklabels=["0.5", "1", "2"])
    axes.minorticks_off()


# --- Words ------------------------------------------------------------------------------------------------------


def window_text(config):
    unit = {"effective_temperature": "K", "luminosity": r"$L_\odot$", "magnitude": "mag"}[config["cooling.window.quantity"]]
    return f"{config['cooling.window.from']:g} to {config['cooling.window.to']:g} {unit}"


def reliable(mass):
    """The two stretches of mass over which errors are stated: light, where a resonance is within the star, and heavy."""
    return (mass <= LIGHT), (mass > HOT[1])


def error_text(*curves):
    """The largest relative Monte Carlo error."""
    shares = [(curve.error / curve.coupling)[np.logical_or(*reliable(curve.mass))] for curve in curves]
    return f"MC ±{100 * np.nanmax(shares):.1g} %" if np.isfinite(shares).any() else "no line"


def ratio_text(curves, base):
    """The range of couplings over those of the line `base`: of light, of heavy bosons."""
    ratios = np.array([curve.coupling / base.coupling for curve in curves])
    texts = []
    for where in reliable(base.mass):
        known = ratios[:, where][np.isfinite(ratios[:, where])]
        ends = [f"{end:.2f}" for end in (known.min(), known.max())] if len(known) else ["none"]
        texts.append("–".join(dict.fromkeys(ends)))
    return "×" + " | ×".join(texts)


def line_entries(scene):
    """Of each line: Monte Carlo error; of the first file's, the range of all files, of the others', the ratio to it."""
    entries = []
    for data, colour, width in zip(scene.lines, COLOURS, WIDTHS):
        config = data["config"]
        for level, dashes, name in LEVELS:
            curve, base = (curve_of(one, level) for one in (data, scene.first))
            text = rf"$f_s$ = {level:g} ({name}), {config['star.mass']:g} $M_\odot$, {window_text(config)}: {error_text(curve)}"
            if data is not scene.first:
                text += ", " + ratio_text([curve], base)
            elif len(scene.limits) > 1:
                text += ", model " + ratio_text([curve_of(one, level) for one in scene.lines + scene.variations], base)
            entries.append(entry(text, color=colour, ls=dashes, lw=width))
    return entries


def excess_entries(scene):
    entries = []
    if scene.isothermal:
        curve = wdplot.contour(scene.isothermal, ISOTHERMAL)
        text = f"caricature: excess {ISOTHERMAL:g} of {wdplot.star_text(scene.isothermal)}: {error_text(curve)}"
        entries.append(entry(f"{text}, {ratio_text([curve], scene.limits[0])}", color=INK, ls=":", lw=1.3))
    if scene.giants:
        curves = [wdplot.contour(scene.giants, level) for level in GIANTS]
        text = f"red giants, contested*: excess {GIANTS[0]:g}–{GIANTS[1]:g} of {wdplot.star_text(scene.giants)}: {error_text(*curves)}"
        entries.append(Patch(label=f"{text}, {ratio_text(curves, scene.limits[0])}", color=GREEN, alpha=0.55, lw=0))
    return entries


def band_entries(scene):
    """The band, and what each of its files changes."""
    if len(scene.limits) == 1:
        return []
    entries = [Patch(label=r"model: $f_s$ = 1.7 of all files, these and the lines:", color=RED, alpha=0.22, lw=0)]
    for data, curve in zip(scene.variations, scene.limits[len(scene.lines):]):
        text = ", ".join(f"{key}: {value}" for key, value in changes(scene.first, data).items())
        entries.append(entry(f"    {text}:  {ratio_text([curve], scene.limits[0])}", lw=0))
    return entries


def all_entries(scene):
    entries = line_entries(scene) + excess_entries(scene) + band_entries(scene)
    entries.append(Patch(label=HATCHED, facecolor="none", edgecolor=GREY, hatch="////", lw=0))
    if scene.first["config"]["physics.model"] == "mu-tau":
        entries.append(Patch(label=OTHERS, **EXCLUDED))
    return entries


def panels(count):
    """A figure with `count` planes above the ratios."""
    figure, axes = plt.subplots(count + 1, 1, figsize=(7, 3 * count + 2.5), sharex=True, height_ratios=[2] * count + [1])
    figure.subplots_adjust(left=0.11, right=0.98, top=0.97, bottom=0.15, hspace=0.05)
    return figure, axes


def draw(results, arguments):
    scene = scene_of(results, arguments)
    data = scene.first
    planes = [(1.0, wdplot.coupling_label(data), "")]
    if data["config"]["physics.model"] == "mu-tau":
        planes.append((abs(recompute.MIXING), r"kinetic mixing  $|\epsilon_A|$", "mixing "))
    figure, axes = panels(len(planes))
    for one, plane in zip(axes, planes):
        draw_plane(one, scene, *plane)
    draw_ratios(axes[-1], scene)
    axes[0].set_title(f"Excluded above the lines by white dwarfs that cool:  {wdplot.model_text(data)},  "
                      f"{wdplot.formulas_text(data)}", fontsize=11)
    title = "Of each: Monte Carlo error (MC), and couplings over those of the first file's line, below 20 keV | above 0.6 MeV"
    wdplot.legend_below(figure, all_entries(scene), 1, " ".join([CAVEATS] + [DISSENT] * bool(scene.giants)), title)
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, "results", "+", metavar="RESULT.h5")
    parser.add_argument("--isothermal", metavar="EXCESS.h5", help="scan of the excess of an isothermal star")
    parser.add_argument("--red-giants", metavar="EXCESS.h5", help="scan of the excess of a red giant's helium core")
    wdplot.main(parser, draw, "-bound", read)
