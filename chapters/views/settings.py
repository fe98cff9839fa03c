"""The chapter's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chapters.forms.settings import ChapterSettingsForm
from chapters.models import Chapter
from chapters.services.chapters import change_settings
from core.http import ChapterRequest, chapter_url, require_perm


@require_http_methods(["GET", "POST"])
def chapter(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_settings")
    form = ChapterSettingsForm(
        request.POST if request.method == "POST" else None,
        instance=Chapter.objects.get(pk=request.chapter.pk),
    )
    if request.method == "POST" and form.is_valid():
        change_settings(chapter=request.chapter, by=request.actor, **form.values())
        messages.success(request, _("The settings are saved."))
        return redirect(chapter_url("chapters:settings"))
    return render(
        request, "chapters/settings/chapter.html", {"form": form}, status=422 if form.errors else 200
    )
