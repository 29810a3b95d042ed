"""What the plotting scripts share: result files, lines, colours, axes, and the command line.

A script is a function draw(results, arguments) -> figure and one call of main(). Whatever shows data has a name
(named()); `--data FILE.npz` stores what is in the picture, read back from the finished figure, under these names.
"""

import argparse
import importlib.util
import logging
import os
import re
import subprocess
import sys

NEEDED = ("h5py", "numpy", "matplotlib")


def need_modules():
    """Goes on with a Python that has what is needed, as the set-up does, or ends with a sentence."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    for python in [os.environ.get("PYTHON"), "/usr/bin/python3"] if missing else []:
        if not python or python == sys.executable:
            continue
        has = subprocess.run([python, "-c", "import " + ", ".join(NEEDED)], stderr=subprocess.DEVNULL)
        if has.returncode == 0:
            os.execvp(python, [python, *sys.argv])
    if missing:
        sys.exit(f"{os.path.basename(sys.argv[0])}: Python ({sys.executable}) has no {', no '.join(missing)}; expected a Python "
                 "with these: scripts/setup.sh plot, or pip install --user h5py matplotlib")


need_modules()

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # the scan may still be writing

import h5py
import matplotlib

matplotlib.use("Agg")
logging.getLogger("fontTools").setLevel(logging.ERROR)
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PathCollection, PolyCollection, QuadMesh
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

PENDING, DONE, FAILED, TARGET_MISSED, LOWER_LIMIT, INTERPOLATED = range(6)
COMPUTED = (DONE, TARGET_MISSED, LOWER_LIMIT)
USABLE = (*COMPUTED, INTERPOLATED)
MAIN_LEVEL = 0.3
# After Okabe & Ito: distinguishable with any colour vision.
INK, PAPER, GREY = "#111111", "#ffffff", "#777777"
RED, BLUE, GREEN, ORANGE, SKY, PURPLE = "#d55e00", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#cc79a7"
LEVEL_COLOURS = {0.01: "#f0c420", 0.1: "#e69f00", 0.3: "#d55e00", 0.5: "#a3214f", 0.7: "#45195e"}
OUTLINE = [withStroke(linewidth=3.6, foreground=PAPER)]
MASS_LABEL = r"mass of the $A'$ boson,  $m_{A'}$  [eV]"
# How models and their couplings are called; a model by its charges is called by them.
MODELS = {"mu-tau": r"$U(1)_{L_\mu-L_\tau}$", "e-mu": r"$U(1)_{L_e-L_\mu}$", "e-tau": r"$U(1)_{L_e-L_\tau}$",
          "b-l": "$U(1)_{B-L}$", "dark-photon": "dark photons"}
COUPLINGS = {"mu-tau": r"coupling  $g_{\mu\tau}$", "e-mu": r"coupling  $g_{e\mu}$", "e-tau": r"coupling  $g_{e\tau}$",
             "b-l": "coupling  $g_{B-L}$", "dark-photon": r"kinetic mixing  $\epsilon_A$"}
KELVIN = 8.617333262e-5  # eV
JUMP = 10.0  # a contour that changes by more from one mass to the next is not joined

# Beside the scripts, or beside their folder where they are installed.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, "python"), os.path.join(os.path.dirname(HERE), "python")]
import wdlayout
import wdlimits
import wdscan
from limits import recompute

STYLE = {"font.size": 10, "legend.fontsize": 8, "legend.frameon": False, "pdf.fonttype": 42,
         "text.hinting": "none",  # texts are as large at any number of dots per inch
         "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
         "axes.unicode_minus": True, "svg.hashsalt": "wdscan"}

# --- Result files ---------------------------------------------------------------------------------------------


def read(path, *more):
    """What most pictures need of a result file, and the datasets named in `more`, as a dictionary of arrays.
    Excesses of points that were not computed are NaN."""
    names = ["mass", "coupling", "level", "excess", "excess_error", "status", "excess_resonant", "excess_offresonant",
             "excess_continuum", "excess_continuum_error", "star/radius", "star/temperature", "star/plasma_frequency", "star/electron_density", *more]
    with h5py.File(path, "r") as file:
        if "f_s" in file:
            raise OSError("a scan with `observable: cooling`, which has f_s and no excess: plot_bound.py draws it")
        if "excess" in file and file["excess"].ndim > 2:
            raise OSError("a scan with axes or draws: plot_axes.py draws it")
        missing = [name for name in names + ["config", "polarization"] if name not in file]
        if missing:
            raise OSError(f"no result file of wdscan: it lacks {', '.join(missing)}")
        data = {name: file[name][...] for name in names}
        data["polarization"] = [as_text(name) for name in file["polarization"][...]]
        data["config"] = wdscan.Config.of_text(as_text(file["config"][()]), path)
        data["star"] = dict(file["star"].attrs)
    data["path"] = path
    return data


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def power_of_ten(number):
    """A number as TeX: 1e8 -> 10^8, 2.5e7 -> 2.5 x 10^7."""
    mantissa, exponent = f"{number:.3e}".split("e")
    factor = "" if float(mantissa) == 1 else rf"{float(mantissa):g} \times "
    return f"${factor}10^{{{int(exponent)}}}$"


def star_text(data):
    """Mass and temperature; that of a star from a file is as its rows say."""
    temperature = data["star/temperature"] / KELVIN
    low, high = temperature.min(), temperature.max()
    text = power_of_ten(high) if high < 1.005 * low else f"{power_of_ten(low)} to {power_of_ten(high)}"
    return rf"{float(data['star']['mass_msun']):.3g} $M_\odot$,  $T$ = {text} K"


def model_text(data):
    model = data["config"]["physics.model"]
    return MODELS.get(model, f"U(1) with {model.strip('{}').replace('{', '').replace('}', '')}")


def coupling_label(data):
    return COUPLINGS.get(data["config"]["physics.model"], "coupling  $g$")


def mixing_of(data):
    """|epsilon_A|/g of a model whose real A' are those of dark photons: mu-tau, and dark photons themselves; else ValueError."""
    model = data["config"]["physics.model"]
    if model not in ("mu-tau", "dark-photon"):
        raise ValueError(f"{data['path']}: physics.model is {model}, neither mu-tau nor dark-photon; the bounds of dark photons "
                         "hold for a boson that couples to electrons by mixing only")
    return abs(recompute.MIXING) if model == "mu-tau" else 1.0


