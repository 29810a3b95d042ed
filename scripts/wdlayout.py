"""Figures at the size at which they are printed: --width, --style, --no-title, --usetex of all plotting scripts.

A script draws at a size of its own. fit() then sets the width asked for, scales texts and lines, breaks what is too
long, lays legend and footnote below, and moves the axes until all of it is inside. The axes keep their shape, so that the
height follows from the width.
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
PAD = 0.04  # in
TOGETHER = re.compile(r" +(?=[%|=]|[kM]?eV\b|K\b|\$M_)|(?<==) +")  # spaces at which no line ends: a number and its unit
UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72.27}
# Width [in] and the factors on sizes of text and on widths of lines.
STYLES = {"paper": (3.375, 0.8, 0.6), "slides": (10.0, 1.4, 1.5)}
OWN = (None, 1.0, 1.0)
NARROW = 5.0  # in: a picture for one column; texts and lines are those of paper unless a style is given


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


def size_of(arguments, own):
    """Width [in] and the factors on texts and lines that the options ask for, of a picture `own` wide without them."""
    width, text, lines = STYLES.get(arguments.style, OWN)
    width = arguments.width or width or own
    if width < NARROW and not arguments.style:
        text, lines = STYLES["paper"][1:]
    return width, text, lines


def is_narrow(arguments):
    return size_of(arguments, 2 * NARROW)[0] < NARROW


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
    """Puts the labels of lines where they belong, along the line, and beside those that are there; one for which there is no
    room, or whose line cannot be seen, is left out."""
    renderer, taken = renderer_of(figure), []
    for label in figure.findobj(lambda artist: hasattr(artist, "line")):
        points = label.axes.transData.transform(label.line.get_xydata())
        seen = points[[bool(np.isfinite(point).all() and label.axes.bbox.contains(*point)) for point in points]]
        for place in sorted(np.linspace(0.04, 0.96, 47), key=lambda place: abs(place - label.place)) * (len(seen) > 2):
            turn_label(label, seen, place)
            box = label.get_window_extent(renderer)
            if within(box, label.axes.bbox) and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
        else:
            label.set_visible(False)


def turn_label(label, seen, place):
    """Puts a label at the share `place` of the length of a line through these pixels."""
    steps = np.hypot(*np.diff(seen, axis=0).T)
    at = min(np.searchsorted(np.cumsum(steps), place * steps.sum()), len(seen) - 2)
    dx, dy = seen[at + 1] - seen[at]
    label.set_position(label.axes.transData.inverted().transform((seen[at] + seen[at + 1]) / 2))
    label.set_rotation(np.degrees(np.arctan2(dy, dx)))


def within(box, room):
    return box.x0 > room.x0 and box.x1 < room.x1 and box.y0 > room.y0 and box.y1 < room.y1


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
    if hasattr(figure, "below"):
        entries, columns, note, title = figure.below
        for handle in entries:
            handle.set_label(for_tex(handle.get_label()))
        figure.below = entries, columns, for_tex(note), for_tex(title)


def clip(figure):
    """Marks at the edges of a grid may reach over those of the axes, if these are not elsewhere; texts at places outside the axes are
    left out. Otherwise the axes would make room for them."""
    for axes in figure.axes:
        def inside(points):
            return all(axes.bbox.padded(1).contains(*point) for point in axes.transData.transform(points))

        for line in axes.get_lines():
            if not line.get_clip_on() and not inside(line.get_xydata()):
                line.set_clip_on(True)
        for text in axes.texts:
            if type(text) is Text and text.get_transform() is axes.transData and not hasattr(text, "line"):
                text.set_visible(inside([text.get_position()]))


def fit(figure, arguments):
    """Makes the figure as the options say."""
    clip(figure)
    if arguments.usetex:
        set_for_tex(figure)
    if arguments.no_title:
        remove_titles(figure)
    own, shape = figure.get_size_inches(), axes_shape(figure)
    width, text, lines = size_of(arguments, own[0])
    figure.set_dpi(arguments.dpi)  # sizes of texts are rounded to dots
    scale(figure, text, lines)
    figure.set_size_inches(width, own[1] / own[0] * width)
    figure.align_ylabels()
    if figure.get_constrained_layout():
        break_texts(figure)
        return
    below = lay_below(figure, text, lines)
    figure.set_size_inches(width, own[1] / own[0] * width + below)
    for _ in range(4):  # texts that break move the axes, which changes the room
        break_texts(figure)
        place_axes(figure)
        grow = shape * axes_size(figure)[0] - axes_size(figure)[1]
        figure.set_size_inches(width, figure.get_size_inches()[1] + grow)
    place_axes(figure)


def axes_size(figure):
    """Width and height [in] of the region of the axes."""
    room, (width, height) = figure.subplotpars, figure.get_size_inches()
    return (room.right - room.left) * width, (room.top - room.bottom) * height


def axes_shape(figure):
    width, height = axes_size(figure)
    return height / width


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


def lay_below(figure, text, lines):
    """Lays the footnote and, above it, the legend in as many columns as have room; returns their height [in]."""
    if not hasattr(figure, "below"):
        return 0.0
    entries, columns, note, title = figure.below
    size = max(SMALLEST, text * matplotlib.rcParams["legend.fontsize"])
    floor = PAD
    if note:
        artist = figure.text(PAD, PAD, note, fontsize=size, va="bottom", transform=figure.dpi_scale_trans)
        figure.note = artist
        artist.set_text(broken(artist, note, figure.bbox.width - 2 * PAD * figure.dpi, renderer_of(figure)))
        floor += artist.get_window_extent(renderer_of(figure)).height / figure.dpi + PAD
    for columns in range(columns, 0, -1) if entries else ():
        for legend in list(figure.legends):
            legend.remove()
        legend = figure.legend(handles=entries, loc="lower center", ncols=columns, fontsize=size, title=title or None, title_fontsize=size,
                               alignment="left", borderaxespad=0, borderpad=0.2, columnspacing=1.2, handlelength=2.6, labelspacing=0.35,
                               bbox_to_anchor=(figure.get_size_inches()[0] / 2, floor), bbox_transform=figure.dpi_scale_trans)
        if legend.get_window_extent(renderer_of(figure)).width <= figure.bbox.width:
            break
    for legend in figure.legends:
        break_legend(figure, legend)
        for line in legend.get_lines():
            line.set_linewidth(lines * line.get_linewidth())
        floor = legend.get_window_extent(renderer_of(figure)).y1 / figure.dpi
    return floor


def break_legend(figure, legend):
    """Breaks the entries, and the title, of a legend that is wider than the figure."""
    renderer = renderer_of(figure)
    left = legend.get_window_extent(renderer).x0
    if left >= 0:
        return
    for text in [*legend.get_texts(), legend.get_title()]:
        box, words = text.get_window_extent(renderer), text.get_text().replace("\n", " ")
        text.set_text(broken(text, words, figure.bbox.width - (box.x0 - left) - 2 * PAD * figure.dpi, renderer))


def broken(artist, text, room, renderer):
    """The text with line breaks, at spaces and never in a formula, so that no line is longer than `room` pixels."""
    def extent(line):
        artist.set_text(line)
        box = artist.get_window_extent(renderer)
        return max(box.width, box.height)

    if extent(text) <= room:
        return text
    lines = [""]
    for word in re.findall(r"(?:\$[^$]*\$|[^ $])+", TOGETHER.sub("\xa0", text)):
        longer = f"{lines[-1]} {word}".strip(" ")
        if lines[-1] and extent(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines).replace("\xa0", " ")


def columns_of(axes):
    """How many axes, their colour bars aside, stand beside each other."""
    place = axes.get_subplotspec() if hasattr(axes, "get_subplotspec") else None  # Matplotlib 3.6: not every colour bar's
    return place.get_topmost_subplotspec().get_gridspec().ncols if place else 1


def break_texts(figure):
    """Breaks titles and labels that are longer than what they stand at."""
    renderer = renderer_of(figure)
    texts = [(figure._suptitle, figure.bbox.width)] if figure._suptitle else []
    for axes in figure.axes:
        box = axes.get_window_extent(renderer)
        alone = columns_of(axes) == 1
        texts += [(axes.title, figure.bbox.width * 0.97 if alone else box.width), (axes.yaxis.label, box.height)]
        texts += [(one.xaxis.label, figure.bbox.width * 0.8 if alone else box.width) for one in [axes, *axes.child_axes]]
    for artist, room in texts:
        if artist.get_text():
            artist.set_text(broken(artist, artist.get_text().replace("\n", " "), room, renderer))


def centre_titles(figure, renderer):
    """Titles wider than their axes stand in the middle of the figure."""
    for axes in figure.axes:
        box = axes.get_window_extent(renderer)
        wide = axes.title.get_window_extent(renderer).width > box.width and columns_of(axes) == 1
        axes.title.set_x((figure.bbox.width / 2 - box.x0) / box.width if wide else 0.5)


def place_axes(figure):
    """Moves the edges of the axes so that they, with their texts, fill the figure between title and legend."""
    renderer = renderer_of(figure)
    centre_titles(figure, renderer)
    size, pad = figure.bbox, PAD * figure.dpi
    ceiling = size.height - pad
    if figure._suptitle and figure._suptitle.get_text():
        figure._suptitle.set(y=ceiling / size.height, va="top")
        ceiling -= figure._suptitle.get_window_extent(renderer).height + 2 * pad
    box = Bbox.union([axes.get_tightbbox(renderer) for axes in figure.axes])
    below = [*figure.legends, *([figure.note] if hasattr(figure, "note") else [])]
    floor = max([artist.get_window_extent(renderer).y1 for artist in below], default=0.0) + 2 * pad
    now = figure.subplotpars
    figure.subplots_adjust(left=now.left + (pad - box.x0) / size.width, right=now.right + (size.width - pad - box.x1) / size.width,
                           bottom=now.bottom + (floor - box.y0) / size.height,
                           top=now.top + (ceiling - box.y1) / size.height)
