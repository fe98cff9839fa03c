"""How the chapter's mail looks, and when it goes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from chapters.forms.mail_settings import MailSettingsForm
from chapters.models import Chapter
from chapters.services.chapters import change_settings
from core.http import ChapterRequest, chapter_url, require_perm


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_settings")
    row = Chapter.objects.get(pk=request.chapter.pk)
    form = MailSettingsForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        change_settings(chapter=request.chapter, by=request.actor, **form.values())
        messages.success(request, gettext("The settings are saved."))
        return redirect(chapter_url("chapters:mail_settings"))
    return render(
        request, "chapters/settings/mail.html", {"form": form}, status=422 if form.is_bound else 200
    )
