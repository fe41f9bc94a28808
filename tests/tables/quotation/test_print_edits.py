"""A citation as it is to be printed, aligned with the interview's own words."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coder.errors import UsageError
from coder.tables.quotation.print_edits import Edit, edits_of, fillers_of, printed
from coder.tables.quotation.tokens import FREE, tokens_of

EN = fillers_of("en")
SAID = "Well, um, we teach the skippers, you know, every March, and they [laughs] teach us."


def shown(original, wanted, fillers=EN):
    """Return what is printed after a journey through edits."""
    return printed(original, edits_of(original, wanted, fillers))


@pytest.mark.parametrize(
    ("wanted", "edits"),
    [
        (SAID, ()),
        (SAID.replace(" ", "  ") + "\n", ()),
        ("[…] we teach the skippers, you know, every March, and they [laughs] teach us.", ((0, 9, "[…]"),)),
        ("Well, we teach the skippers, every March, and they [laughs] teach us.", ((4, 8, ""), (31, 41, ""))),
        ("Well, um, we teach […].", ((19, 82, "[…]"),)),
        ("Well, um, [our firm] teach […] us.", ((10, 12, "[our firm]"), (19, 79, "[…]"))),
        (
            "Well, [W]e teach the skippers [on Åland], you know, […]",
            ((4, 8, ""), (10, 11, "[W]"), (31, 31, " [on Åland]"), (43, 83, "[…]")),
        ),
    ],
)
def test_what_was_changed_is_kept_as_edits(wanted, edits):
    found = edits_of(SAID, wanted, EN)
    assert printed(SAID, found).split() == wanted.split()
    assert tuple(map(tuple, found)) == edits


@pytest.mark.parametrize(
    ("original", "wanted"),
    [
        ("they sell it", "[the firm] sell it"),
        ("they sell it", "they [the firm] sell it"),
        ("we sell it", "[W]e sell it"),
        ("the company sells", "the compan[ies] sell[…]"),
        ("Ericsson's people came", "[the firm]'s people came"),
        ("Ericsson’s people came", "[the firm]'s people came"),
        ("And then Anna Maria Berg came", "And then [the founder] came"),
        ("it’s “good” – they said", 'it\'s "good" - they said'),
        ("it is ... well ... fine", "it is … well … fine"),
        ("We teach. And they learn", "We teach; and […] they learn".replace("and […]", "[a]nd")),
        ("[laughs] we [...] teach [unclear]", "[laughs] we [...] teach [unclear]"),
        ("[laughs] we [...] teach [unclear]", "[…] we […] teach [how]"),
        ("At the fair 🚢🚢 we show 👨‍👩‍👧 it ❄️.", "At the fair 🚢🚢 […] 👨‍👩‍👧 it ❄."),
        ("نحن نعلم الزبائن في المعرض كل سنة", "نحن نعلم الزبائن […] كل سنة [تقريبا]"),
        ("\u200fאנחנו מלמדים\u200f את הלקוחות", "אנחנו [לא] מלמדים את […]"),
        ("我们每年在展会上教客户", "我们[…]教[我们的]客户"),
        ("cafe\u0301 au lait", "café […]"),
        ("a\nb\r\nc d", "a b […] d"),
        ("= 1 + 2 | 3 & 4 % _x_ \\LaTeX{} $5", "= 1 + 2 | 3 […] \\LaTeX{} $5"),
        ("a [ b ] c ] d", "a [ b ] c ] d"),
        ("it is a co-operation", "it is a co operation"),
    ],
)
def test_what_is_allowed_is_printed_as_it_was_written(original, wanted):
    def bare(text):
        alike = str.maketrans("’‘“”–—", "''\"\"--")
        kept = text.replace("[...]", "[…]").replace("...", "…").translate(alike).replace("e\u0301", "é")
        return re.sub(r"[\s\u200f\u200d\ufe0f]|(?<=co)-", "", kept)

    assert bare(shown(original, wanted)) == bare(wanted)
    assert shown(original, original) == original


@pytest.mark.parametrize(
    ("original", "wanted", "message", "todo"),
    [
        (
            "we teach the skippers",
            "we instruct the skippers",
            "`instruct` is not what the interview says",
            "`[instruct]`",
        ),
        ("we teach the skippers", "we teach all the skippers", "`all` is not what", "`[all]`"),
        ("we teach the skippers", "we skippers", "`teach the` was left out without a mark", "`[…]`"),
        ("we teach the skippers", "we teach", "`the skippers` was left out", "`[…]`"),
        ("we teach the skippers", "", "`we teach the skippers` was left out", "`[…]`"),
        ("we teach the skippers", "We teach the skippers", "`We` is `we` in the interview", r"`\[W]e`"),
        ("we teach the skippers", "teach the skippers", "`we` was left out", "`[…]`"),
        ("we teach the skippers", "[…] teach the skipper", "`skipper` is not what", "`[skipper]`"),
        ("we teach the skippers", "we teach […] the skippers", "`[…]` stands for words that are cut", "leave it out"),
        ("we teach the skippers", "we [the firm teach the skippers", "a bracket is left alone", "close it"),
        ("we teach the skippers", "we [the [old] firm] teach the skippers", "a bracket is left alone", "close it"),
        ("we teach the skippers", "we (the firm) teach the skippers", "`(` is not what", "brackets"),
        ("we do not teach", "we do teach", "`not` was left out", "`[…]`"),
        ("it cost 1,500 or 2.5", "it cost 1500 or 2.5", "`1500` is not what", r"`\[1500]`"),
        ("it fell by -5 or 2-3", "it fell by 5 or 2-3", "`5` is not what", r"`\[5]`"),
        ("one two three four five six seven end", "[a few] end", "left out without a mark", "`[…]`"),
        ("they teach", "[X]y[z]q teach", "is not what the interview says", "`[Xyzq]`"),
        ("is it good?", "is it good!", "`!` is not what", r"`\[!]`"),
        ("we um teach", "we teach um", "`um` is not what", r"`\[um]`"),
        ("we teach.", "[…].", "no word of the interview is left", "keep one"),
        ("we teach.", "[They teach].", "no word of the interview is left", "keep one"),
    ],
)
def test_what_is_neither_the_interviews_nor_in_brackets_is_refused(original, wanted, message, todo):
    with pytest.raises(UsageError, match=re.escape(message).replace(r"\\\[", r"\[")) as error:
        edits_of(original, wanted, EN)
    assert re.search(todo.replace("`[", r"`\[").replace("…]", "…\\]"), error.value.todo)


def test_fillers_depend_on_language_and_setting():
    assert shown("vi, liksom, lär dem", "vi lär dem", fillers_of("sv")) == "vi lär dem"
    with pytest.raises(UsageError, match="`liksom` was left out"):
        edits_of("vi, liksom, lär dem", "vi lär dem", EN)
    assert shown("wir halt lehren", "wir lehren", fillers_of("de", "halt, \u200b,")) == "wir lehren"


@pytest.mark.parametrize("said", ["it is like a school", "what kind of course", "I like, the sea", "we, like them"])
def test_words_that_may_mean_something_are_left_out_between_commas_alone(said):
    with pytest.raises(UsageError, match="was left out"):
        edits_of(said, re.sub(r"\b(like|kind of)\W+", "", said), EN)
    assert shown("It is, like, cold, sort of.", "It is cold.") == "It is cold."
    assert shown("Like, it is – kind of … cold", "[I]t is cold") == "[I]t is cold"


def test_edits_hold_no_words_of_the_interview():
    for edit in edits_of(SAID, "[…] [W]e teach the skippers […] and [the skippers] [laughs] teach us", EN):
        assert not re.sub(r"\[[^\]]*\]|[\s.,]", "", edit.put)


@pytest.mark.parametrize("edits", [[Edit(3, 2, "")], [Edit(0, 3, ""), Edit(2, 4, "")], [Edit(0, 99, "")]])
def test_edits_that_are_none_are_refused(edits):
    with pytest.raises(ValueError, match="edit"):
        printed("we teach", edits)


@pytest.mark.parametrize("n", [97, 1])
def test_a_long_citation_is_aligned(n):
    words = [f"word{k % n}" for k in range(2000 if n > 1 else 200)]
    wanted = [*words[:50], "[…]", *words[55:120], "[…]", *words[150:-1], "[mine]"]
    assert shown(" ".join(words), " ".join(wanted)).split() == " ".join(wanted).split()


WORDS = st.lists(
    st.sampled_from(
        ["we", "We", "teach", "um", "the", "don't", "[laughs]", "🚢", "1.5", "café,", "end.", "نحن", "you know"]
    ),
    min_size=1,
    max_size=12,
)
ACTIONS = st.lists(st.sampled_from(["keep", "keep", "cut", "instead", "before"]), min_size=12, max_size=12)


@given(WORDS, ACTIONS)
def test_whatever_is_cut_and_put_in_comes_back(words, actions):
    assume({"keep", "before"} & set(actions[: len(words)]))  # else no word of the interview is left
    original, wanted = " ".join(words), []
    for word, action in zip(words, actions, strict=False):
        if action == "cut":
            wanted += ["[…]"] if wanted[-1:] != ["[…]"] else []
        else:
            wanted += {"keep": [word], "instead": ["[mine]"], "before": ["[ours]", word]}[action]
    edits = edits_of(original, " ".join(wanted), EN)
    assert printed(original, edits).split() == " ".join(wanted).split()
    assert edits_of(original, printed(original, edits), EN) == edits


@given(WORDS, WORDS)
def test_what_stands_outside_brackets_is_the_interviews_in_its_order(words, wanted):
    original, wanted = " ".join(words), " ".join(wanted)
    try:
        edits = edits_of(original, wanted, EN)
    except UsageError:
        return
    kept = [t.key for t in tokens_of(re.sub(r"\[[^\]]*\]", "", printed(original, edits))) if t.key not in FREE]
    said = iter(t.key for t in tokens_of(original))
    assert all(key in said for key in kept)


@given(st.text(max_size=40))
def test_any_text_without_edits_is_itself(text):
    assert edits_of(text, text, EN) == ()
    assert printed(text, ()) == text
