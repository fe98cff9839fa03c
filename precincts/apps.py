from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrecinctsConfig(AppConfig):
    name = "precincts"
    verbose_name = _("Precincts")

    def ready(self) -> None:
        from precincts import registration  # noqa: F401  (rights, standing, navigation, jobs)