def formulas_text(data):
    """Edition, and what it leaves out if that can be chosen."""
    config = data["config"]
    out = [name for name in ("resonance", "continuum") if config[f"physics.{name}"] == "off"]
    if config["physics.formulas"] == "published":
        out = [name for name in out if name != "continuum"]  # it has none
    return f"formulas “{config['physics.formulas']}”" + "".join(f", no {name}" for name in out)


def refuse_strangers(results, *keys):
    """ValueError unless the files agree in these keys of the configuration."""
    for key in keys:
        values = [data["config"][key] for data in results]
        for data, value in zip(results, values):
            if value != values[0]:
                raise ValueError(f"do not belong together: {key} is {values[0]} in {results[0]['path']}, {value} in "
                                 f"{data['path']}")


# --- Lines ----------------------------------------------------------------------------------------------------


def contour_of(data, excess, level=MAIN_LEVEL, error=None):
    """The contour of any array (mass, coupling), from the points that are there."""
    return wdscan.contour_of(data["mass"], data["coupling"], excess, level, error)


def contour(data, level=MAIN_LEVEL):
    """The contour of the excess, also of a scan that is not finished."""
    usable = np.isin(data["status"], USABLE)
    return contour_of(data, np.where(usable, data["excess"], np.nan), level, data["excess_error"])


def joined(mass, *lines):
    """Mass and lines with a gap where one of them jumps: between two masses so far apart in coupling nothing is known."""
    with np.errstate(invalid="ignore"):
        jumps = np.flatnonzero(np.any(np.abs(np.diff(np.log(lines))) > np.log(JUMP), axis=0)) + 1
    return np.insert(mass, jumps, mass[jumps]), *(np.insert(line, jumps, np.nan) for line in lines)


