"""docs/notebook.ipynb runs from its first cell to its last."""

import json
from pathlib import Path

HOME = Path(__file__).parents[2]


def test_the_notebook_of_the_docs_runs(monkeypatch):
    monkeypatch.chdir(HOME)
    cells = json.loads((HOME / "docs" / "notebook.ipynb").read_text("utf-8"))["cells"]
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)  # noqa: S102 # our own notebook
    assert names["trained"].attrs["outcome"].name == "model-1"
    assert "matrix.csv" in {Path(path).name for path in names["published"]["file"]}
