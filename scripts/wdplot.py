"""What the plotting scripts share: result files, lines, colours, axes, and the command line.

A script is a function draw(results, arguments) -> figure and one call of main(). Whatever shows data has a name
(named()); `--data FILE.npz` stores what is in the picture, read back from the finished figure, under these names.
"""

import argparse
import logging
import os
import re
import sys

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

PENDING, DONE, FAILED, TARGET_MISSED = range(4)
MAIN_LEVEL = 0.3
# After Okabe & Ito: distinguishable with any colour vision.
INK, PAPER, GREY = "#111111", "#ffffff", "#777777"
RED, BLUE, GREEN, ORANGE, SKY, PURPLE = "#d55e00", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#cc79a7"
LEVEL_COLOURS = {0.01: "#f0c420", 0.1: "#e69f00", 0.3: "#d55e00", 0.5: "#a3214f", 0.7: "#45195e"}
OUTLINE = [withStroke(linewidth=3.6, foreground=PAPER)]
MASS_LABEL = r"mass of the $A'$ boson,  $m_{A'}$  [eV]"
COUPLING_LABEL = r"coupling  $g_{\mu\tau}$"

plt.rcParams.update({"font.size": 10, "legend.fontsize": 9, "legend.frameon": False, "pdf.fonttype": 42,
                     "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
                     "axes.unicode_minus": True, "svg.hashsalt": "wdscan"})

# --- Result files ---------------------------------------------------------------------------------------------


def read(path, *more):
    """What most pictures need of a result file, and the datasets named in `more`, as a dictionary of arrays.
    Excesses of points that were not computed are NaN."""
    names = ["mass", "coupling", "level", "excess", "excess_error", "status", "contour_coupling",
             "contour_coupling_error", "excess_resonant", "excess_offresonant", "excess_continuum", "excess_continuum_error",
             "star/radius",
             "star/plasma_frequency", "star/electron_density", *more]
    with h5py.File(path, "r") as file:
        missing = [name for name in names + ["config", "polarization"] if name not in file]
        if missing:
            raise OSError(f"no result file of wdscan: it lacks {', '.join(missing)}")
        data = {name: file[name][...] for name in names}
        data["polarization"] = [as_text(name) for name in file["polarization"][...]]
        data["config"] = as_text(file["config"][()])
        data["star"] = dict(file["star"].attrs)
    data["path"] = path
    return data


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def setting(data, section, key):
    """One scalar of the stored configuration, which has two levels and one key per line."""
    match = re.search(rf"^{section}:\n(?:[ ]+.*\n)*?[ ]+{key}:[ ]*(\S+)", data["config"], re.MULTILINE)
    return match.group(1) if match else "?"


def power_of_ten(number):
    """A number as TeX: 1e8 -> 10^8, 2.5e7 -> 2.5 x 10^7."""
    mantissa, exponent = f"{number:.3e}".split("e")
    factor = "" if float(mantissa) == 1 else rf"{float(mantissa):g} \times "
    return f"${factor}10^{{{int(exponent)}}}$"


def star_text(data):
    return (rf"{float(data['star']['mass_msun']):.3g} $M_\odot$,  $T$ = "
            f"{power_of_ten(float(setting(data, 'star', 'temperature')))} K")


def formulas_text(data):
    return f"formulas “{setting(data, 'physics', 'formulas')}”"


# --- Lines ----------------------------------------------------------------------------------------------------


def crossing(coupling, excess, level):
    """The smallest coupling where `excess` rises through `level`, along a g^2 + b g^4 between grid points; else NaN."""
    known = np.flatnonzero(np.isfinite(excess))
    above = known[excess[known] >= level]
    if len(above) == 0 or above[0] == known[0]:
        return np.nan
    k = above[0]
    i = known[np.searchsorted(known, k) - 1]
    if k - i > 2:
        return np.nan
    x1, x2 = coupling[i] ** 2, coupling[k] ** 2
    h1, h2 = excess[i] / x1, excess[k] / x2  # h = a + b x, x = g^2
    b = (h2 - h1) / (x2 - x1)
    a = h1 - b * x1
    root = np.sqrt(max(a * a + 4 * b * level, 0.0))
    return np.sqrt(2 * level / (a + root) if a > 0 else (root - a) / (2 * b))


def line_of(data, excess, level=MAIN_LEVEL):
    """The contour of any array (mass, coupling)."""
    return np.array([crossing(data["coupling"], row, level) for row in excess])


def contour(data, level=MAIN_LEVEL):
    """The contour of the excess: that of the file, if it has it."""
    for own, line in zip(data["level"], data["contour_coupling"]):
        if np.isclose(own, level):
            return line
    return line_of(data, data["excess"], level)


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


def plane_axes(axes, mass, coupling):
    axes.set(xscale="log", yscale="log", xlim=(mass[0], mass[-1]), ylim=(coupling[0], coupling[-1]),
             xlabel=MASS_LABEL, ylabel=COUPLING_LABEL)


def legend_below(figure, entries, columns, **more):
    figure.legend(handles=entries, loc="lower center", ncols=columns, **more)


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
    return parser


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
        figure = draw(results, arguments)
        stem = os.path.splitext(paths[0])[0] + suffix
        for name in arguments.output or [stem + ".png", stem + ".pdf"]:
            undated = {"CreationDate": None} if name.endswith(".pdf") else None
            figure.savefig(name, dpi=arguments.dpi, metadata=undated)
            print(f"picture: {name}", file=sys.stderr)
        if arguments.data:
            np.savez(arguments.data, **drawn(figure))
    except (OSError, ValueError) as error:
        sys.exit(f"{script}: {path}: {error}")
