"""A process that makes senders of mail: for each line it reads it begins one and prints its process id.

Django is loaded once, so that a sender that was killed is followed by another in a moment.
"""

from __future__ import annotations

import os
import signal
import sys
import time


def _send_until_nothing_is_due() -> None:
    from django.utils import timezone

    from chapters.models import Message
    from chapters.services.message_sending import send_due
    from core.actors import Actor
    from core.tenancy import scope

    with scope(actor=Actor.system()):
        while Message.objects.filter(state="pending").exists():
            send_due(now=timezone.now())
            time.sleep(0.01)


def main() -> None:
    import django

    django.setup()
    from tests.mail import register_note

    register_note()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _send_until_nothing_is_due()
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
