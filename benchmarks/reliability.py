"""How good probabilities are, and the reliability diagram as an SVG that follows light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]


_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.f{fill:none;stroke:#8c959f}"
    ".g{stroke:#d0d7de}.d{stroke:#8c959f;stroke-dasharray:5 4}.b{fill:#d0d7de}"
    ".n{stroke:#0969da;stroke-width:2;fill:none}.p{fill:#0969da}"
    ".o{stroke:#bc4c00;stroke-width:1.5;fill:none;stroke-dasharray:2 3}.q{fill:#bc4c00}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.g,.b{stroke:#30363d}.b{fill:#30363d}"
    ".n{stroke:#58a6ff}.p{fill:#58a6ff}.o{stroke:#f0883e}.q{fill:#f0883e}}"
)


def auc(p: FloatArray, right: FloatArray) -> float:
    """Probability that a right one is ranked before a wrong one; ties count half."""
    _, inverse, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    good = float(right.sum())
    return float((ranks[right == 1].sum() - good * (good + 1) / 2) / (good * (len(p) - good)))


def cut_ties(p: FloatArray, k: int = 10) -> list[Rows]:
    """Row numbers in *k* bins of equal size by *p*; ties are cut as they stand in the file."""
    return np.array_split(np.argsort(p, kind="stable"), k)


def equal_width(p: FloatArray, k: int = 10) -> list[Rows]:
    """Row numbers in *k* bins of equal width by *p*, without those that are empty."""
    at = np.minimum((p * k).astype(int), k - 1)
    return [rows for i in range(k) if len(rows := np.flatnonzero(at == i))]


def equal_mass(p: FloatArray, k: int = 10) -> list[Rows]:
    """Row numbers in *k* bins of about equal size by *p*; what is believed alike stays in one."""
    share = (np.unique(p, return_counts=True)[1].cumsum() - 1) * k // len(p)
    at = share[np.unique(p, return_inverse=True)[1]]
    return [rows for i in range(k) if len(rows := np.flatnonzero(at == i))]


def calibration_error(p: FloatArray, right: FloatArray, bins: Sequence[Rows]) -> float:
    """Expected calibration error: mean distance of belief and share right, weighed by bin size."""
    return float(sum(abs(p[b].mean() - right[b].mean()) * len(b) for b in bins) / len(p))


def scores(p: FloatArray, right: FloatArray) -> dict[str, float]:
    """AUC, expected calibration error in three binnings, Brier score and log loss."""
    q = np.clip(p, 1e-3, 1 - 1e-3)
    return {
        "auc": auc(p, right),
        "ece_equal_mass": calibration_error(p, right, equal_mass(p)),
        "ece_equal_width": calibration_error(p, right, equal_width(p)),
        "ece_ties_cut": calibration_error(p, right, cut_ties(p)),
        "brier": float(((p - right) ** 2).mean()),
        "log_loss": float(-(right * np.log(q) + (1 - right) * np.log(1 - q)).mean()),
    }


def wilson(good: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    share, spread = good / n, z * z / n
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n))
    return (share + spread / 2 - half) / (1 + spread), (share + spread / 2 + half) / (1 + spread)


def x(value: float) -> float:
    """Where a belief is drawn, in pixels."""
    return 60 + 360 * value


def y(share: float) -> float:
    """Where a share is drawn, in pixels."""
    return 400 - 360 * share


def diagram(now: FloatArray, before: FloatArray, right: FloatArray) -> str:
    """An SVG: share right over belief with 95 % intervals, and how many believed so much."""
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 440 510" width="440" height="510" '
        'role="img"><title>Share of triples judged right, over belief</title>',
        f'<style>{_STYLE}</style><rect class="f" x="60" y="40" width="360" height="360"/>',
        f'<path class="d" d="M{x(0)} {y(0)}L{x(1)} {y(1)}"/>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        out.append(f'<path class="g" d="M60 {y(tick):.0f}h360M{x(tick):.0f} 40v360"/>')
        out.append(f'<text x="52" y="{y(tick) + 4:.0f}" text-anchor="end">{tick:g}</text>')
        out.append(f'<text x="{x(tick):.0f}" y="418" text-anchor="middle">{tick:g}</text>')
    for p, line, dot in ((before, "o", "q"), (now, "n", "p")):
        points = [(p[b].mean(), right[b].mean(), right[b].sum(), len(b)) for b in equal_mass(p)]
        path = "L".join(f"{x(a):.1f} {y(s):.1f}" for a, s, _, _ in points)
        out.append(f'<path class="{line}" d="M{path}"/>')
        for a, s, good, n in points:
            low, high = wilson(good, n)
            if dot == "p":
                out.append(f'<path class="n" d="M{x(a):.1f} {y(low):.1f}V{y(high):.1f}"/>')
            out.append(f'<circle class="{dot}" cx="{x(a):.1f}" cy="{y(s):.1f}" r="4"/>')
    most = log(1 + max(len(b) for b in equal_width(now, 20)))
    for b in equal_width(now, 20):
        tall, left = 50 * log(1 + len(b)) / most, int(min(now[b[0]] * 20, 19)) / 20
        out.append(f'<path class="b" d="M{x(left) + 1:.1f} 482h16v-{tall:.1f}h-16z"/>')
    out += [
        '<text x="240" y="502" text-anchor="middle">belief (bars: how many, logarithmic)</text>',
        '<text transform="rotate(-90)" x="-220" y="16" text-anchor="middle">share judged right</text>',
        '<circle class="p" cx="66" cy="20" r="4"/><text x="76" y="24">calibrated</text>',
        '<circle class="q" cx="166" cy="20" r="4"/><text x="176" y="24">before</text>',
        '<path class="d" d="M240 20h26"/><text x="272" y="24">as it should be</text></svg>\n',
    ]
    return "\n".join(out)
