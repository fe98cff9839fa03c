"""What the kernel itself shows in the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.navigation import Area, register_area


def register() -> None:
    """Today at the top of the rail, Settings at its foot."""
    register_area(Area(key="today", label=_("Today"), icon="sun", url_name="core:today", order=10))
    register_area(Area(key="settings", label=_("Settings"), icon="gear", url_name="core:settings", order=90))
