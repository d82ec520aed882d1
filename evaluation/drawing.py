"""How every picture looks that a notebook shows: its style, its colours, and a figure that carries its alternative text.

Black and one blue come first; what must be told apart is so by shape or dashes as well, so that it can be printed without colour.
"""

from __future__ import annotations

import io
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure

STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "betteroff",  # the same picture has the same bytes
    "text.parse_math": False,  # a "$" is a dollar sign
    "axes.formatter.use_mathtext": False,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that the layout is the same on every machine
}
INK, ACCENT, BAND = "#16202a", "#0b5a8f", "#eef1f4"


class InANotebook(Figure):
    """A figure that a notebook shows without pyplot, with its alternative text."""

    alt = ""

    def _repr_html_(self) -> str:
        drawn = svg(self)
        return f'<div role="img" aria-label="{escape(self.alt)}">{drawn[drawn.index("<svg") :]}</div>'


def svg(figure: Figure) -> str:
    """A figure as SVG: the same figure gives the same bytes."""
    page = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None})
    return page.getvalue()
