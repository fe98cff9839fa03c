from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core import serializers
from django.utils import timezone

from chapters.models import Ask, AuditEvent, MailPreference, Member, MemberMerge, Role, TwoPeople
from chapters.selectors.duplicates import list_alike, list_pairs
from chapters.services.merges import merge_members, say_two_people, undo_merge
from core import people
from core.http import chapter_url
from core.people import CannotMerge, CannotUndo
from precincts.models import BlockAssignment, Fact, Residence, Skill, Training
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_chapter,
    make_household,
    make_member,
    make_precinct,
    make_role,
    make_voter,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def url(name: str, **kwargs: object) -> str:
    return chapter_url(f"chapters:{name}", slug="river-city", **kwargs)


@pytest.fixture
def ann(chapter) -> Member:
    return make_member(
        chapter, "Ann", last_name="Young", user=None, email="ann@example.org", phone="(919) 555-0101"
    )


@pytest.fixture
def anne(chapter) -> Member:
    return make_member(
        chapter, "Anne", last_name="Young", user=None, email="", phone="+1 919 555 0101", address="12 Oak Street",
        note="Plays the drum.",
    )  # fmt: skip


def merge(keep: Member, drop: Member, olive: Member, **choices: str) -> MemberMerge:
    return merge_members(keep=keep, drop=drop, choices=choices, by=actor_of(olive), at=timezone.now())


def undo(done: MemberMerge, olive: Member) -> Member:
    return undo_merge(merge=done, by=actor_of(olive), at=timezone.now())


def everything_of(*people_ids: int) -> list[str]:
    """Every row of every table that names one of these people, as text; and their own rows."""
    rows = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Member and model not in (MemberMerge,):
                rows += model._base_manager.filter(**{f"{field.name}__in": people_ids})
    rows += Member.objects.filter(pk__in=people_ids)
    return sorted({serializers.serialize("json", [row]) for row in rows})


# --- Found ------------------------------------------------------------------------------------------------


def test_people_with_one_phone_are_found_and_the_reason_said(organizer, ann, anne):
    [pair] = list_pairs(actor_of(Member.objects.get(first_name="Olive")))
    assert (pair.first, pair.second) == (ann, anne)
    assert [str(reason) for reason in pair.reasons] == ["same phone"]
    assert "same phone" in organizer.get(url("duplicates")).content.decode()


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"email": "ANN@example.org"}, ["same e-mail"]),
        ({"first_name": "ann", "address": "12 oak st."}, ["same name and address"]),
        ({"first_name": "ann", "address": "14 oak st."}, []),
        ({"phone": "919.555.0101", "email": "ann@example.org"}, ["same e-mail", "same phone"]),
        ({"phone": "1"}, []),
    ],
)
def test_the_same_mail_phone_or_name_and_address_are_reasons(chapter, olive, ann, fields, reasons):
    Member.objects.filter(pk=ann.pk).update(address="12 Oak Street")
    values = {"first_name": "Zoe", "last_name": "Young", "user": None, "email": ""} | fields
    other = make_member(chapter, **values)
    pairs = list_pairs(actor_of(olive))
    assert [str(reason) for pair in pairs for reason in pair.reasons] == reasons
    ann.refresh_from_db()
    assert [str(reason) for pair in list_alike(other, actor_of(olive)) for reason in pair.reasons] == reasons


def test_nobody_of_another_chapter_looks_alike(olive, ann):
    make_member(make_chapter("elsewhere"), "Ann", last_name="Young", user=None, email="ann@example.org")
    assert list_pairs(actor_of(olive)) == []
    assert list_alike(ann, actor_of(olive)) == []


def test_two_people_stay_two_until_somebody_takes_it_back(organizer, ann, anne, olive):
    ids = {"member_id": ann.pk, "other_id": anne.pk}
    assert organizer.post(url("two_people", **ids)).status_code == 302
    assert list_pairs(actor_of(olive)) == []
    assert list_alike(anne, actor_of(olive)) == []
    again = organizer.post(url("two_people", member_id=anne.pk, other_id=ann.pk))
    assert again.status_code == 409
    organizer.post(url("maybe_one_person", **ids))
    assert len(list_pairs(actor_of(olive))) == 1


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_of_pairs_costs_the_same_queries_for_one_and_three(
    organizer, chapter, ann, anne, more, django_assert_num_queries
):
    for number in range(more):
        for _twice in range(2):
            make_member(chapter, f"P{number}", user=None, email=f"p{number}@example.org")
    with django_assert_num_queries(16):
        assert organizer.get(url("duplicates")).status_code == 200


# --- Merged -----------------------------------------------------------------------------------------------


