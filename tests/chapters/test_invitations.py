from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chapters.models import Invitation, Member, Message, User
from chapters.services import invitations
from chapters.services.invitations import (
    AlreadyInChapter,
    InvitationExpired,
    InvitationRevoked,
    InvitationUsed,
    InviterLeft,
    OtherAddress,
    UnknownInvitation,
    accept_invitation,
    get_link,
    invite,
    open_invitation,
    revoke_invitation,
)
from chapters.services.message_sending import send_due
from core.http import chapter_url
from tests.factories import actor_of, make_chapter, make_member, make_organizer, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_attempts_counted():
    cache.clear()


@pytest.fixture
def invitation(chapter, olive) -> Invitation:
    return invite(chapter=chapter, email="New@Example.org", role="canvasser", by=actor_of(olive), at=NOW)


def token_of(invitation: Invitation) -> str:
    return get_link(invitation).rstrip("/").rpartition("/")[2]


def path_of(invitation: Invitation) -> str:
    return reverse("entrance:invitation", kwargs={"token": token_of(invitation)})


def test_an_invitation_works_once_for_the_invited_address(invitation, chapter):
    user = make_user("new@example.org")
    member = accept_invitation(invitation=invitation, user=user, at=NOW + DAY)
    assert (member.chapter, member.user, [role.name for role in member.roles.all()]) == (
        chapter,
        user,
        ["canvasser"],
    )
    with pytest.raises(InvitationUsed):
        accept_invitation(invitation=invitation, user=user, at=NOW + DAY)
    with pytest.raises(InvitationUsed):
        open_invitation(token=token_of(invitation), at=NOW + DAY)
    assert member.roles.count() == 1


def test_another_address_is_refused_and_nothing_happens(invitation):
    for email in ("new@example.com", "other+new@example.org"):
        with pytest.raises(OtherAddress):
            accept_invitation(invitation=invitation, user=make_user(email), at=NOW)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_it_expires_after_seven_days_to_the_minute(invitation):
    token = token_of(invitation)
    assert open_invitation(token=token, at=NOW + 7 * DAY - timedelta(minutes=1)) == invitation
    with pytest.raises(InvitationExpired):
        open_invitation(token=token, at=NOW + 7 * DAY)
    with pytest.raises(InvitationExpired):
        accept_invitation(invitation=invitation, user=make_user("new@example.org"), at=NOW + 7 * DAY)


def test_a_revoked_or_replaced_invitation_no_longer_works(invitation, chapter, olive):
    newer = invite(chapter=chapter, email="new@example.org", by=actor_of(olive), at=NOW)
    with pytest.raises(InvitationRevoked):
        open_invitation(token=token_of(invitation), at=NOW)
    revoke_invitation(invitation=newer, by=actor_of(olive), at=NOW)
    with pytest.raises(InvitationRevoked):
        open_invitation(token=token_of(newer), at=NOW)


def test_a_token_that_was_changed_or_made_up_is_unknown(invitation):
    token = token_of(invitation)
    for wrong in (token[:-1], token + "x", invitation.code, "x" + token, ":", invitation.code + ":"):
        with pytest.raises(UnknownInvitation):
            open_invitation(token=wrong, at=NOW)


def test_the_member_it_was_written_for_gets_the_account(chapter, olive):
    mo = make_member(chapter, "Mo", user=None, email="old@example.org")
    invitation = invite(chapter=chapter, email="mo@example.org", member=mo, by=actor_of(olive), at=NOW)
    user = make_user("mo@example.org")
    assert accept_invitation(invitation=invitation, user=user, at=NOW) == mo
    mo.refresh_from_db()
    assert mo.user == user
    assert Member.objects.filter(chapter=chapter).count() == 2


def test_somebody_who_signs_in_here_already_is_not_invited_again(chapter, olive):
    with pytest.raises(AlreadyInChapter):
        invite(chapter=chapter, email=olive.user.email.upper(), by=actor_of(olive), at=NOW)
    elsewhere = make_member(make_chapter("elsewhere"), "Ann")
    invite(chapter=chapter, email=elsewhere.user.email, by=actor_of(olive), at=NOW)


