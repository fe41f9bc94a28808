"""The figure of knowledge flow."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from coder.figures import flow
from coder.figures.flow import Flow, knowledge_flow

FLOWS = [
    Flow("firm", "customers", False, 155, "education", "courses 41, seminars 38, conferences 30"),
    Flow("firm", "suppliers", False, 32, "education", "product 18, research 14"),
    Flow("customers", "firm", False, 115, "joint decisions", "product 45, local market 40"),
    Flow("suppliers", "firm", False, 38, "joint decisions", "product 25, research 13"),
    Flow("customers", "customers", True, 138, "direct contact", "conferences 40, academia 30"),
    Flow("suppliers", "suppliers", True, 46, "direct contact", "product 25, research 13"),
    Flow("customers", "suppliers", True, 22, "direct contact", "business 22"),
]


def many(n):
    partners = [f"partner number {k}" for k in range(n)]
    found = []
    for k, one in enumerate(partners):
        found += [Flow("firm", one, False, k, "teaching"), Flow(one, "firm", False, 9, "asking")]
        found += [Flow(one, other, True, 1, "meeting") for other in partners[k:]]
    return found


def words(svg):
    return re.findall(r"<(?:text|tspan) ?[^>]*>([^<]+)</", svg)


def test_every_number_and_the_most_frequent_mechanisms_stand_beside_the_arrows():
    svg = knowledge_flow("Flow", FLOWS, note="560 citations").svg()
    assert svg == knowledge_flow("Flow", FLOWS, note="560 citations").svg()
    found = words(svg)
    for one in FLOWS:
        assert f"{one.label}: {one.citations}" in found
        assert one.details.split(",")[0] in " ".join(found)
    assert {"Firm", "Customers", "Suppliers", "from the firm", "to the firm", "between partners"} <= set(found)
    assert "<desc>560 citations</desc>" in svg


@pytest.mark.parametrize("flows", [FLOWS, FLOWS[:1], *map(many, (1, 3, 4, 6))])
def test_no_label_lies_on_another_or_on_an_arrow(flows):
    _, arrows, page, _ = flow._labelled(flows, "firm")
    labels = page.taken[-len(arrows) :]
    covered = flow.Page(page.taken[: -len(arrows)])
    assert len(labels) == len(flows)
    if len(flows) < 20:  # of so many lines some label may have to lie on its own arrow
        assert all(covered.free(label) for label in labels)
    assert all(flow.Page([one]).free(other) for one, other in pairwise(sorted(labels)))


def test_where_there_is_no_room_letters_are_explained_in_a_list():
    found = words(knowledge_flow("Flow", many(6)).svg())
    assert any(re.fullmatch(r"a\s+teaching, firm to partner number 0: 0", word) for word in found)
    assert any(word.startswith("b: 9") for word in found)


def test_what_never_occurs_is_a_dashed_line():
    nothing = knowledge_flow("Flow", [replace(one, citations=0) for one in FLOWS]).svg()
    assert "no citation" in words(nothing)
    assert "from the firm" not in words(nothing)
    assert "education: 0" in words(nothing)


def test_without_a_firm_the_first_party_stands_in_the_middle():
    assert "from the teacher" in words(knowledge_flow("Flow", [Flow("teacher", "pupils", False, 2, "lessons")]).svg())


def test_the_widest_arrow_is_the_most_frequent_and_all_is_grey():
    drawn = flow._mapped([replace(FLOWS[0], citations=500), replace(FLOWS[2], citations=1)], "firm", 1.0)
    assert [round(arrow.width, 3) for arrow in drawn.arrows] == [flow.WIDEST, flow.THINNEST]
    colours = set(re.findall(r"#([0-9a-f]{6})\b", knowledge_flow("Flow", FLOWS).svg()))
    assert all(one[:2] == one[2:4] == one[4:] for one in colours)
