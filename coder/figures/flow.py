"""Knowledge flow: who teaches, tells and meets whom around a firm, in arrows as wide as there are citations."""

from __future__ import annotations

from cmath import rect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import pi, sin
from typing import TYPE_CHECKING, Any

from coder.figures.drawing import Drawing, sheet
from coder.figures.placing import (
    Box,
    Line,
    Page,
    Point,
    band,
    bent,
    beside,
    box_around,
    broken,
    curve,
    high,
    outside,
    wide,
)

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDEST, THINNEST = 0.24, 0.012
"""Inches of the widest arrow and the thinnest."""
NAME, LABEL = 9.5, 7.5
"""Points of a party's name, and of what is said of an arrow."""
GAP = 0.14
"""Inches between arrows side by side."""
LANE = 2.0
"""Inches between the boxes of a partner and of the firm."""
ROOMS = (0.85, 1.1, 1.4)
"""Inches between the firm and a line that passes by it, the least that leaves room for all labels."""
EDGE = 0.15
STYLES: dict[str, dict[str, Any]] = {
    "out": {"facecolor": "black"},
    "in": {"facecolor": "0.68"},
    "between": {"facecolor": "white", "hatch": "//////"},
}


@dataclass(frozen=True)
class Flow:
    """Knowledge that goes from one party to another, or both ways; the two may be the same."""

    source: str
    target: str
    both: bool
    citations: int
    label: str
    details: str = ""
    """More of it, such as the most frequent mechanisms; printed if there is room."""


@dataclass(frozen=True)
class _Arrow:
    flow: Flow
    kind: str
    width: float
    line: Line
    text: str = ""
    place: Point = 0j


@dataclass
class _Map:
    """The boxes of the parties, and the arrows between them."""

    centre: str
    boxes: dict[str, Box]
    room: float
    arrows: list[_Arrow] = field(default_factory=list)

    def page(self) -> Page:
        """Return what boxes and arrows cover."""
        page = Page(list(self.boxes.values()))
        for arrow in self.arrows:
            page.cover(arrow.line, 1.5 * arrow.width + 0.08)
        return page


def knowledge_flow(title: str, flows: Sequence[Flow], centre: str = "firm", note: str = "") -> Drawing:
    """Draw where knowledge goes between a firm and any number of partners.

    Black arrows lead away from the centre, grey ones to it, hatched ones join partners; what never occurs is a dashed
    line. Labels have the number of citations; where they would not fit beside their arrows they are shortened, and at
    last they are letters that a list below explains.

    Parameters
    ----------
    flows
        At least one.
    centre
        Who stands in the middle; the first source of all, if nobody has that name.

    Examples
    --------
    >>> svg = knowledge_flow("Flow", [Flow("firm", "customers", False, 12, "education", "courses 7")]).svg()
    >>> all(word in svg for word in ("Customers", "education: 12", "courses 7"))
    True
    """
    drawn, arrows, page, form = _labelled(flows, centre)
    keyed = arrows if form == len(TEXTS) - 1 else []
    left, bottom, right, top = page.extent()
    width = max(right - left, wide(title, 11), 4.6) + 2 * EDGE
    listed = _listed(keyed, width - 2 * EDGE)
    head, foot = 0.4, 0.4 + high(listed, LABEL) * bool(keyed)
    height = top - bottom + head + foot + 2 * EDGE
    middle = (left + right) / 2

    def draw(figure: Figure) -> None:
        axes = sheet(figure, middle - width / 2, bottom - foot - EDGE)
        for n, arrow in enumerate(arrows):
            _draw_arrow(axes, arrow, n)
        for name, box in drawn.boxes.items():
            _draw_box(axes, name, box, strong=name == drawn.centre)
        axes.text(middle, top + head, title, ha="center", va="top", fontsize=11)
        _legend(axes, drawn, middle, bottom - EDGE - 0.1)
        if keyed:
            axes.text(middle - width / 2 + EDGE, bottom - foot, listed, va="bottom", fontsize=LABEL, linespacing=1.2)

    return Drawing(title, width, height, draw, note)


