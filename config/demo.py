"""The demo chapter's name in addresses, and the accounts one can look at it with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account of the demo; the password is no secret, the demo has no real person in it."""

    email: str
    password: str
    says: str


DEMO_SLUG = "demo"
PASSWORD = "knock-on-doors"
SIGN_INS = (
    SignIn("organizer@demo.example", PASSWORD, "organizer: everything"),
    SignIn("captain@demo.example", PASSWORD, "block captain: one block"),
    SignIn("member@demo.example", PASSWORD, "member"),
)
