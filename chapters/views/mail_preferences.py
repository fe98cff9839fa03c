"""What mail one gets: chosen when signed in, or by the link that stands under each mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from chapters.forms.mail_preferences import MailPreferencesForm
from chapters.models import Member, Message
from chapters.services import mail_preferences as preferences
from core.actors import Actor
from core.http import ChapterRequest, chapter_url, require_perm
from core.messages import say_kind
from core.tenancy import chapter_scope


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.choose_own_mail")
    member = Member.objects.filter(pk=request.actor.member_id).first()
    if member is None:
        raise Http404
    form = MailPreferencesForm(request.POST if request.method == "POST" else None, member=member)
    if request.method == "POST" and form.is_valid():
        _save(form, member, request.actor)
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("chapters:mail_preferences"))
    return render(
        request, "chapters/messages/preferences.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _save(form: MailPreferencesForm, member: Member, by: Actor) -> None:
    wanted = set(form.cleaned_data.get("wanted", []))
    preferences.choose_kinds(member=member, wanted=wanted, by=by, at=timezone.now())
    preferences.choose_time_zone(member=member, time_zone=form.cleaned_data["time_zone"], by=by)


@csrf_exempt  # a mail program posts here by itself, without cookies (RFC 8058); the link is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows two buttons and changes nothing; POST without `save` turns the kind off, as mail programs do."""
    message = preferences.open_unsubscribe_link(token)
    by = preferences.actor_of_link(message)
    with translation.override(message.language), chapter_scope(message.chapter, by):
        return _answer(request, message, by)


def _answer(request: HttpRequest, message: Message, by: Actor) -> HttpResponse:
    member, done = message.member, ""
    saves = request.method == "POST" and "save" in request.POST and member is not None
    form = None
    if member is not None:
        form = MailPreferencesForm(request.POST if saves else None, member=member)
    if saves and form is not None and member is not None and form.is_valid():
        _save(form, member, by)
        done = gettext("Saved.")
    elif request.method == "POST" and not saves:
        preferences.unsubscribe(message=message, by=by, at=timezone.now())
        done = gettext("Done: you get no more such mail.")
        form = MailPreferencesForm(member=member) if member is not None else None
    context = {
        "mail": message,
        "kind": say_kind(message.kind),
        "may_stop": preferences.is_optional(message.kind),
        "form": form,
        "done": done,
    }
    wrong = saves and not done
    return render(request, "chapters/messages/unsubscribe.html", context, status=422 if wrong else 200)
