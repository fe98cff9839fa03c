"""What happens elsewhere when somebody leaves a chapter: each app ends what the person holds there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from core.actors import Actor

Departure = Callable[[int, Actor, date], None]
_departures: list[Departure] = []


def register_departure(handler: Departure) -> None:
    """Let an app end what a member (by id) holds; called inside the transaction that makes them former."""
    _departures.append(handler)


def end_everything(*, member_id: int, by: Actor, on: date) -> None:
    """End whatever the member holds in any app; `on` is the last day."""
    for handler in _departures:
        handler(member_id, by, on)
