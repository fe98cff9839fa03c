from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CanvassingConfig(AppConfig):
    name = "canvassing"
    verbose_name = _("Canvassing")

    def ready(self) -> None:
        from canvassing import registration  # noqa: F401  (rights, navigation, jobs)
