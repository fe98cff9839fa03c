from __future__ import annotations

import re

import pytest
import rules
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from chapters.browsers import describe_browser
from chapters.models import AuditEvent, User
from chapters.selectors.accounts import needs_second_factor
from chapters.services.accounts import open_account
from core.http import chapter_url
from tests.factories import (
    actor_of,
    make_block,
    make_captain,
    make_chapter,
    make_member,
    make_precinct,
    make_role,
)

pytestmark = pytest.mark.django_db

PASSWORD = "a walk in the rain"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_attempts_counted():
    cache.clear()


@pytest.fixture
def alice(chapter) -> User:
    user = open_account(email="alice@example.org", name="Alice Adams", password=PASSWORD, is_verified=True)
    make_member(chapter, "Alice", user=user)
    return user


def code_in_mail() -> str:
    return re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE).group(1)


def totp_code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_signing_in_with_a_password_leads_to_todays_page(alice):
    browser = Client()
    response = browser.post(reverse("account_login"), {"login": "Alice@example.org", "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == "/c/river-city/"


def test_signing_in_without_a_password_asks_for_a_mailed_code(alice):
    browser = Client()
    response = browser.post(reverse("account_login"), {"login": "alice@example.org", "password": ""})
    assert response.headers["Location"].startswith(reverse("account_confirm_login_code"))
    assert browser.get("/c/river-city/").status_code == 302
    wrong = browser.post(response.headers["Location"], {"code": "AAAA-AAAA"})
    assert wrong.status_code == 200
    right = browser.post(response.headers["Location"], {"code": code_in_mail()})
    assert right.headers["Location"] == "/"
    assert browser.get("/c/river-city/").status_code == 200


def test_an_unknown_address_gets_the_same_page_and_a_friendly_mail(alice):
    known = Client().post(reverse("account_login"), {"login": "alice@example.org"})
    unknown = Client().post(reverse("account_login"), {"login": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert mail.outbox[-1].to == ["nobody@example.org"]
    assert "There is no account with this address." in mail.outbox[-1].body


def test_nobody_signs_up_by_themself(chapter):
    page = Client().get(reverse("account_signup"))
    assert "By invitation only" in page.content.decode()
    Client().post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD})
    assert not User.objects.filter(email="new@example.org").exists()


def test_wrong_passwords_are_counted_and_stopped(alice):
    answers = [
        Client().post(reverse("account_login"), {"login": "alice@example.org", "password": f"wrong {number}"})
        for number in range(12)
    ]
    late = Client().post(reverse("account_login"), {"login": "alice@example.org", "password": PASSWORD})
    assert all(answer.status_code in (200, 429) for answer in answers)
    assert late.headers.get("Location") is None


def test_wrong_passwords_of_one_place_lock_nobody_out_elsewhere(alice):
    elsewhere, here = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    login = {"login": "alice@example.org"}
    for number in range(8):
        answer = elsewhere.post(reverse("account_login"), {**login, "password": f"wrong {number}"})
    assert "Too many wrong tries." in answer.content.decode()
    late = elsewhere.post(reverse("account_login"), {**login, "password": PASSWORD})
    assert "Location" not in late.headers

    right = here.post(reverse("account_login"), {**login, "password": PASSWORD})
    assert right.headers["Location"] == "/"
    by_mail = elsewhere.post(reverse("account_login"), {**login, "password": ""})
    assert by_mail.headers["Location"].startswith(reverse("account_confirm_login_code"))
    assert elsewhere.post(by_mail.headers["Location"], {"code": code_in_mail()}).headers["Location"] == "/"


def test_an_account_is_opened_once_per_address_in_any_case():
    first = open_account(email="Ben@Example.org", name="Ben")
    assert open_account(email="ben@example.ORG", name="Other", password=PASSWORD) == first
    first.refresh_from_db()
    assert (first.email, first.name, first.has_usable_password()) == ("ben@example.org", "Ben", False)
    assert EmailAddress.objects.filter(user=first).count() == 1


def test_who_needs_a_second_factor(chapter, olive):
    assert needs_second_factor(actor_of(olive))
    assert needs_second_factor(actor_of(make_member(chapter, "Chair", "committee_chair")))
    for role in ("electoral_committee", "canvasser", "partner_liaison", "treasurer"):
        assert not needs_second_factor(actor_of(make_member(chapter, "Mo", role))), role
    captain = make_member(chapter, "Cap")
    assert not needs_second_factor(actor_of(captain))
    make_captain(make_block(make_precinct(chapter)), captain)
    assert needs_second_factor(actor_of(captain)), "captains print lists, which takes names out"


def test_an_organizer_sets_up_a_second_factor_before_anything_else(organizer, olive, chapter, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    people = chapter_url("chapters:members", slug=chapter.slug)
    assert organizer.get(people).headers["Location"] == reverse("mfa_index")
    assert (
        organizer.post(chapter_url("chapters:add_member", slug=chapter.slug), {"first_name": "X"}).status_code
        == 302
    )
    assert organizer.get(people, headers={"HX-Request": "true"}).headers["HX-Redirect"] == reverse(
        "mfa_index"
    )
    page = organizer.get(reverse("mfa_index")).content.decode()
    assert "Your role needs a second factor" in page
    assert organizer.get(reverse("entrance:account")).status_code == 200

    TOTP.activate(olive.user, SECRET)
    assert f'href="{people}"' in organizer.get(reverse("mfa_index")).content.decode()
    asked = organizer.get(people).headers["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate")), "this session has not shown the factor yet"
    organizer.post(asked, {"code": totp_code()})
    assert organizer.get(people).status_code == 200


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_session_from_before_the_second_factor_is_asked_for_it(alice, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    make_role(alice.members.get(), "organizer")
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(reverse("account_login"), {"login": "alice@example.org", "password": PASSWORD})

    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = here.get(reverse("mfa_activate_totp")).context["form"].secret
    here.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert Authenticator.objects.filter(user=alice, type=Authenticator.Type.TOTP).exists()
    assert here.get("/c/river-city/people/").status_code == 200
    asked = there.get("/c/river-city/people/").headers["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate"))


def test_recovery_codes_alone_are_no_second_factor(organizer, olive, chapter, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    Authenticator.objects.create(user=olive.user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert organizer.get(chapter_url("core:today", slug=chapter.slug)).status_code == 302


def test_a_member_needs_none_until_a_role_asks_for_it(chapter, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    browser = Client()
    browser.force_login(make_member(chapter, "Mo").user)
    assert browser.get(chapter_url("core:today", slug=chapter.slug)).status_code == 200


def test_an_authenticator_app_is_asked_for_after_the_password(alice):
    TOTP.activate(alice, SECRET)
    browser = Client()
    response = browser.post(reverse("account_login"), {"login": "alice@example.org", "password": PASSWORD})
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert browser.get("/c/river-city/").status_code == 302
    response = browser.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert response.headers["Location"] == "/"
    assert browser.get("/c/river-city/").status_code == 200


def test_one_signs_out_everywhere_else(alice):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(reverse("account_login"), {"login": "alice@example.org", "password": PASSWORD})
    page = here.get(reverse("usersessions_list")).content.decode()
    assert page.count("card-row") == 2
    here.post(reverse("usersessions_list"))
    assert here.get("/c/river-city/").status_code == 200
    assert there.get("/c/river-city/").status_code == 302


def test_the_entrance_leads_into_the_only_chapter_or_offers_all(alice):
    browser = Client()
    browser.force_login(alice)
    assert browser.get("/").headers["Location"] == "/c/river-city/"
    make_member(make_chapter("hill-town"), "Alice", user=alice)
    make_chapter("elsewhere")
    page = browser.get("/").content.decode()
    assert 'href="/c/river-city/"' in page
    assert 'href="/c/hill-town/"' in page
    assert "elsewhere" not in page


def test_an_account_without_a_chapter_is_told_what_to_do():
    browser = Client()
    browser.force_login(open_account(email="lone@example.org"))
    assert "no chapter knows this address" in browser.get("/").content.decode()


def test_a_fragment_asked_for_after_signing_out_leads_the_whole_page_to_signing_in(chapter):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/c/river-city/people/?q=a"}
    response = Client().get("/c/river-city/people/?page=2", headers=headers)
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/c/river-city/people/%3Fq%3Da"


def test_language_and_theme_are_kept_with_the_account(alice):
    browser = Client()
    browser.force_login(alice)
    browser.post(reverse("site:set_theme"), {"theme": "dark"})
    browser.post(reverse("site:set_language"), {"language": "es"})
    alice.refresh_from_db()
    assert (alice.theme, alice.language) == ("dark", "es")


def test_the_log_can_be_read_and_added_to_but_not_changed(organizer, chapter, olive):
    organizer.post(
        chapter_url("chapters:add_member", slug=chapter.slug),
        {"first_name": "Nia", "kind": "member", "standing": "good"},
    )
    event = AuditEvent.objects.get(verb="chapters.member_added", summaries__en__icontains="Nia")
    assert (event.actor_label, event.actor_user, event.row_kind) == (
        "Olive Adams",
        olive.user,
        "chapters.member",
    )


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Version/17.4 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 Edg/125.0", "Edge, Windows"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0", "Firefox, Android"),
        ("curl/8", "unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_a_few_words(agent, words):
    assert describe_browser(agent) == words


def test_whoever_may_not_enter_a_chapter_finds_nothing_there(organizer, chapter, monkeypatch):
    today = chapter_url("core:today", slug=chapter.slug)
    assert organizer.get(today).status_code == 200
    monkeypatch.setitem(rules.permissions.permissions, "chapters.enter", rules.always_deny)
    assert organizer.get(today).status_code == 404


def test_pages_of_a_chapter_are_kept_by_no_cache(organizer, chapter):
    today = organizer.get(chapter_url("core:today", slug=chapter.slug))
    assert today.headers["Cache-Control"] == "private, no-store"


def test_a_number_that_is_no_id_is_not_looked_up(organizer, chapter):
    new = chapter_url("chapters:invite", slug=chapter.slug)
    for asked in ("\u00b2", "9" * 5000):
        assert organizer.get(new, {"member": asked}).status_code == 200