def _mapped(flows: Sequence[Flow], centre: str, room: float) -> _Map:
    """Lay the partners out around the centre, and the arrows between them; `room` lies below arrows of the centre."""
    names = list(dict.fromkeys(name for flow in flows for name in (flow.source, flow.target)))
    centre = centre if centre in names else flows[0].source
    partners = [name for name in names if name != centre]
    most = max(flow.citations for flow in flows) or 1
    widths = [max(THINNEST, WIDEST * flow.citations / most) for flow in flows]
    sizes = {name: _size(name) for name in names}
    for name in partners:
        lanes = [w for flow, w in zip(flows, widths, strict=True) if {flow.source, flow.target} == {name, centre}]
        for one in (name, centre):
            sizes[one] = (max(sizes[one][0], _across(lanes)), max(sizes[one][1], _across(lanes)))
    n = len(partners)
    angles = [-pi * k for k in range(n)] if n <= 2 else [pi / 2 - 2 * pi * k / n for k in range(n)]
    widest = max((sizes[name][0] for name in partners), default=0.0)
    ring = (widest + 0.9) / (2 * sin(pi / n)) if n > 2 else 0.0
    boxes = {centre: box_around(0j, sizes[centre])}
    for name, angle in zip(partners, angles, strict=True):
        u = rect(1, angle)
        far = max(ring, LANE + sum(_reach(sizes[one], u) for one in (centre, name)))
        boxes[name] = box_around(far * u, sizes[name])
    found = _Map(centre, boxes, room)
    by_pair: dict[frozenset[str], list[tuple[Flow, float]]] = {}
    for flow, thick in zip(flows, widths, strict=True):
        by_pair.setdefault(frozenset((flow.source, flow.target)), []).append((flow, thick))
    for pair, those in by_pair.items():
        here = sorted(pair, key=names.index)
        lines = _lines(found, here, [thick for _, thick in those])
        for (flow, thick), line in zip(those, lines, strict=True):
            way = line if flow.source == here[0] else line[::-1]
            found.arrows.append(_Arrow(flow, _kind(flow, centre), thick, way))
    return found


def _kind(flow: Flow, centre: str) -> str:
    if flow.both or centre not in {flow.source, flow.target}:
        return "between"
    return "out" if flow.source == centre else "in"


def _size(name: str) -> tuple[float, float]:
    text = broken(name, 1.3, NAME)
    return max(0.8, wide(text, NAME) + 0.3), max(0.62, high(text, NAME) + 0.25)


def _across(widths: Sequence[float]) -> float:
    """Return how much room arrows need side by side."""
    return sum(1.5 * width for width in widths) + GAP * max(0, len(widths) - 1)


def _reach(size: tuple[float, float], u: Point) -> float:
    """Return how far it is from the middle of a box to its edge in some direction."""
    sides = zip(size, (abs(u.real), abs(u.imag)), strict=True)
    return min(side / 2 / share if share > 1e-9 else 99.0 for side, share in sides)


def _lines(found: _Map, names: Sequence[str], widths: Sequence[float]) -> list[Line]:
    """Return the lines of all arrows between two parties, from the first named."""
    boxes = [found.boxes[name] for name in names]
    inner = [_across(widths[:k]) + GAP * bool(k) for k in range(len(widths))]
    if len(names) == 1:
        return [_loop(found, names[0], further) for further in inner]
    one, other = map(_middle, boxes)
    lines = _lanes(one, other, widths) if found.centre in names else [_around(found, one, other, k) for k in inner]
    return [outside(line, boxes) for line in lines]


def _middle(box: Box) -> Point:
    return complex(box[0] + box[2], box[1] + box[3]) / 2


def _lanes(one: Point, other: Point, widths: Sequence[float]) -> list[Line]:
    """Return straight lines side by side, the first on top."""
    across = 1j * (other - one) / abs(other - one)
    if across.imag < -1e-9 or (abs(across.imag) <= 1e-9 and across.real < 0):
        across = -across
    lines, at = [], _across(widths) / 2
    for width in widths:
        aside = (at - 0.75 * width) * across
        lines.append(curve(one + aside, one + aside, other + aside, other + aside))
        at -= 1.5 * width + GAP
    return lines


def _around(found: _Map, one: Point, other: Point, further: float) -> Line:
    """Return a line between two partners that passes by the centre."""
    middle, length = (one + other) / 2, abs(other - one)
    along = (other - one) / length
    far, room = abs(middle), found.boxes[found.centre][3] + found.room
    u = middle / far if far > room / 2 else -1j * along
    if far <= room / 2 and along.real < -0.01:  # they stand on either side of the centre: below it, or on its left
        u = -u
    least = max(far + 0.12 * length, room) + 2 * further
    apart = min(1.6 * further, 0.35) * along
    return bent(one - apart, least * u, other + apart)


def _loop(found: _Map, name: str, further: float) -> Line:
    """Return a line from a party to itself, on the side away from the centre, or above."""
    box = found.boxes[name]
    middle = _middle(box)
    u = middle / abs(middle) if middle and len(found.boxes) > 3 else 1j
    far = middle + (_reach((box[2] - box[0], box[3] - box[1]), u) + 0.95 + 1.4 * further) * u
    broad, near = (0.75 + 1.2 * further) * 1j * u, (0.14 + 0.5 * further) * 1j * u
    return outside(curve(middle + near, far + broad, far - broad, middle - near), [box])


