from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from core import health


def test_livez_asks_nothing_of_the_database(client: Client):
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_names_all_three_things_it_has_looked_at(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("broken", ["database", "migrations", "broker"])
@pytest.mark.django_db
def test_readyz_is_503_when_one_is_missing_and_keeps_the_reason_to_itself(client, monkeypatch, broken):
    def fail() -> None:
        raise OperationalError("password authentication failed for host 10.0.0.7")

    monkeypatch.setitem(health._CHECKS, broken, fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()[broken] == "unavailable"
    assert b"10.0.0.7" not in response.content


@pytest.mark.django_db
def test_a_migration_that_has_not_run_is_counted(monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [("a", "b")])
    with pytest.raises(health.NotReady, match="1 migrations have not run"):
        health.check_migrations()
