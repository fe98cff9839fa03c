#!/usr/bin/env python
"""Every command of the project: `python manage.py help`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line

    from core.postgres.server import ServerFailed

    try:
        execute_from_command_line(sys.argv)
    except ServerFailed as reason:
        sys.exit(str(reason))
