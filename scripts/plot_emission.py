#!/usr/bin/env python3
"""Draws where in the star and in momentum the neutrinos are made, from the samples of one grid point.

    wdscan point CONFIG --mass EV --coupling G --samples SAMPLES.csv
    plot_emission.py SAMPLES.csv RESULT.h5 --mass EV [-o PICTURE]...

In the plane of |q| and r, for transverse and longitudinal plasmons: in grey and with contours around 50 and 90 %,
the emission of the Standard Model; the coloured dots lie on the curve where plasmons have q^2 = m^2, their sizes
being what they contribute to the resonant emission. RESULT.h5 is any scan with the same star, for its profile. Below, the
distribution over the radius.
"""

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, GREY, RED, entry, named, plt

BINS = 45
BRANCHES = [("transverse", ("transverse", "axial")), ("longitudinal", ("longitudinal",))]


def load(path):
    """Samples as an array with named columns, results as usual."""
    if not path.endswith(".csv"):
        return wdplot.read(path, "star/v_star")
    samples = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    if not {"r_km", "k_eV", "omega_eV", "polarization", "part", "weight"} <= set(samples.dtype.names or ()):
        raise ValueError("no samples of wdscan point")
    return samples


def stretch(y):
    """S_t and S_l of Braaten & Segel: omega^2 - k^2 and omega^2 over the plasma frequency squared; y = v k/omega."""
    y = np.maximum(y, 1e-3)
    shape = np.arctanh(y) / y
    return 1.5 / y**2 * (1 - (1 - y**2) * shape), 3 / y**2 * (shape - 1)


def resonance_curve(data, mass, branch):
    """Radii and momenta of plasmons with q^2 = m^2, sought along the radius at each k/omega = 1 - gap."""
    transverse = branch == "transverse"
    gap = np.concatenate([np.linspace(0.999, 0.01, 300), np.geomspace(0.01, 1e-15, 300)[1:]])
    w, e = 1 - gap, gap * (2 - gap)  # e = 1 - w^2
    S_t, S_l = stretch(data["star/v_star"][:, None] * w)
    frequency2 = data["star/plasma_frequency"][:, None] ** 2
    excess = np.log(frequency2 * (S_t if transverse else e * S_l)) - 2 * np.log(mass)
    i, j = np.nonzero(excess[:-1] * excess[1:] < 0)
    share = excess[i, j] / (excess[i, j] - excess[i + 1, j])
    r = data["star/radius"]
    return np.array([r[i] + share * (r[i + 1] - r[i]), mass * w[j] / np.sqrt(e[j])])[:, np.argsort(j, kind="stable")]


def enclosing(density, shares):
    """Levels of a density above which lie the given shares of its sum."""
    ordered = np.sort(density, axis=None)[::-1]
    total = np.cumsum(ordered)
    return sorted(ordered[np.searchsorted(total, share * total[-1])] for share in shares)


