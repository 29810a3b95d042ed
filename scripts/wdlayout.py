"""Figures at the size at which they are printed: --width, --style, --no-title, --usetex of all plotting scripts.

A script draws at a size of its own. fit() then sets the size asked for, scales texts and lines, breaks what has become
too long, and moves the axes until all of it is inside, with the legend below in as many columns as have room.
"""

import argparse
import os
import re
import shutil
import subprocess

import matplotlib
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

SMALLEST = 7.0  # pt: what journals demand of printed text
MEASURE = 288  # dpi at which texts are measured: at few dots their sizes are rounded
PAD = 0.04  # in
UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72.27}
# Width [in] and the factors on sizes of text and on widths of lines.
STYLES = {"paper": (3.375, 0.8, 0.6), "slides": (10.0, 1.4, 1.5)}
OWN = (None, 1.0, 1.0)


def length(text):
    """'3.375in' in inches."""
    match = re.fullmatch(r"([0-9.]+)\s*(in|cm|mm|pt)", text)
    try:
        inches = float(match[1]) * UNITS[match[2]]
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number with in, cm, mm or pt, as 3.375in") from None
    if not 1 <= inches <= 40:
        raise argparse.ArgumentTypeError(f"{text!r}: expected 1in to 40in")
    return inches


def add_options(parser):
    parser.add_argument("--width", type=length, metavar="3.375in", help="width of the picture: in, cm, mm or pt")
    parser.add_argument("--style", metavar="STYLE",
                        help="paper (3.375in wide, no text below 7 pt), slides, or a file .mplstyle")
    parser.add_argument("--no-title", action="store_true", help="leave out the title")
    parser.add_argument("--usetex", action="store_true", help="set all texts with LaTeX")


def settings(arguments):
    """What --style and --usetex say, as settings of Matplotlib. ValueError if they cannot be had."""
    chosen = {}
    if arguments.style and arguments.style not in STYLES:
        if not os.path.isfile(arguments.style):
            raise ValueError(f"--style {arguments.style}: no such file; expected paper, slides or a file .mplstyle")
        chosen.update(matplotlib.rc_params_from_file(arguments.style, use_default_template=False))
    if arguments.usetex:
        missing = [name for name in ("latex", "dvipng", "kpsewhich") if not shutil.which(name)]
        missing = missing or [name for name in ("type1cm.sty", "type1ec.sty", "underscore.sty") if not has_tex(name)]
        if missing:
            raise ValueError(f"--usetex: there is no {' and no '.join(missing)}; expected LaTeX with dvipng (Debian: "
                             "texlive-latex-extra, cm-super-minimal, dvipng), or a picture without --usetex")
        chosen.update({"text.usetex": True, "font.family": "serif"})
    return chosen


def label_line(axes, line, text, place, colour=None):
    """Writes a text at a line, at the share `place` of the length that can be seen; turn_labels() puts it there."""
    label = axes.text(0, 0, text, color=colour or line.get_color(), fontsize=8, ha="center", va="center", zorder=line.get_zorder() + 3,
                      path_effects=[withStroke(linewidth=3.6, foreground="white")])
    label.set_in_layout(False)
    label.line, label.place = line, place


def turn_labels(figure):
    """Puts the labels of lines where they belong, along the line; one whose line cannot be seen is left out."""
    for label in figure.findobj(lambda artist: hasattr(artist, "line")):
        axes = label.axes
        points = axes.transData.transform(label.line.get_xydata())
        seen = points[[bool(np.isfinite(point).all() and axes.bbox.contains(*point)) for point in points]]
        if len(seen) < 3:
            label.set_visible(False)
            continue
        steps = np.hypot(*np.diff(seen, axis=0).T)
        at = min(np.searchsorted(np.cumsum(steps), label.place * steps.sum()), len(seen) - 2)
        dx, dy = seen[at + 1] - seen[at]
        label.set_position(axes.transData.inverted().transform((seen[at] + seen[at + 1]) / 2))
        label.set_rotation(np.degrees(np.arctan2(dy, dx)))


def has_tex(name):
    return subprocess.run(["kpsewhich", name], stdout=subprocess.DEVNULL).returncode == 0


def for_tex(text):
    """A label as LaTeX has it: outside formulas, signs of TeX and of Unicode."""
    signs = {"%": r"\%", "&": r"\&", "#": r"\#", "\u2032": "$'$", "\u201c": "``", "\u201d": "\'\'", "\u2248": r"$\approx$",
             "\xb1": r"$\pm$", "\u2299": r"$\odot$"}
    parts = re.split(r"(\$[^$]*\$)", text)
    return "".join(part if part.startswith("$") else "".join(signs.get(c, c) for c in part) for part in parts)


def set_for_tex(figure):
    for artist in figure.findobj(Text):
        artist.set_text(for_tex(artist.get_text()))
    for handle in getattr(figure, "below", [[]])[0]:
        handle.set_label(for_tex(handle.get_label()))


