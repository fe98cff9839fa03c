"""The demo: a made-up town, its chapter with its neighbours, and an account for everybody who uses the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

DEMO_SLUG = "marlow-ferry"
DEMO_NAME = "Marlow Ferry"
NEIGHBOUR_SLUG = "tannery-falls"
NEIGHBOUR_NAME = "Tannery Falls"
REGION_SLUG = "piedmont"
NATIONAL_SLUG = "national"
PASSWORD = "walk-the-block"


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo: whom it stands for, in words, and its password."""

    email: str
    says: Any
    password: str = PASSWORD


ORGANIZER = SignIn(
    "organizer@demo.example", _("organizer of Marlow Ferry and of its neighbour Tannery Falls")
)
CHAIR = SignIn("chair@demo.example", _("electoral committee chair"))
PRECINCT_CAPTAIN = SignIn("precinct@demo.example", _("precinct captain"))
CAPTAIN = SignIn("captain@demo.example", _("block captain"))
CANVASSER = SignIn("canvasser@demo.example", _("canvasser"))
LIAISON = SignIn("liaison@demo.example", _("partner liaison"))
TREASURER = SignIn("treasurer@demo.example", _("treasurer"))
MEMBER = SignIn("member@demo.example", _("member without a role"))
READER = SignIn("reader@demo.example", _("reader for the region"))
NEIGHBOUR = SignIn("neighbour@demo.example", _("organizer of Tannery Falls only"))

SIGN_INS = (
    ORGANIZER,
    CHAIR,
    PRECINCT_CAPTAIN,
    CAPTAIN,
    CANVASSER,
    LIAISON,
    TREASURER,
    MEMBER,
    READER,
    NEIGHBOUR,
)
