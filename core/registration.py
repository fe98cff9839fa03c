"""What the kernel itself shows in the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.navigation import Area, list_settings, register_area


def register() -> None:
    """Today at the top of the rail, Settings at its foot."""
    register_area(Area(key="today", label=_("Today"), icon="sun", url_name="core:today", order=10))
    register_area(
        Area(
            key="settings",
            label=_("Settings"),
            icon="gear",
            url_name="core:settings",
            order=90,
            shown_to=has_settings,
        )
    )


def has_settings(actor: Actor) -> bool:
    """Whether any page of Settings is this person's to open."""
    return bool(list_settings(actor))
