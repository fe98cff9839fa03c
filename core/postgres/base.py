"""Django's PostgreSQL engine, which starts the embedded server when it is the one that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg2 import OperationalError, extensions

from core.postgres.server import EmbeddedServer

_servers: dict[Path, EmbeddedServer] = {}


def embedded_server(data: Path) -> EmbeddedServer:
    """This process's one handle on the server whose data lie there."""
    return _servers.setdefault(data, EmbeddedServer(data))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; `EMBEDDED_DATA` in its settings names the embedded server's data folder."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> extensions.connection:
        """Connect; a server that is not up, or was killed, is started first."""
        data = self.settings_dict.get("EMBEDDED_DATA")
        if data is None:
            return super().get_new_connection(conn_params)
        server = embedded_server(data)
        if not server.is_held:
            server.ensure_running()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            server.ensure_running()
            return super().get_new_connection(conn_params)
