"""The keys of an audit: each means the same in the terminal and in the browser."""

from __future__ import annotations

KEYS = {
    "a": "accept the code, and go to the next",
    "x": "reject it",
    "?": "unsure",
    "A": "accept all that are left",
    "X": "reject all that are left",
    "1–9": "go to this code",
    "+": "add a code by part of its name",
    "n": "save, next unit",
    "s": "skip: decide later",
    "u": "undo, as often as you like",
    "w": "why was this code suggested?",
    "h": "help: these lines",
}
