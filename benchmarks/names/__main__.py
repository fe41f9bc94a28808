"""Print the recall of names: `python -m benchmarks.names`."""

from benchmarks.names import LOOKED_AT, interviews, score
from coder.transcripts.name_words import MODELS


def report(title: str, *, held_out: bool, with_model: bool) -> None:
    """Print what is found in the interviews of each language, and in all of them."""
    print(f"{title}, a person looks at {LOOKED_AT:.0%} of the words")
    marked = missed = 0
    for language in ("en", "sv"):
        group = [one for one in interviews(held_out=held_out) if one.language == language]
        found = score(group, with_model=with_model)
        marked, missed = marked + found.marked, missed + len(found.missed)
        print(f"  {language}: recall {found.recall:.3f} of {found.marked}; {found.looked} of {found.words} words seen")
        print(f"    seen: {', '.join(found.candidates)}")
        print(f"    missed: {', '.join(found.missed) or 'none'}; replaced needlessly: {list(found.wrong) or 'none'}")
    print(f"  all: recall {1 - missed / marked:.3f} of {marked}\n")


for held_out in (False, True):
    which = "Two held out" if held_out else "Five interviews"
    report(f"{which}, with models of entities ({', '.join(MODELS)})", held_out=held_out, with_model=True)
    report(f"{which}, without a model", held_out=held_out, with_model=False)
