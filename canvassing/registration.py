"""What the canvassing app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from canvassing import rules  # noqa: F401  (registers the table of rights)
