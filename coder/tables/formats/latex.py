r"""Tables as one LaTeX file for XeLaTeX and LuaLaTeX: a `longtable` each, with the rules of `booktabs`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap

from coder.tables.formats.cells import Cell, heights, lines_of, numeric_columns, xml_text_of
from coder.tables.formats.column_widths import LANDSCAPE, PORTRAIT, column_widths, fitting, is_wide
from coder.types import Table

LONGEST = 800
"""Characters of a cell in one row: LaTeX breaks pages between rows only, so a longer cell goes on in a row below."""
_GAP = 0.3  # centimetres between two columns
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_EMOJI = "\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\U0001f000-\U0001faff"
_SCRIPTS = re.compile(
    rf"(?P<rl>[{_RIGHT_TO_LEFT}]+([\s.,;:!?'\"…–-]+[{_RIGHT_TO_LEFT}]+)*)"
    rf"|(?P<emoji>[{_EMOJI}]([{_EMOJI}\u200d]*[{_EMOJI}])?)"
)
_MARKUP = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{mark: f"\\{mark}" for mark in "&%_#${}"},
}
_SPECIAL = re.compile(rf"[{re.escape(''.join(_MARKUP))}]")
_BREAKABLE = re.compile(r"(?<=\w)([/:@]|\\_)(?=\w)")  # in code paths, names of files, times

_HEAD = r"""% Compile with xelatex or lualatex, twice. To put a table into your own paper, take along the
% packages and commands of this preamble. Quotation marks and dashes print as they were typed (no TeX ligatures).
\documentclass[10pt]{article}
\usepackage[a4paper,margin=2cm]{geometry}
\usepackage{fontspec,array,booktabs,longtable,pdflscape,caption}
\setmainfont{Latin Modern Roman}[Ligatures=TeXReset]
% Fonts with the signs that the main font lacks: add yours where the log says `Missing character`.
\ExplSyntaxOn
\newcommand\firstfont[3]{\let#1\relax
  \clist_map_inline:nn{#2}{\IfFontExistsTF{##1}{\newfontfamily#1{##1}[#3]\clist_map_break:}{}}}
\DeclareRobustCommand\emoji[1]{{\emojifont\tl_map_inline:nn{#1}{%
  \iffontchar\font`##1~##1\else\typeout{Missing~character:~##1}\fi}}}
\ExplSyntaxOff
\firstfont\rlfont{FreeSerif,Times New Roman,DejaVu Sans}{Script=Arabic}
\firstfont\emojifont{Symbola,Noto Emoji,Segoe UI Emoji,DejaVu Sans,FreeSerif}{}
\ifdefined\XeTeXversion
  \TeXXeTstate=1
  \DeclareRobustCommand\rl[1]{{\rlfont\beginR #1\endR}}
\else
  \DeclareRobustCommand\rl[1]{{\rlfont\textdirection 1 #1}}
\fi
\captionsetup{font=small,labelfont=bf,justification=raggedright,singlelinecheck=false}
\setlength{\tabcolsep}{0.15cm}
\setlength{\LTleft}{0pt}
\setlength{\LTright}{0pt plus 1fill}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash\hspace{0pt}}p{#1}}
\newcolumntype{R}[1]{>{\raggedleft\arraybackslash\hspace{0pt}}p{#1}}
\setlength{\emergencystretch}{1em}
\begin{document}
"""


def as_latex(tables: Sequence[Table]) -> str:
    """Return tables as one LaTeX file that compiles alone; see `render`."""
    body = []
    for wide, parts in groupby((part for table in tables for part in fitting(table)), key=is_wide):
        text = "\n".join(_table(part, wide) for part in parts)
        body.append(f"\\begin{{landscape}}\n{text}\\end{{landscape}}\n" if wide else text)
    return f"{_HEAD}{''.join(body)}\\end{{document}}\n"


def tex_text(cell: Cell) -> str:
    r"""Escape what LaTeX would read as markup, and mark emoji and what runs from right to left.

    Examples
    --------
    >>> print(tex_text("R&D: 100 % of [a_b]"), tex_text("[…] 🙂"))
    R\&D: 100 \% of [a\_\allowbreak{}b] {[}…] \emoji{🙂}
    """
    return r" \newline ".join(map(_tex_line, lines_of(xml_text_of(cell))))


def _tex_line(text: str) -> str:
    done, out = 0, []
    for found in _SCRIPTS.finditer(text):
        command = "rl" if found["rl"] else "emoji"
        out += [_escaped(text[done : found.start()]), f"\\{command}{{{_escaped(found[0])}}}"]
        done = found.end()
    whole = "".join([*out, _escaped(text[done:])])
    return re.sub(r"^[\[*]", r"{\g<0>}", whole)  # what follows the end of a row would be its argument


def _escaped(text: str) -> str:
    return _BREAKABLE.sub(r"\g<0>\\allowbreak{}", _SPECIAL.sub(lambda mark: _MARKUP[mark[0]], text))


def _table(table: Table, wide: bool) -> str:
    widths = column_widths(table, LANDSCAPE if wide else PORTRAIT)
    sides = ("R" if numeric else "L" for numeric in numeric_columns(table))
    columns = "".join(f"{side}{{{width - _GAP:.2f}cm}}" for side, width in zip(sides, widths, strict=True))
    head = " & ".join(f"\\textbf{{{tex_text(name)}}}" for name in table.header)
    head = f"\\toprule\n{head} \\\\\n\\midrule\n"
    title = tex_text(" ".join(table.title.split()))
    lines = [
        f"{{\\{'scriptsize' if wide else 'footnotesize'}\n\\begin{{longtable}}{{{columns}}}\n",
        f"\\caption{{{title}}}\\\\\n{head}\\endfirsthead\n",
        f"\\caption[]{{{title} (continued)}}\\\\\n{head}\\endhead\n\\bottomrule\n\\endlastfoot\n",
        *(f"{' & '.join(cells)} \\\\\n" for cells in _rows(table)),
        "\\end{longtable}\n",
        f"\\noindent {tex_text(table.note)}\\par\n" if table.note else "",
        "}\n",
    ]
    return "".join(lines)


def _rows(table: Table) -> Iterator[list[str]]:
    """Yield the printed rows: a row with a cell too long for one goes on in others, which begin with a comment.

    What grouped columns repeat is left out: a merged cell would hold pages together.
    """
    for row, reach in zip(table, heights(table), strict=True):
        shown = [cell if rows else None for cell, rows in zip(row, reach, strict=True)]
        parts = [_pieces(cell) if isinstance(cell, str) else [cell] for cell in shown]
        for n, cells in enumerate(zip_longest(*parts, fillvalue="")):
            texts = [tex_text(cell) for cell in cells]
            yield [f"% continued\n{texts[0]}", *texts[1:]] if n else texts


def _pieces(text: str) -> list[str]:
    """Cut a text between words into pieces of at most so many characters."""
    return wrap(text, LONGEST, break_long_words=False, break_on_hyphens=False, replace_whitespace=False) or [""]
