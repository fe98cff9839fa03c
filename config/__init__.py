"""The composition root: settings, addresses, Celery; it imports every app and none imports it."""
