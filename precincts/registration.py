"""What the precincts app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from core.actors import register_standing
from precincts import rules  # noqa: F401  (registers the table of rights)
from precincts.selectors.assignments import get_standing

register_standing(get_standing)
