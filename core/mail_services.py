"""The mail services whose news of bounces and complaints is understood, and who must prove what with it.

All of them carry the user name and password of ANYMAIL_WEBHOOK_SECRET; some sign each message besides, with a key of
theirs that stands in ANYMAIL_SIGNING_KEY.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class MailService:
    """One service: anymail's class that reads its news, and what anymail calls its signing key ("" for none)."""

    view: str
    signing_key: str = ""


SERVICES = {
    "brevo": MailService("BrevoTrackingWebhookView"),
    "mailersend": MailService("MailerSendTrackingWebhookView", "MAILERSEND_SIGNING_SECRET"),
    "mailgun": MailService("MailgunTrackingWebhookView", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailjet": MailService("MailjetTrackingWebhookView"),
    "postmark": MailService("PostmarkTrackingWebhookView"),
    "sendgrid": MailService("SendGridTrackingWebhookView"),
    "sparkpost": MailService("SparkPostTrackingWebhookView"),
}


def get_view_of(service: str) -> Any:
    """The view that reads a service's news.

    Raises:
        KeyError: it is none of ours.
    """
    return getattr(import_module(f"anymail.webhooks.{service}"), SERVICES[service].view).as_view()