def test_the_mail_goes_once_with_the_link_in_it(invitation):
    assert (send_due(now=NOW).sent, send_due(now=NOW + DAY).sent) == (1, 0)
    [sent] = mail.outbox
    assert sent.to == ["new@example.org"]
    assert sent.subject == "Your invitation to River City"
    assert get_link(invitation) in sent.body
    assert get_link(invitation) in sent.alternatives[0].content
    assert "invites you as: canvasser" in sent.body
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


def test_the_log_of_mail_does_not_keep_the_link(invitation):
    send_due(now=NOW)
    message = Message.objects.get()
    assert (message.state, message.params) == ("sent", {"invitation_id": invitation.pk})
    assert token_of(invitation) not in message.text
    assert "Open this link to join:\n\n•••\n" in message.text


def test_no_mail_goes_for_what_was_taken_back(invitation, olive):
    revoke_invitation(invitation=invitation, by=actor_of(olive), at=NOW)
    send_due(now=NOW)
    message = Message.objects.get()
    assert (message.state, message.reason) == ("dropped", "The invitation was taken back.")
    assert mail.outbox == []


def test_an_invitation_does_not_wait_for_the_morning(chapter, olive):
    night = NOW.replace(hour=7, minute=0)  # two or three o'clock in the chapter
    invite(chapter=chapter, email="owl@example.org", by=actor_of(olive), at=night)
    assert send_due(now=night).sent == 1


def test_a_newcomer_opens_the_link_types_the_code_and_is_in(invitation, chapter):
    browser = Client()
    page = browser.get(path_of(invitation))
    assert "Join River City" in page.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()

    asked = browser.post(f"{path_of(invitation)}accept/")
    assert asked.headers["Location"].startswith(reverse("account_confirm_login_code"))
    assert mail.outbox[-1].to == ["new@example.org"]
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE).group(1)
    back = browser.post(asked.headers["Location"], {"code": code})
    assert back.headers["Location"] == path_of(invitation)
    assert EmailAddress.objects.get(email="new@example.org").verified

    joined = browser.post(f"{path_of(invitation)}accept/")
    assert joined.headers["Location"] == f"/c/{chapter.slug}/"
    assert browser.get(f"/c/{chapter.slug}/").status_code == 200
    assert Member.objects.get(user__email="new@example.org").roles.get().name == "canvasser"


def test_the_link_alone_lets_nobody_in(invitation, chapter):
    browser = Client()
    browser.post(f"{path_of(invitation)}accept/")
    assert browser.get(f"/c/{chapter.slug}/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_somebody_signed_in_with_another_address_is_told_so(invitation):
    browser = Client()
    browser.force_login(make_user("other@example.org"))
    words = browser.get(path_of(invitation)).content.decode()
    assert "It was written to new@example.org, and you are signed in as other@example.org." in words
    assert browser.post(f"{path_of(invitation)}accept/").status_code == 409


def test_codes_for_one_invitation_are_not_sent_without_end(invitation):
    for _ in range(10):
        Client().post(f"{path_of(invitation)}accept/")
    assert 0 < len(mail.outbox) < 6


def test_an_organizer_invites_copies_the_link_and_takes_it_back(organizer, chapter):
    new = chapter_url("chapters:invite", slug=chapter.slug)
    response = organizer.post(new, {"email": "x@example.org", "role": "treasurer"})
    invitation = Invitation.objects.get(email="x@example.org")
    page = organizer.get(response.headers["Location"]).content.decode()
    assert get_link(invitation) in page
    organizer.post(chapter_url("chapters:revoke_invitation", slug=chapter.slug, invitation_id=invitation.pk))
    page = organizer.get(response.headers["Location"]).content.decode()
    assert get_link(invitation) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_for_one_invitation_and_for_three(organizer, chapter, olive, count):
    for number in range(count):
        invitations.invite(chapter=chapter, email=f"n{number}@example.org", by=actor_of(olive), at=NOW)
    with CaptureQueriesContext(connection) as captured:
        organizer.get(chapter_url("chapters:invitations", slug=chapter.slug))
    assert len(captured) == 11


def test_an_invitation_is_worth_what_its_writer_may_do_on_the_day(invitation, chapter, olive):
    make_organizer(chapter)
    olive.roles.all().delete()
    with pytest.raises(InviterLeft):
        accept_invitation(invitation=invitation, user=make_user("new@example.org"), at=NOW + DAY)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert Member.objects.filter(user__email="new@example.org").count() == 0
