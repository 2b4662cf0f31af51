"""One HTML file with everything in it: no kernel, no network, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape
from string import Template

_PAGE = Template("""<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
$styles
</head>
<body$body_class>
$body
$enclosed
$data
$script
</body>
</html>
""")


def page(
    title: str,
    body: str,
    *,
    styles: Sequence[str],
    script: str = "",
    data: object = None,
    language: str = "en",
    body_class: str = "",
    enclosed: tuple[str, object] | None = None,
) -> str:
    """A whole document.

    Args:
        title: As a text.
        body: As HTML.
        styles: Style sheets.
        script: The only one that may run.
        data: What it reads, as JSON, from the element ``#data``.
        language: Of the document, as a language tag.
        body_class: Of the element ``body``.
        enclosed: Media type and content of more JSON, for other programs.
    """
    more = ""
    if enclosed is not None:
        more = f'<script type="{escape(enclosed[0])}">{_json(enclosed[1])}</script>'
    return _PAGE.substitute(
        title=escape(title),
        language=escape(language),
        policy=policy([script] if script else [], styles),
        styles="\n".join(f"<style>{style}</style>" for style in styles),
        body=body,
        body_class=f' class="{escape(body_class)}"' if body_class else "",
        enclosed=more,
        data=""
        if data is None
        else f'<script type="application/json" id="data">{_json(data)}</script>',
        script=f"<script>{script}</script>" if script else "",
    )


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Only these scripts may run, only these styles apply, and nothing may be loaded or sent."""

    def hashes(texts: Sequence[str]) -> str:
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests) or "'none'"

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _json(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