def test_the_page_says_field_by_field_what_stays_and_merges_as_chosen(organizer, ann, anne):
    address = url("merge_members", member_id=ann.pk, other_id=anne.pk)
    page = organizer.get(address).content.decode()
    assert "12 Oak Street" in page
    assert "(919) 555-0101" in page
    chosen = {
        "first_name": "drop", "email": "keep", "phone": "keep", "address": "drop", "note": "drop",
    }  # fmt: skip
    response = organizer.post(address, chosen)
    assert response.status_code == 302
    ann.refresh_from_db()
    assert (ann.first_name, ann.email, ann.phone) == ("Anne", "ann@example.org", "(919) 555-0101")
    assert (ann.address, ann.note) == ("12 Oak Street", "Plays the drum.")
    assert not Member.objects.filter(pk=anne.pk).exists()
    [said] = get_messages(response.wsgi_request)
    assert f"undo:{url('undo_merge', merge_id=MemberMerge.objects.get().pk)}" in said.extra_tags


def test_an_old_address_leads_to_the_row_that_stayed(organizer, client, chapter, ann, anne, olive):
    done = merge(ann, anne, olive)
    response = organizer.get(url("member", member_id=anne.pk))
    assert response.headers["Location"] == url("member", member_id=ann.pk)
    client.force_login(make_member(chapter, "Bob").user)
    assert client.get(url("member", member_id=anne.pk)).status_code == 404
    undo(done, olive)
    assert organizer.get(url("member", member_id=anne.pk)).status_code == 200


def test_a_form_without_a_choice_is_sent_back(organizer, ann, anne):
    response = organizer.post(url("merge_members", member_id=ann.pk, other_id=anne.pk), {})
    assert response.status_code == 422
    assert Member.objects.filter(pk=anne.pk).exists()


def test_both_notes_may_stay(ann, anne, olive):
    Member.objects.filter(pk=ann.pk).update(note="Knows the street.")
    merge(ann, anne, olive)
    ann.refresh_from_db()
    assert ann.note == "Knows the street.\n\nPlays the drum."


def fill(chapter, ann: Member, anne: Member, olive: Member) -> None:
    """Rows of every kind that name the second, and some of the first that clash with them."""
    precinct = make_precinct(chapter)
    block, other = make_block(precinct, 1), make_block(precinct, 2)
    today = date(2026, 6, 1)
    make_role(ann, "canvasser", date(2025, 1, 1), date(2025, 12, 31))
    make_role(anne, "canvasser", date(2025, 6, 1), None)
    make_role(anne, "treasurer", date(2025, 6, 1), None)
    for member, start, kind, kept in (
        (ann, date(2024, 1, 1), "backup", block), (anne, date(2025, 1, 1), "captain", block),
        (anne, date(2025, 1, 1), "captain", other),
    ):  # fmt: skip
        BlockAssignment.objects.create(
            chapter=chapter, member=member, block=kept, kind=kind, starts_on=start, handover_note="Dog."
        )
    household = make_household(make_building(chapter, 12), precinct, block=block)
    Residence.objects.create(chapter=chapter, member=ann, household=household, starts_on=date(2025, 1, 1))
    Residence.objects.create(chapter=chapter, member=anne, household=household, starts_on=date(2024, 1, 1))
    for one in (ann, anne):
        Skill.objects.create(
            chapter=chapter,
            member=one,
            kind="skill",
            text="drums",
            search_words=" drums",
            noted_at=timezone.now(),
        )
        MailPreference.objects.create(
            chapter=chapter,
            member=one,
            kind="chapters.mailing",
            is_off=one == anne,
            changed_at=timezone.now(),
        )
    Training.objects.create(chapter=chapter, trainer=olive, trained=ann, on=today)
    Training.objects.create(chapter=chapter, trainer=anne, trained=make_member(chapter, "Tim"), on=today)
    Ask.objects.create(
        chapter=chapter, asked=anne, asked_name="Anne Young", asked_by=ann, whats={"en": "drum"}, asked_on=today,
        due_on=today,
    )  # fmt: skip
    Fact.objects.create(
        chapter=chapter, voter=make_voter(household), kind="issue", value="rent", source="door", member=anne,
        occurred_at=timezone.now(),
    )  # fmt: skip


def test_everything_moves_and_nothing_is_left_behind(chapter, ann, anne, olive):
    fill(chapter, ann, anne, olive)
    merge(ann, anne, olive)
    assert everything_of(anne.pk) == []
    assert {(role.name, role.starts_on, role.ends_on) for role in Role.objects.filter(member=ann)} == {
        ("canvasser", date(2025, 1, 1), None),
        ("treasurer", date(2025, 6, 1), None),
    }
    kept = BlockAssignment.objects.filter(member=ann).order_by("block__number", "starts_on")
    assert [(row.kind, row.starts_on, row.ends_on) for row in kept] == [
        ("backup", date(2024, 1, 1), date(2024, 12, 31)),
        ("captain", date(2025, 1, 1), None),
        ("captain", date(2025, 1, 1), None),
    ]
    assert [row.starts_on for row in Residence.objects.filter(member=ann)] == [date(2024, 1, 1)]
    assert Skill.objects.filter(member=ann).count() == 1
    assert MailPreference.objects.get(member=ann).is_off  # whoever said no to mail once gets none
    assert Fact.objects.get().member == ann
    ask = Ask.objects.get()
    assert (ask.asked, ask.asked_name, ask.asked_by) == (None, "Anne Young", ann)


