"""What axe-core finds wrong with what is shown."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def violations(page: Page, within: str) -> list[str]:
    """What axe-core finds serious or critical within an element, given by its test id."""
    where = f"[data-testid={within}]"
    found: dict[str, Any] = (
        Axe().run(page, context=where, options={"resultTypes": ["violations"]})
    ).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}, "not looked at"
    return [
        f"{rule['id']}: {n['html'][:160]} ({n['failureSummary']})"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for n in rule["nodes"]
    ]
