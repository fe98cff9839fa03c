"""Fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from core.postgres.roles import APP_ALIAS, OWNER_ALIAS

# --- The test database: made by the owner role, used as the app role -----------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: None, django_db_keepdb: bool, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[None]:
    owner, app = connections[OWNER_ALIAS], connections[APP_ALIAS]
    name = owner.settings_dict["NAME"]
    with django_db_blocker.unblock():
        owner.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=django_db_keepdb, serialize=False)
        app.close()
        app.settings_dict["NAME"] = owner.settings_dict["NAME"]
        owner.close()
    yield
    with django_db_blocker.unblock():
        app.close()
        owner.creation.destroy_test_db(name, verbosity=0, keepdb=django_db_keepdb)
        app.settings_dict["NAME"] = name


# --- Data from outside the project ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder named by TEST_DATA_DIR; the test is skipped where it is missing."""
    folder = Path(settings.TEST_DATA_DIR)
    if not folder.is_dir():
        pytest.skip(f"no test data in {os.path.relpath(folder)} (TEST_DATA_DIR)")
    return folder
