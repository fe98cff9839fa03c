"""The test settings for a real worker process: the test's own database and queue, named by the environment."""

from __future__ import annotations

import os

from config.settings.test import *
from config.settings.test import DATABASES
from tests.brokers import broker_settings

for _database in DATABASES.values():
    _database["NAME"] = os.environ["WORKER_TEST_DATABASE"]

JOB_HEARTBEAT_SECONDS = 1
CELERY_IMPORTS = ["tests.chapters.slow_work"]

if "WORKER_TEST_MAIL_PORT" in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = "127.0.0.1"
    EMAIL_PORT = int(os.environ["WORKER_TEST_MAIL_PORT"])

_broker = broker_settings(os.environ["WORKER_TEST_BROKER"])
CELERY_BROKER_URL = _broker["broker_url"]
CELERY_BROKER_TRANSPORT = _broker["broker_transport"]
CELERY_BROKER_TRANSPORT_OPTIONS = _broker["broker_transport_options"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
