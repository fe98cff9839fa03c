"""Plan a mail for each of many members, plan them again, and send some; prints the seconds as JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import time as clock

import django


def main(slug: str, count: int, sent: int) -> None:
    from django.conf import settings
    from django.utils import timezone

    from chapters.models import Chapter, Member, Message
    from chapters.services.message_sending import send_due
    from chapters.services.messages import plan_messages
    from core.actors import Actor
    from core.tenancy import chapter_scope
    from tests.mail import NOTE, MailServer, register_note

    register_note()
    settings.MAILS_PER_MINUTE = 0
    Chapter.objects.filter(slug=slug).update(mails_per_minute=6000, quiet_from=clock(0), quiet_until=clock(0))
    chapter = Chapter.objects.get(slug=slug)
    Member.objects.bulk_create(
        Member(chapter=chapter, first_name=f"N{number}", email=f"n{number}@example.org")
        for number in range(count)
    )
    by, seconds = Actor.system(chapter.pk), []
    with chapter_scope(chapter, by):
        for _time in range(2):
            begun = time.perf_counter()
            members = Member.objects.filter(chapter=chapter, user=None)
            rows = [(member, {"number": member.pk}, f"note:{member.pk}") for member in members]
            plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=by)
            seconds.append(time.perf_counter() - begun)
    last = Message.objects.order_by("pk")[sent - 1].pk
    Message.objects.filter(pk__gt=last).delete()
    with MailServer().open():
        begun = time.perf_counter()
        done = send_due(now=timezone.now(), seconds=300)
        rate = done.sent / (time.perf_counter() - begun)
    print(json.dumps({"plan": seconds[0], "again": seconds[1], "rate": rate}))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
