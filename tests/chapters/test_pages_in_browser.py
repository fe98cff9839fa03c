"""The chapters app's pages in a real Chromium: signing in by code and passkey, importing people, axe, CSP."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from chapters.models import Job, Member
from chapters.services import invitations
from chapters.services.accounts import open_account
from tests.browsing import PHONE, WIDE, find_faults, find_faults_of, open_tabs
from tests.factories import actor_of, make_chapter, make_job, make_member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

PASSWORD = "a walk in the rain"

INSIDE = [
    "people/", "people/add/", "people/import/", "people/invitations/", "people/invitations/new/", "people/roles/",
    "settings/chapter/", "settings/log/", "jobs/",
]  # fmt: skip
OWN = ["/", "/accounts/me/", "/accounts/2fa/", "/accounts/email/", "/accounts/sessions/"]
SIGNED_OUT = ["/accounts/login/", "/accounts/login/code/", "/accounts/signup/", "/accounts/password/reset/"]


@pytest.fixture
def alice(db) -> Member:
    """The organizer, with a password."""
    cache.clear()
    chapter = make_chapter("river-city")
    user = open_account(email="alice@example.org", name="Alice Adams", password=PASSWORD, is_verified=True)
    return make_member(chapter, "Alice", "organizer", user=user, email=user.email)


@pytest.fixture
def open_page(browser, live_server, alice):
    """Opens a page as Alice; whatever a console complains of (a refusal by the CSP too) fails the test."""
    with open_tabs(browser, live_server.url, user=alice.user) as tabs:
        yield tabs.open


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_on_any_page(open_page, alice, size, theme):
    chapter = alice.chapter
    mo = make_member(chapter, "Mo", "canvasser", user=None)
    invitation = invitations.invite(
        chapter=chapter, email="x@example.org", by=actor_of(alice), at=timezone.now()
    )
    failed = make_job(
        chapter, state="failed", error="The file is empty.", asked_by=alice.user, finished_at=timezone.now(),
        result={"refused_rows": [{"line": 3, "reasons": {"en": "no first name"}}]},
    )  # fmt: skip
    running = make_job(chapter, state="running", done=3, total=9, started_at=timezone.now(), attempts=1)
    inside = [
        *INSIDE, f"people/{mo.pk}/", f"people/{mo.pk}/edit/", f"people/invitations/{invitation.pk}/",
        f"people/roles/{mo.roles.get().pk}/end/", f"jobs/{failed.pk}/", f"jobs/{running.pk}/",
    ]  # fmt: skip
    page = open_page("/", size=size, theme=theme)
    assert find_faults_of(page, [f"/c/river-city/{part}" for part in inside] + OWN) == {}
    outside = open_page("/accounts/login/", size=size, theme=theme, signed_in=False)
    link = invitations.get_link(invitation).removeprefix(settings.SITE_URL)
    assert find_faults_of(outside, [*SIGNED_OUT, link]) == {}


def test_signing_in_by_a_typed_code(open_page):
    page = open_page("/c/river-city/people/", size=PHONE, signed_in=False)
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/accounts/login/code/confirm/**")
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE).group(1)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/c/river-city/people/")
    assert page.get_by_role("heading", level=1).inner_text() == "People"


def test_a_passkey_is_set_up_as_the_second_factor_and_signs_in_alone(open_page, live_server, settings, alice):
    settings.REQUIRE_SECOND_FACTOR = True
    page = open_page("/accounts/login/", signed_in=False)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/accounts/2fa/")
    assert page.get_by_text("Your role needs a second factor").is_visible()

    page.get_by_role("link", name="Set up a passkey").click()
    page.wait_for_url("**/reauthenticate/**")  # whoever finds a browser open must not add a key of their own
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/webauthn/add/**")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert find_faults(page) == []
    assert Authenticator.objects.filter(user=alice.user, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto(f"{live_server.url}/accounts/2fa/")
    page.get_by_role("link", name="Go on to the chapter").click()
    page.wait_for_url("**/c/river-city/")

    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/c/river-city/")
    assert find_faults(page) == []


def test_people_are_imported_without_script(open_page, live_server, alice, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("First name,E-mail\nNia,nia@example.org\n,nobody@example.org\n")
    page = open_page("/c/river-city/people/import/", script=False)
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Check this file").click()
    assert page.get_by_text("no first name").is_visible()
    page.get_by_role("button", name="Import 1 person").click()
    page.wait_for_url("**/jobs/**")
    assert "Look again how far it is" in page.content()
    job = Job.objects.get(kind="chapters.import_members")
    assert (job.state, job.asked_by) == ("queued", alice.user)