def draw_line(axes, curve, name, scale=1.0, **style):
    """Draws a contour, times `scale`, where it crosses."""
    return named(axes.plot(*joined(curve.mass, scale * curve.coupling), **style)[0], name)


def draw_band(axes, mass, low, high, name, **style):
    """Fills between two lines, where both are known."""
    return named(axes.fill_between(*joined(mass, low, high), lw=0, **style), name)


def draw_contour(axes, data, curve, name, scale=1.0, **style):
    """The same; triangles at the edges of the grid stand where there is no crossing because the excess is beyond the level at all couplings (at the lower edge) or before it at all (at the upper one)."""
    line = draw_line(axes, curve, name, scale, **style)
    beyond, before = ("below", "above") if curve.level < 0 else ("above", "below")
    for state, marker, edge in (beyond, "v", data["coupling"][0]), (before, "^", data["coupling"][-1]):
        mass = curve.mass[curve.state == state]
        if len(mass):
            row, = axes.plot(mass, np.full(len(mass), scale * edge), marker, color=line.get_color(), ms=3.5, mew=0,
                             clip_on=False, markevery=max(1, len(mass) // 20), zorder=line.get_zorder())
            named(row, f"{name} {state}")
    return line


def part(data, kind, *polarizations):
    """Sum of the parts of the excess of one kind, resonant, offresonant or continuum, of these polarisations (none: all)."""
    index = [data["polarization"].index(name) for name in polarizations or data["polarization"]]
    return data["excess_" + kind][:, :, index].sum(axis=2)


def cell_edges(centres):
    """Edges of the cells around logarithmically spaced centres."""
    logs = np.log(centres)
    if len(logs) == 1:
        return centres[0] * np.array([0.9, 1.1])
    middle = (logs[1:] + logs[:-1]) / 2
    return np.exp(np.concatenate([[2 * logs[0] - middle[0]], middle, [2 * logs[-1] - middle[-1]]]))


def level_colour(level):
    """One colour for each usual level, darker for larger ones; further levels are grey."""
    return next((colour for own, colour in LEVEL_COLOURS.items() if np.isclose(own, level)), GREY)


# --- Pictures -------------------------------------------------------------------------------------------------


def named(artist, name):
    """Gives an artist the name under which its data can be found."""
    artist.set_gid(name)
    return artist


def data_of(artist):
    if isinstance(artist, Line2D):
        return artist.get_xydata()
    if isinstance(artist, QuadMesh):
        rows, columns = np.subtract(artist.get_coordinates().shape[:2], 1)
        return np.ma.filled(artist.get_array().astype(float), np.nan).reshape(rows, columns)
    if isinstance(artist, PathCollection):
        return artist.get_offsets()
    if isinstance(artist, PolyCollection):
        return np.concatenate([path.vertices for path in artist.get_paths()] or [np.empty((0, 2))])
    raise TypeError(f"no data in a {type(artist).__name__}")


def drawn(figure):
    """The data of all named artists of a figure."""
    artists = figure.findobj(lambda artist: artist.get_gid() is not None)
    return {artist.get_gid(): data_of(artist) for artist in artists}


def plane_axes(axes, data, mass=None, coupling=None):
    """The plane of the grid, or of the given ends."""
    mass, coupling = (data[name] if ends is None else ends for name, ends in (("mass", mass), ("coupling", coupling)))
    axes.set(xscale="log", yscale="log", xlim=(mass[0], mass[-1]), ylim=(coupling[0], coupling[-1]),
             xlabel=MASS_LABEL, ylabel=coupling_label(data))


def draw_other_limits(axes, data, arguments, **style):
    """Draws the limits of --limits; returns the entries of the legend."""
    entries = []
    colours = [SKY, PURPLE, GREEN, ORANGE, BLUE]
    for i, limit in enumerate(wdlimits.collect(arguments, data["config"]["physics.model"])):
        drawn = dict(color=colours[i % 5], lw=1.4, ls=["-", "--", "-.", ":"][i // 5 % 4]) | style
        named(axes.plot(limit.mass, limit.value, **drawn)[0], "limit " + limit.name)
        entries.append(entry(f"{limit.title}, {re.split(' [(]|:', limit.confidence)[0]}", color=drawn["color"], lw=1.4, ls=drawn["ls"]))
    return entries


label_line = wdlayout.label_line


def error_note(*curves):
    """The largest Monte Carlo error of these lines, as a sentence."""
    shares = np.concatenate([curve.error / curve.coupling for curve in curves])
    shares = shares[np.isfinite(shares)]
    return f"Monte Carlo error of the couplings: {100 * shares.max():.1g} % at most." if len(shares) else ""


def model_note(data):
    """What the model leaves open where absorption makes the bosons (docs/physics.md, section 11), as a sentence."""
    config, mass = data["config"], data["mass"]
    without = config["physics.formulas"] == "published" or config["physics.continuum"] == "off"
    return "" if without or mass[-1] < 76e3 or mass[0] > 300e3 else "Model: 15 % of the coupling from 76 to 300 keV."


def percent(level):
    return f"{100 * level:g} %"


def legend_below(figure, entries, columns, note="", title=""):
    """What wdlayout.fit() lays below the axes: the legend in at most so many columns, and a footnote."""
    figure.below = entries, columns, note, title


def entry(label, **style):
    return Line2D([], [], label=label, **style)


# --- Command line ---------------------------------------------------------------------------------------------


def parser_of(doc, files="result", count=None, **more):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(files, nargs=count, **more)
    parser.add_argument("-o", "--output", action="append", metavar="PICTURE",
                        help=".png, .pdf or .svg; may be repeated")
    parser.add_argument("--dpi", type=int, default=200, metavar="N", help="of .png; default 200")
    parser.add_argument("--data", metavar="FILE.npz", help="also store the data drawn")
    wdlayout.add_options(parser)
    return parser


def spare_inputs(outputs, inputs):
    """ValueError if an output would replace an input, or what no picture can replace."""
    for output in outputs:
        if os.path.exists(output) and not os.path.isfile(output):
            raise ValueError(f"{output} is no ordinary file; expected the name of a picture")
        if any(os.path.exists(output) and os.path.exists(given) and os.path.samefile(output, given) for given in inputs):
            raise ValueError(f"{output} is an input; expected another name for the output")
        if os.path.exists(output) and h5py.is_hdf5(output):
            raise ValueError(f"{output} is an HDF5 file; expected the name of a picture")


def main(parser, draw, suffix, load=read):
    """Parses the command line, reads the files, draws, saves. Without -o, pictures are named after the first file."""
    arguments = parser.parse_args()
    paths = next(iter(vars(arguments).values()))
    paths = paths if isinstance(paths, list) else [paths]
    script = os.path.basename(sys.argv[0])
    path = paths[0]
    try:
        results = []
        for path in paths:
            results.append(load(path))
        path = ", ".join(paths)
        stem = os.path.splitext(paths[0])[0] + suffix
        names = arguments.output or [stem + ".png", stem + ".pdf"]
        given = [value for name, value in vars(arguments).items() if isinstance(value, str) and name != "data"]
        given += getattr(arguments, "limits", [])
        spare_inputs(names + [arguments.data] * bool(arguments.data), paths + given)
        with plt.rc_context(STYLE | wdlayout.settings(arguments)):
            figure = draw(results, arguments)
            wdlayout.fit(figure, arguments)
            wdlayout.turn_labels(figure)
            for name in names:
                undated = {"CreationDate": None} if name.endswith(".pdf") else None
                figure.savefig(name, dpi=arguments.dpi, metadata=undated)
                print(f"picture: {name}", file=sys.stderr)
        if arguments.data:
            np.savez(arguments.data, **drawn(figure))
    except (OSError, ValueError, wdscan.WdscanError) as error:
        sys.exit(f"{script}: {path}: {error}")
