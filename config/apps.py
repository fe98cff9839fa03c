from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """The composition root as an app, so that it can bring commands; it has no models."""

    name = "config"
    verbose_name = _("Set-up")

    def ready(self) -> None:
        from config import celery  # noqa: F401  (tasks are sent through this application)
        from core import queue
        from core.postgres.roles import grant_after_migrate

        if settings.CELERY_BROKER_URL == "filesystem://":
            queue.make_folders(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
            Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).parent.mkdir(exist_ok=True)

        # Sent once for each app that has models, when all tables are made; once is enough.
        sender = apps.get_app_config("contenttypes")
        post_migrate.connect(grant_after_migrate, sender=sender, dispatch_uid="grant_after_migrate")
