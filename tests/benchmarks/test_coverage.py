import pytest

from benchmarks import coverage


@pytest.mark.parametrize("design", coverage.DESIGNS)
def test_every_design_is_drawn_and_measured(monkeypatch, design):
    monkeypatch.setattr(coverage, "POPULATIONS", 1)
    monkeypatch.setattr(coverage, "DRAWS", 2)
    found = coverage.measured(design, 0.1, 200, seed=1)
    assert found == coverage.measured(design, 0.1, 200, seed=1)
    share, width = found[0].removesuffix(")").split(" (")
    assert float(share) in {0.0, 50.0, 100.0}
    assert 2 < float(width) < 30
    assert bool(found[3]) == ("two" not in design)
