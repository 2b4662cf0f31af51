"""What the page is made of, as it was built by :mod:`widgets.build`."""

from __future__ import annotations

from pathlib import Path

from kg.errors import PolymathError

STATIC = Path(__file__).with_name("static")


def bundle(name: str) -> str:
    """A script or style sheet of the page.

    Args:
        name: One of :data:`widgets.build.BUILT`.

    Raises:
        PolymathError: If the page has not been built.
    """
    path = STATIC / name
    if not path.is_file():
        raise PolymathError(
            f"The page of the widgets is not built ({path} is missing): run `make`, "
            "or `python -m widgets.build` in the project's folder, and import widgets again."
        )
    return path.read_text(encoding="utf-8")
