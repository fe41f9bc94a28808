"""Print the recall of names: `python -m benchmarks.names`."""

from benchmarks.names import LOOKED_AT, interviews, score

for with_model in (True, False):
    marked = missed = 0
    for language in ("en", "sv"):
        found = score([one for one in interviews() if one.language == language], with_model=with_model)
        marked, missed = marked + found.marked, missed + len(found.missed)
        model = "with a model of entities" if with_model else "without one"
        print(
            f"{language}, {model}: {found.recall:.3f} of {found.marked} places, {found.looked} of {found.words} words"
        )
        print(f"  looked at: {', '.join(found.candidates)}")
        print(f"  missed: {', '.join(found.missed) or 'none'}; replaced needlessly: {list(found.wrong) or 'none'}")
    print(f"all: {1 - missed / marked:.3f} of {marked} places, {LOOKED_AT:.0%} of the words looked at\n")
