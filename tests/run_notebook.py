"""Runs the cells of a notebook in their order, without Jupyter, then checks what they leave: run_notebook.py NOTEBOOK <CHECKS

The notebook must be kept without outputs. CHECKS is Python that sees the names of the notebook.
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    notebook = json.load(file)
assert notebook["nbformat"] == 4
names = {"__name__": "__main__"}
cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
for number, cell in enumerate(cells, 1):
    assert cell["outputs"] == [] and cell["execution_count"] is None, f"cell {number} has outputs"
    exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
exec(compile(sys.stdin.read(), "checks", "exec"), names)
print(f"{len(cells)} cells")