def fit(figure, arguments):
    """Makes the figure as the options say; without any it stays as the script drew it."""
    if arguments.usetex:
        set_for_tex(figure)
    width, text, lines = STYLES.get(arguments.style, OWN)
    width = arguments.width or width
    if arguments.no_title:
        remove_titles(figure)
    if not width and not arguments.no_title and not getattr(arguments, "limits", None):
        return
    own = figure.get_size_inches()
    height = own[1] / own[0] * (width or own[0])
    figure.set_dpi(MEASURE)
    scale(figure, text, lines)
    figure.set_size_inches(width or own[0], height)
    if figure.get_constrained_layout():
        break_texts(figure)
        return
    higher = lay_legend(figure, text, lines) - legend_share(figure) * height
    figure.set_size_inches(width or own[0], height + max(0.0, higher))
    for _ in range(3):  # texts that break move the axes, which changes the room
        break_texts(figure)
        place_axes(figure)


def remove_titles(figure):
    for axes in figure.axes:
        axes.set_title("")
    if figure._suptitle:
        figure.suptitle("")


def scale(figure, text, lines):
    """Multiplies the sizes of texts and the widths of lines; no text becomes smaller than SMALLEST by it."""
    for artist in figure.findobj(Text):
        artist.set_fontsize(max(min(SMALLEST, artist.get_fontsize()), text * artist.get_fontsize()))
    for artist in figure.findobj(lambda a: hasattr(a, "get_linewidth") and a.axes is not None):
        widths = artist.get_linewidth()
        artist.set_linewidth([lines * w for w in widths] if hasattr(widths, "__len__") else lines * widths)
        if artist.get_path_effects():
            artist.set_path_effects([withStroke(linewidth=lines * 3.6, foreground="white")])
    for line in figure.findobj(Line2D):
        line.set_markersize(lines * line.get_markersize())
    for axes in figure.axes:
        size = max(SMALLEST, text * matplotlib.rcParams["font.size"])
        axes.tick_params(labelsize=size)


def renderer_of(figure):
    figure.draw_without_rendering()
    return figure.canvas.get_renderer()


def legend_share(figure):
    """The share of the height that the script gave to what is below its axes."""
    return figure.subplotpars.bottom


def lay_legend(figure, text, lines):
    """Lays the legend below in as many columns as have room; returns its height [in]."""
    if not hasattr(figure, "below"):
        return 0.0
    entries, columns, more = figure.below
    for columns in range(columns, 0, -1):
        for legend in list(figure.legends):
            legend.remove()
        size = max(SMALLEST, text * matplotlib.rcParams["font.size"] * 0.9)
        legend = figure.legend(handles=entries, loc="lower center", ncols=columns, **(more | dict(fontsize=size, borderaxespad=0.2, columnspacing=1.2, handlelength=1.8)))
        box = legend.get_window_extent(renderer_of(figure))
        if box.width <= figure.bbox.width:
            break
    for line in legend.get_lines():
        line.set_linewidth(lines * line.get_linewidth())
    return box.height / figure.dpi + PAD


def broken(artist, text, room, renderer):
    """The text with line breaks, between words and never in a formula, so that no line is longer than `room` pixels."""
    def extent(line):
        artist.set_text(line)
        box = artist.get_window_extent(renderer)
        return max(box.width, box.height)

    lines = [""]
    for word in re.findall(r"(?:\$[^$]*\$|[^\s$])+", text):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and extent(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def break_texts(figure):
    """Breaks titles and labels that are longer than what they stand at."""
    renderer = renderer_of(figure)
    texts = [(figure._suptitle, figure.bbox.width)] if figure._suptitle else []
    for axes in figure.axes:
        box = axes.get_window_extent(renderer)
        texts += [(axes.title, figure.bbox.width * 0.95), (axes.xaxis.label, figure.bbox.width * 0.8),
                  (axes.yaxis.label, box.height)]
    for artist, room in texts:
        text = artist.get_text().replace("\n", " ")
        box = artist.get_window_extent(renderer)
        if text and max(box.width, box.height) > room:
            artist.set_text(broken(artist, text, room, renderer))


def place_axes(figure):
    """Moves the edges of the axes so that they, with their texts, fill the figure above the legend."""
    renderer = renderer_of(figure)
    size = figure.bbox
    boxes = [axes.get_tightbbox(renderer) for axes in figure.axes]
    if figure._suptitle and figure._suptitle.get_text():
        boxes.append(figure._suptitle.get_window_extent(renderer))
    box = Bbox.union(boxes)
    pad = PAD * figure.dpi
    floor = max([legend.get_window_extent(renderer).y1 for legend in figure.legends], default=0.0) + pad
    now = figure.subplotpars
    figure.subplots_adjust(left=now.left + (pad - box.x0) / size.width, right=now.right + (size.width - pad - box.x1) / size.width,
                           bottom=now.bottom + (floor - box.y0) / size.height,
                           top=now.top + (size.height - pad - box.y1) / size.height)
