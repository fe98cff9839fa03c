"""The elections of the made-up town: real kinds and dates of the calendar, made-up turnout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SyntheticElection:
    """`turnout` is the share of the registered who vote; `mail` and `early` are shares of those who do."""

    day: date
    kind: str
    turnout: float
    mail: float
    early: float

    @property
    def label(self) -> str:
        """The date as a North Carolina history file writes it."""
        return f"{self.day:%m/%d/%Y}"

    @property
    def description(self) -> str:
        """Date and kind as a North Carolina history file writes them."""
        return f"{self.label} {self.kind}"


ELECTIONS: tuple[SyntheticElection, ...] = (
    SyntheticElection(date(2018, 5, 8), "PRIMARY", 0.16, 0.02, 0.28),
    SyntheticElection(date(2018, 11, 6), "GENERAL", 0.54, 0.04, 0.48),
    SyntheticElection(date(2020, 3, 3), "PRIMARY", 0.31, 0.03, 0.36),
    SyntheticElection(date(2020, 11, 3), "GENERAL", 0.75, 0.21, 0.60),
    SyntheticElection(date(2021, 11, 2), "MUNICIPAL", 0.19, 0.04, 0.22),
    SyntheticElection(date(2022, 5, 17), "PRIMARY", 0.20, 0.03, 0.34),
    SyntheticElection(date(2022, 11, 8), "GENERAL", 0.52, 0.06, 0.53),
    SyntheticElection(date(2023, 11, 7), "MUNICIPAL", 0.22, 0.03, 0.26),
    SyntheticElection(date(2024, 3, 5), "PRIMARY", 0.25, 0.02, 0.37),
    SyntheticElection(date(2024, 11, 5), "GENERAL", 0.74, 0.06, 0.66),
    SyntheticElection(date(2025, 11, 4), "MUNICIPAL", 0.24, 0.03, 0.29),
    SyntheticElection(date(2026, 3, 3), "PRIMARY", 0.23, 0.03, 0.38),
)
"""The twelve a first history file holds."""

LATEST = SyntheticElection(date(2026, 11, 3), "GENERAL", 0.55, 0.05, 0.58)
"""The one more that a later file holds."""

FILE_DAY = date(2026, 5, 30)
LATER_FILE_DAY = date(2026, 11, 21)
