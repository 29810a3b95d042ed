"""Checks how the pictures of the plotting scripts are laid out, for one column and for two: check_layout.py SCRIPTS < COMMANDS

A command is a line such as "fig4 scan.h5 --paper paper.h5", for SCRIPTS/plot_fig4.py. Each picture is drawn 3.375 in and 7 in wide; no
text is smaller than 7 pt, all is inside, and neither labels of lines nor names, labels of axes, legend and footnote overlap.
"""

import itertools
import os
import runpy
import shlex
import sys

from matplotlib.text import Text
from matplotlib.transforms import Bbox

scripts = sys.argv[1]
sys.path.insert(0, scripts)
import wdlayout
import wdplot


def script_of(name):
    """What the script hands to wdplot.main(): its parser, draw, and the function that reads a file."""
    found = []
    wdplot.main = lambda parser, draw, suffix, load=wdplot.read: found.extend((parser, draw, load))
    runpy.run_path(os.path.join(scripts, f"plot_{name}.py"), run_name="__main__")
    return found


def overlapping(artists, renderer):
    boxes = [(artist, artist.get_window_extent(renderer)) for artist in artists]
    return [(words(a), words(b)) for (a, one), (b, other) in itertools.combinations(boxes, 2) if min_side(Bbox.intersection(one, other)) > 1]


def words(artist):
    return artist.get_text() if hasattr(artist, "get_text") else type(artist).__name__


def min_side(box):
    return min(box.width, box.height) if box else 0


def check(figure, width, renderer):
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    small = {text.get_text(): text.get_fontsize() for text in texts if text.get_fontsize() < 7 - 1e-9}
    assert len(texts) > 10 and not small, f"below 7 pt: {small}"
    assert abs(figure.get_size_inches()[0] - width) < 1e-9

    labels = figure.findobj(lambda artist: hasattr(artist, "line"))
    hidden = [label.get_text() for label in labels if not label.get_visible()]
    assert not hidden, f"no room for the labels {hidden}"
    names = [text for axes in figure.axes for text in axes.texts if text.get_text() and text.get_rotation() == 0]
    axis_labels = [axis.label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if axis.label.get_text()]
    titles = [axes.title for axes in figure.axes if axes.title.get_text()] + [figure._suptitle] * bool(figure._suptitle)
    below = [*figure.legends, *([figure.note] if hasattr(figure, "note") else [])]
    for artists in labels, names + titles, axis_labels + titles + below:
        wrong = overlapping(artists, renderer)
        assert not wrong, f"overlap: {wrong}"

    outer = [axes.get_tightbbox(renderer) for axes in figure.axes] + [artist.get_window_extent(renderer) for artist in below]
    box = Bbox.union(outer)
    assert box.x0 > -1 and box.y0 > -1 and box.x1 < figure.bbox.width + 1 and box.y1 < figure.bbox.height + 1, f"outside: {box}"
    for axes in figure.axes:
        room = axes.get_window_extent(renderer)
        assert min(room.width, room.height) > 0.05 * figure.dpi, f"no room for the axes: {room}"


count = 0
for command in sys.stdin:
    name, *options = shlex.split(command)
    parser, draw, load = script_of(name)
    for width in 3.375, 7.0:
        arguments = parser.parse_args([*options, "--width", f"{width}in"])
        paths = next(iter(vars(arguments).values()))
        with wdplot.plt.rc_context(wdplot.STYLE):
            figure = draw([load(path) for path in (paths if isinstance(paths, list) else [paths])], arguments)
            wdlayout.fit(figure, arguments)
            wdlayout.turn_labels(figure)
            try:
                check(figure, width, wdlayout.renderer_of(figure))
            except AssertionError as error:
                sys.exit(f"plot_{name}.py, {width} in wide: {error}")
            wdplot.plt.close(figure)
        count += 1
print(f"{count} pictures laid out as they should be")
assert count > 0