def smooth(density):
    """Averages over neighbours, for contours."""
    for axis in 0, 1:
        for _ in range(3):
            padded = np.pad(density, [(1, 1) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
            take = [np.take(padded, range(start, start + density.shape[axis]), axis) for start in range(3)]
            density = (take[0] + 2 * take[1] + take[2]) / 4
    return density


def momentum_range(samples):
    """Where all but a thousandth of the Standard Model's emission and of the resonant one is, with some space."""
    ends = []
    for part in "sm", "resonant":
        chosen = np.sort(samples[samples["part"] == part], order="k_eV")
        if len(chosen):
            total = np.cumsum(chosen["weight"])
            ends += [chosen["k_eV"][np.searchsorted(total, share * total[-1])] for share in (0.001, 0.999)]
    return min(ends) / 3, max(ends) * 2


def draw_plane(axes, samples, data, mass, branch, polarizations, edges):
    own = np.isin(samples["polarization"], polarizations)
    sm = samples[own & (samples["part"] == "sm")]
    density, _, _ = np.histogram2d(sm["r_km"], sm["k_eV"], bins=edges, weights=sm["weight"])
    image = axes.pcolormesh(*edges, np.ma.masked_equal(density, 0).T, cmap="Greys", rasterized=True, alpha=0.85,
                            vmax=1.5 * density.max())
    named(image, f"sm {branch}")
    middle = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    shown = smooth(density)
    axes.contour(*middle, shown.T, levels=enclosing(shown, (0.9, 0.5)), colors=GREY, linewidths=(0.9, 1.5))
    line = resonance_curve(data, mass, branch)
    if line.size:
        named(axes.plot(*line, color=BLUE, lw=1.0, zorder=3)[0], f"curve {branch}")
    resonant = samples[own & (samples["part"] == "resonant")]
    if len(resonant):
        total = resonant["weight"].sum()
        size = resonant["weight"] / resonant["weight"].max()
        named(axes.scatter(resonant["r_km"], resonant["k_eV"], s=30 * size, color=RED, alpha=0.25, lw=0, zorder=4,
                           rasterized=True), f"resonant {branch}")
        label = f"{branch}, resonant: {100 * total:.3g} %"
    else:
        label = f"{branch}: no resonance"
    axes.set_title(label, fontsize=10)
    axes.set(yscale="log", ylim=(edges[1][0], edges[1][-1]))


def draw_radii(axes, samples, branch, polarizations, edges):
    own = np.isin(samples["polarization"], polarizations)
    for part, colour, style in ("sm", GREY, "-"), ("resonant", RED, "--"):
        chosen = samples[own & (samples["part"] == part)]
        total = chosen["weight"].sum()
        if len(chosen) == 0 or total == 0:
            continue
        share, _ = np.histogram(chosen["r_km"], bins=edges, weights=chosen["weight"] / total)
        named(axes.step(edges, np.append(share, share[-1]), where="post", color=colour, ls=style, lw=1.5)[0],
              f"radius {part} {branch}")
    axes.set(xlabel="radius  $r$  [km]", xlim=(0, edges[-1]))
    axes.set_ylim(bottom=0)


def draw(results, arguments):
    samples, data = results
    radius = data["star/radius"][-1]
    if samples["r_km"].max() > 1.001 * radius:
        raise ValueError(f"do not belong together: samples up to {samples['r_km'].max():.0f} km, a star of {radius:.0f} km")
    edges = [np.linspace(0, radius, BINS + 1), np.geomspace(*momentum_range(samples), BINS + 1)]
    figure, panels = plt.subplots(2, 2, figsize=(8.6, 6.8), sharex=True, sharey="row", height_ratios=(2.2, 1))
    figure.subplots_adjust(left=0.085, right=0.985, top=0.9, bottom=0.145, hspace=0.07, wspace=0.07)
    for column, (branch, polarizations) in enumerate(BRANCHES):
        draw_plane(panels[0, column], samples, data, arguments.mass, branch, polarizations, edges)
        draw_radii(panels[1, column], samples, branch, polarizations, edges[0])
    panels[0, 0].set_ylabel(r"momentum of the plasmon,  $|\mathbf{q}|$  [eV]")
    panels[1, 0].set_ylabel("share per bin")
    figure.suptitle(rf"Neutrino emission for $m_{{A'}}$ = {wdplot.power_of_ten(arguments.mass)} eV:  "
                    f"{wdplot.star_text(data)},  {wdplot.formulas_text(data)}", fontsize=11)
    wdplot.legend_below(figure, [
        entry("Standard Model (contours: 50, 90 %)", color=GREY, lw=3),
        entry("resonant emission", color=RED, marker="o", ls="--", alpha=0.7),
        entry(r"plasmons with $q^2 = m_{A'}^2$", color=BLUE, lw=1.2)], 3,
        "Per cent of the Standard Model's luminosity of all plasmons.")
    return figure


if __name__ == "__main__":
    parser = wdplot.parser_of(__doc__, files="file", count=2, metavar="FILE")
    parser.add_argument("--mass", type=float, required=True, metavar="EV", help="that of the point")
    wdplot.main(parser, draw, "-emission", load)