def test_undone_everything_is_as_it_was(chapter, ann, anne, olive):
    fill(chapter, ann, anne, olive)
    before = everything_of(ann.pk, anne.pk)
    done = merge(ann, anne, olive, first_name="drop", note="drop")
    assert everything_of(ann.pk, anne.pk) != before
    undo(done, olive)
    assert everything_of(ann.pk, anne.pk) == before
    assert MemberMerge.objects.get().undone_at is not None
    assert list(AuditEvent.objects.filter(verb__contains="merge").values_list("verb", flat=True)) == [
        "chapters.merge_undone",
        "chapters.members_merged",
    ]


def test_undone_by_the_page(organizer, ann, anne, olive):
    done = merge(ann, anne, olive)
    assert organizer.get(url("undo_merge", merge_id=done.pk)).status_code == 200
    response = organizer.post(url("undo_merge", merge_id=done.pk))
    assert response.headers["Location"] == url("member", member_id=anne.pk)
    assert organizer.post(url("undo_merge", merge_id=done.pk)).status_code == 409


def test_what_was_changed_since_stays_and_what_contradicts_is_refused(chapter, ann, anne, olive):
    make_role(ann, "canvasser", date(2025, 1, 1), date(2025, 12, 31))
    make_role(anne, "canvasser", date(2025, 6, 1), None)
    done = merge(ann, anne, olive, first_name="drop", note="drop")
    Member.objects.filter(pk=ann.pk).update(note="Moved to the river.")
    Role.objects.filter(member=ann).update(ends_on=date(2026, 1, 1))
    with pytest.raises(CannotUndo, match="changed since"):
        undo(done, olive)
    assert not Member.objects.filter(pk=anne.pk).exists()
    Role.objects.filter(member=ann).update(ends_on=None)
    undo(done, olive)
    ann.refresh_from_db()
    assert (ann.first_name, ann.note) == ("Ann", "Moved to the river.")


def test_merged_on_the_later_merge_is_undone_first(chapter, ann, anne, olive):
    third = make_member(chapter, "Anna", last_name="Young", user=None, phone="919-555-0101")
    first = merge(ann, anne, olive)
    second = merge(third, ann, olive)
    first.refresh_from_db()
    with pytest.raises(CannotUndo, match="third"):
        undo(first, olive)
    undo(second, olive)
    first.refresh_from_db()
    undo(first, olive)
    assert Member.objects.filter(last_name="Young").count() == 3


def test_of_two_accounts_one_is_chosen_and_the_other_opens_nothing(chapter, client, olive):
    first, second = make_member(chapter, "Ann"), make_member(chapter, "Anne")
    client.force_login(second.user)
    assert client.get(f"/c/{chapter.slug}/").status_code == 200
    with pytest.raises(CannotMerge, match="account"):
        merge(first, second, olive)
    done = merge(first, second, olive, user="keep")
    assert client.get(f"/c/{chapter.slug}/").status_code == 404
    undo(done, olive)
    assert client.get(f"/c/{chapter.slug}/").status_code == 200


def test_the_other_account_may_be_the_one_that_stays_and_goes_back(chapter, olive):
    first, second = make_member(chapter, "Ann"), make_member(chapter, "Anne")
    accounts = (first.user, second.user)
    done = merge(first, second, olive, user="drop")
    first.refresh_from_db()
    assert first.user == accounts[1]
    undo(done, olive)
    assert (Member.objects.get(pk=first.pk).user, Member.objects.get(pk=second.pk).user) == accounts


def test_an_app_may_refuse_a_merge(organizer, ann, anne, olive, monkeypatch):
    monkeypatch.setattr(people, "_vetoes", [lambda keep_id, drop_id: "Both are on one open roll."])
    with pytest.raises(CannotMerge, match="open roll"):
        merge(ann, anne, olive)
    page = organizer.get(url("merge_members", member_id=ann.pk, other_id=anne.pk)).content.decode()
    assert "Both are on one open roll." in page
    assert "Merge into one person" not in page


def test_nobody_becomes_a_former_member_by_a_merge(ann, anne, olive):
    Member.objects.filter(pk=anne.pk).update(kind="former")
    with pytest.raises(CannotMerge, match="former"):
        merge(ann, anne, olive, kind="drop")
    merge(ann, anne, olive)
    assert Member.objects.get(pk=ann.pk).kind == "member"


def test_people_of_two_chapters_and_one_row_are_never_merged(ann, olive):
    stranger = make_member(make_chapter("elsewhere"), "Ann")
    for other in (ann, stranger):
        with pytest.raises(CannotMerge):
            merge(ann, other, olive)


def test_a_word_that_two_are_two_does_not_stop_a_merge_with_a_third(chapter, ann, anne, olive):
    third = make_member(chapter, "Anna", user=None)
    say_two_people(first=ann, second=third, by=actor_of(olive), at=timezone.now())
    say_two_people(first=anne, second=third, by=actor_of(olive), at=timezone.now())
    done = merge(ann, anne, olive)
    assert TwoPeople.objects.count() == 1
    undo(done, olive)
    assert TwoPeople.objects.count() == 2
