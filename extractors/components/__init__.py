"""The pipeline's spaCy components, one factory a module.

A module registers its factory when it is imported; :mod:`extractors.pipeline` imports them all.
"""

from __future__ import annotations