def _labelled(flows: Sequence[Flow], centre: str) -> tuple[_Map, list[_Arrow], Page, int]:
    """Place the labels in the longest of the forms of `TEXTS` in which all of them fit; return its number, too."""
    for form, text in enumerate(TEXTS):
        for room in ROOMS:
            drawn = _mapped(flows, centre, room)
            page, places = drawn.page(), {}
            arrows = [replace(arrow, text=text(n, arrow.flow)) for n, arrow in enumerate(drawn.arrows)]
            for n, arrow in sorted(enumerate(arrows), key=lambda one: -len(one[1].text)):
                size = wide(arrow.text, LABEL) + 0.04, high(arrow.text, LABEL)
                places[n] = page.put(size, beside(arrow.line, arrow.width, size))
            placed = [
                replace(arrow, place=places[n] or complex(arrow.line[len(arrow.line) // 2]))
                for n, arrow in enumerate(arrows)
            ]
            if None not in places.values():
                return drawn, placed, page, form
    return drawn, placed, page, form


def _name(flow: Flow) -> str:
    return broken(f"{flow.label}: {flow.citations}", 1.75, LABEL)


def _details(flow: Flow) -> str:
    """Break the details into lines after commas alone."""
    kept = ", ".join(part.replace(" ", "\u00a0") for part in flow.details.split(", "))
    return broken(kept, 1.75, LABEL).replace("\u00a0", " ")


def _letter(n: int) -> str:
    """Return a to z, and after these a1, b1 and so on."""
    return "abcdefghijklmnopqrstuvwxyz"[n % 26] + (str(n // 26) if n >= 26 else "")


def _listed(arrows: Sequence[_Arrow], room: float) -> str:
    """Say what the letters mean, one line each at least."""
    lines = []
    for letter, flow in ((arrow.text.partition(":")[0], arrow.flow) for arrow in arrows):
        way = f"{flow.source} {'and' if flow.both else 'to'} {flow.target}"
        details = f" ({flow.details})" if flow.details else ""
        lines.append(broken(f"{letter}  {flow.label}, {way}: {flow.citations}{details}", room, LABEL))
    return "\n".join(lines)


def _draw_arrow(axes: Axes, arrow: _Arrow, n: int) -> None:
    from matplotlib.patches import Polygon

    if arrow.flow.citations:
        corners = band(arrow.line, arrow.width, both=arrow.flow.both).view(float).reshape(-1, 2)
        linewidth = 0.6 if arrow.width > 0.03 else 0.3
        style: dict[str, Any] = {"edgecolor": "black", "linewidth": linewidth, "zorder": 2 + n / 100}
        axes.add_patch(Polygon(corners, closed=True, joinstyle="round", **STYLES[arrow.kind], **style))
    else:
        axes.plot(arrow.line.real, arrow.line.imag, color="0.4", linestyle="--", linewidth=0.7, zorder=2)
    x, y = arrow.place.real, arrow.place.imag
    axes.text(x, y, arrow.text, ha="center", va="center", fontsize=LABEL, linespacing=1.2, zorder=5)


def _draw_box(axes: Axes, name: str, box: Box, *, strong: bool) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, bottom, right, top = box
    style: dict[str, Any] = {"facecolor": "white", "edgecolor": "black", "linewidth": 1.6 if strong else 0.9}
    rounded = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch((left, bottom), right - left, top - bottom, boxstyle=rounded, zorder=4, **style))
    text = broken(name[:1].upper() + name[1:], 1.3, NAME)
    axes.text((left + right) / 2, (bottom + top) / 2, text, ha="center", va="center", fontsize=NAME, zorder=5)


def _legend(axes: Axes, drawn: _Map, middle: float, top: float) -> None:
    """Say what the kinds of arrows mean, in one line."""
    from matplotlib.patches import Rectangle

    own = any(
        arrow.kind == "between" and drawn.centre in {arrow.flow.source, arrow.flow.target} for arrow in drawn.arrows
    )
    words = {
        "out": f"from the {drawn.centre}",
        "in": f"to the {drawn.centre}",
        "between": "both ways" if own else "between partners",
    }
    shown = [kind for kind in words if any(arrow.kind == kind and arrow.flow.citations for arrow in drawn.arrows)]
    parts: list[tuple[str, str]] = [(kind, words[kind]) for kind in shown]
    if not all(arrow.flow.citations for arrow in drawn.arrows):
        parts.append(("", "no citation"))
    parts.append(("width", "width: citations"))
    x = middle - sum(wide(text, LABEL) + (0.2 if kind == "width" else 0.55) for kind, text in parts) / 2
    for kind, text in parts:
        if kind in STYLES:
            style: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6}
            axes.add_patch(Rectangle((x, top - 0.06), 0.28, 0.1, **STYLES[kind], **style))
        elif not kind:
            axes.plot([x, x + 0.28], [top, top], color="0.4", linestyle="--", linewidth=0.7)
        x += 0.0 if kind == "width" else 0.35
        axes.text(x, top, text, va="center", fontsize=LABEL)
        x += wide(text, LABEL) + 0.2


TEXTS: tuple[Callable[[int, Flow], str], ...] = (
    lambda _, flow: "\n".join(filter(None, (_name(flow), _details(flow)))),
    lambda _, flow: _name(flow),
    lambda n, flow: f"{_letter(n)}: {flow.citations}",
)
"""What is said of an arrow by its number and flow, the longest form first; of the last, a list says more."""
