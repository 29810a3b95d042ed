#!/usr/bin/env python3
"""Draws how well a scan was computed: chi^2, evaluations and errors over the plane and over the star.

    plot_diagnostics.py RESULT.h5 [-o PICTURE]...

Of scans with `output.diagnostics: shell`, which store that for each point.
"""

import warnings

import wdplot  # first: it finds a Python that has the others
import numpy as np

from wdplot import BLUE, RED, named, plt

DIAGNOSTICS = ["shell"] + ["diagnostics/" + name for name in ("chi2_per_dof", "evaluations", "relative_error")]


def read(path):
    data = wdplot.read(path)
    if data["config"]["output.diagnostics"] != "shell":
        raise OSError("a scan without diagnostics of all points; expected one with `output.diagnostics: shell`")
    return wdplot.read(path, *DIAGNOSTICS)


def map_of(figure, axes, data, values, name, label, **colours):
    mass, coupling = wdplot.cell_edges(data["mass"]), wdplot.cell_edges(data["coupling"])
    image = axes.pcolormesh(mass, coupling, np.ma.masked_invalid(values).T, cmap="cividis", rasterized=True, **colours)
    named(image, name)
    wdplot.plane_axes(axes, data, mass, coupling)
    axes.set_facecolor("#cccccc")  # of points without a value
    figure.colorbar(image, ax=axes, pad=0.02, extend="both").set_label(label)


def draw_shells(axes, data, computed):
    """Spread over the grid, shell by shell, outwards."""
    shells = np.arange(1, len(data["shell"]) + 1)
    errors = 100 * data["diagnostics/relative_error"][computed]
    for values, colour, side, name, label in [
            (data["diagnostics/evaluations"][computed], BLUE, axes, "shell_evaluations", "evaluations in the shell"),
            (errors, RED, axes.twinx(), "shell_error", r"error it contributes to $\varepsilon$  [%]")]:
        low, middle, high = np.nanpercentile(values, (5, 50, 95), axis=0)
        side.fill_between(shells, low, high, color=colour, alpha=0.2, lw=0)
        named(side.plot(shells, middle, color=colour, lw=1.8, ls="-" if colour == BLUE else "--")[0], name)
        side.set_ylabel(label, color=colour)
        side.tick_params(axis="y", which="both", colors=colour, left=side is axes, right=side is not axes)
    axes.set_ylim(bottom=0)
    side.set(yscale="log", ylim=(1e-6 * np.nanmax(high), 2 * np.nanmax(high)))
    axes.set(xlabel="shell, from the centre to the surface", xlim=(shells[0], shells[-1]))
    axes.set_title("median and 5 to 95 % of all points", fontsize=10)


def draw(results, arguments):
    (data,) = results
    target = 100 * float(data["config"]["integrator.relative_error"])
    computed = np.isin(data["status"], wdplot.COMPUTED)
    if not computed.any():
        raise ValueError("no point is computed yet")
    absent = np.where(computed, 1, np.nan)
    with warnings.catch_warnings():  # the mean of nothing is NaN, and meant so
        warnings.simplefilter("ignore", RuntimeWarning)
        chi2 = np.nanmean(data["diagnostics/chi2_per_dof"], axis=2) * absent
        evaluations = np.log10(data["diagnostics/evaluations"].sum(axis=2)) * absent
        error = 100 * data["excess_error"] / np.abs(data["excess"]) * absent
        figure, panels = plt.subplots(2, 2, figsize=(11, 8.2), layout="constrained")
        map_of(figure, panels[0, 0], data, chi2, "chi2", r"$\chi^2$/dof, mean over the shells", vmin=0.5, vmax=1.5)
        map_of(figure, panels[0, 1], data, evaluations, "log10_evaluations", r"$\log_{10}$ evaluations")
        map_of(figure, panels[1, 0], data, error, "error", rf"error of $\varepsilon$  [%],  target {target:g}", vmin=0,
               vmax=1.2 * target)
        draw_shells(panels[1, 1], data, computed)
    missed, failed = ((data["status"] == state).sum() for state in (wdplot.TARGET_MISSED, wdplot.FAILED))
    figure.suptitle(f"{wdplot.star_text(data)},  {wdplot.formulas_text(data)}:  {computed.sum()} of {computed.size} points, "
                    f"{missed} beyond the target error, {failed} failed", fontsize=11)
    return figure


if __name__ == "__main__":
    wdplot.main(wdplot.parser_of(__doc__), draw, "-diagnostics", read)
