"""Leave of a notebook's widgets only their pictures: ``python -m widgets.still NOTEBOOK…``.

A saved notebook that names a widget whose state is not in it shows an error until it is
run. Without that name, GitHub, nbviewer, PDF and JupyterLab all show the picture.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


def still(notebook: dict[str, Any]) -> int:
    """Take widget views and widget state out of a notebook (format 4), in place.

    An output that has nothing else to show but its own name goes as a whole.

    Returns:
        How many views were taken out.

    >>> view = {"data": {WIDGET: {}, "image/png": "…"}, "output_type": "display_data"}
    >>> book = {"cells": [{"cell_type": "code", "outputs": [view]}], "metadata": {"widgets": {}}}
    >>> still(book), book["cells"][0]["outputs"][0]["data"], book["metadata"]
    (1, {'image/png': '…'}, {})
    """
    taken = 0
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        kept = []
        for output in cell.get("outputs", ()):
            if WIDGET in output.get("data", {}):
                del output["data"][WIDGET]
                taken += 1
                if set(output["data"]) <= {"text/plain"}:
                    continue
            kept.append(output)
        if cell["cell_type"] == "code":
            cell["outputs"] = kept
    return taken


def main() -> None:
    """Do so for every notebook that is named."""
    for name in sys.argv[1:]:
        path = Path(name)
        notebook = json.loads(path.read_text("utf-8"))
        print(f"{name}: {still(notebook)} widget views taken out")
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
