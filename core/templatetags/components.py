"""The parts every page is made of, as template tags; /styleguide/ shows them all with sample content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe

from core import charts, icons, table_drawing
from core.charts import Chart
from core.components import Card, Detail, Event, MapPanel, Progress, Stat, Step
from core.http import chapter_url
from core.icons import UnknownIcon, icon_svg
from core.lists import Row
from core.undo import undo_url_of

register = template.Library()


@register.simple_tag(name="icon")
def icon(name: str, css_class: str = "", from_sheet: bool = False) -> SafeString:
    """A Bootstrap icon; its word stands beside it. An unknown name fails loudly while developing."""
    if from_sheet:
        return icons.icon_from_sheet(name)
    try:
        return icon_svg(name, css_class=css_class)
    except UnknownIcon:
        if settings.DEBUG or getattr(settings, "TESTING", False):
            raise
        return SafeString("")


@register.simple_tag(name="icon_sheet")
def icon_sheet(names: Iterable[str]) -> SafeString:
    """Icons that the page repeats very often, set into it once; `from_sheet=True` takes them from there."""
    return icons.icon_sheet(names)


@register.simple_tag(name="badge")
def badge(word: Any, icon_name: str, tone: str = "neutral", from_sheet: bool = False) -> SafeString:
    """A state as icon and word; tone is neutral, good, mark or danger."""
    drawn = icon(icon_name, from_sheet=from_sheet)
    return format_html('<span class="badge-part tone-{}">{}{}</span>', tone, drawn, word)


@register.filter
def message_tone(message: Any) -> str:
    """The tone of a Django message."""
    return {"success": "good", "warning": "mark", "error": "danger"}.get(message.level_tag, "neutral")


@register.filter
def message_icon(message: Any) -> str:
    """The icon of a Django message."""
    return {"success": "check-circle", "warning": "exclamation-triangle", "error": "exclamation-octagon"}.get(
        message.level_tag, "info-circle"
    )


@register.filter
def undo_url(message: Any) -> str:
    """Where a message's Undo button posts to, "" without one."""
    return undo_url_of(message.extra_tags)


@register.filter
def own_address(referrer: str | None, request: HttpRequest) -> str:
    """The page one came from when it is one of this site, else Today."""
    ours = url_has_allowed_host_and_scheme(referrer or "", allowed_hosts={request.get_host()})
    return str(referrer) if ours else "/"


register.filter("cell_text", table_drawing.cell_text)


@register.filter
def with_cells(rows: Iterable[Row]) -> Iterator[tuple[Row, SafeString]]:
    """Each row of a list with its cells drawn."""
    drawer = table_drawing.CellDrawer(lambda one: badge(one.word, one.icon, one.tone))
    return ((row, drawer.row(row.cells)) for row in rows)


register.filter("options", table_drawing.draw_options)


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> SafeString:
    """The content of a block that was already printed once (the title, in the head and as h1)."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return SafeString("") if block is None else mark_safe(block.render(context).strip())  # noqa: S308


@register.simple_block_tag
def filled(content: str, tag: str, css_class: str = "", label: str = "") -> SafeString:
    """The content inside an element, or nothing at all when there is no content."""
    inner = content.strip()
    if not inner:
        return SafeString("")
    attributes = format_html(' aria-label="{}"', label) if label else SafeString("")
    return format_html('<{} class="{}"{}>{}</{}>', tag, css_class, attributes, mark_safe(inner), tag)  # noqa: S308


@register.simple_block_tag(takes_context=True)
def action_menu(context: Context, content: str, label: str = "", icon_name: str = "three-dots") -> str:
    """Secondary actions behind one button; `<a>`, `<button>` and forms stand inside as they are."""
    inner = content.strip()
    if not inner:
        return ""
    return render_to_string(
        "components/action_menu.html",
        {"content": mark_safe(inner), "label": label, "icon_name": icon_name},  # noqa: S308
    )


@register.simple_block_tag
def panel(
    content: str,
    title: Any = "",
    line: Any = "",
    url: str = "",
    link: Any = "",
    level: int = 2,
    key: str = "",
    tight: bool = False,
) -> str:
    """A raised card with a title, at the right a link; `tight` lets lists and tables reach its edges."""
    return render_to_string(
        "components/panel.html",
        {
            "content": mark_safe(content),  # noqa: S308
            "title": title,
            "line": line,
            "url": url,
            "link": link,
            "heading": f"h{level}",
            "key": key,
            "tight": tight,
        },
    )


@register.simple_block_tag
def notice(content: str, tone: str = "neutral", icon_name: str = "info-circle", title: Any = "") -> str:
    """A short message inside the page; tone is neutral, good, mark or danger."""
    return render_to_string(
        "components/notice.html",
        {"content": mark_safe(content), "tone": tone, "icon_name": icon_name, "title": title},  # noqa: S308
    )


@register.simple_block_tag
def empty_state(
    content: str, title: Any, icon_name: str = "inbox", url: str = "", action: Any = "", level: int = 2
) -> str:
    """What will be here and why it is empty (the content), and the one next step."""
    return render_to_string(
        "components/empty_state.html",
        {
            "content": mark_safe(content),  # noqa: S308
            "title": title,
            "icon_name": icon_name,
            "url": url,
            "action": action,
            "heading": f"h{level}",
        },
    )


@register.simple_tag
def crumb(label: Any, url_name: str = "", **kwargs: Any) -> SafeString:
    """One breadcrumb: a chapter page by its URL name, an address that starts with "/", or words alone."""
    if not url_name:
        return format_html("<li>{}</li>", label)
    url = url_name if url_name.startswith("/") else chapter_url(url_name, **kwargs)
    return format_html('<li><a href="{}">{}</a></li>', url, label)


@register.inclusion_tag("components/panel_link.html")
def panel_link(url: str, label: Any, icon_name: str = "", css_class: str = "") -> dict[str, Any]:
    """A link to a page that opens at the side instead, where scripts run."""
    return {"url": url, "label": label, "icon_name": icon_name, "css_class": css_class}


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Context,
    url: str,
    label: Any,
    icon_name: str = "",
    css_class: str = "btn btn-quiet",
    **fields: Any,
) -> dict[str, Any]:
    """A button that posts to an address, with hidden fields from the keyword arguments."""
    return {
        "url": url,
        "label": label,
        "icon_name": icon_name,
        "css_class": css_class,
        "fields": fields,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/stat_strip.html")
def stat_strip(stats: Iterable[Stat]) -> dict[str, Any]:
    """Number, word, change and link for each of a few figures."""
    return {"stats": list(stats)}


@register.inclusion_tag("components/meter.html")
def meter(percent: float, label: Any) -> dict[str, Any]:
    """A thin bar, 0 to 100; the label says what it shows to those who do not see it."""
    return {"percent": max(0, min(100, percent)), "label": label}


@register.inclusion_tag("components/detail_list.html")
def detail_list(details: Iterable[Detail]) -> dict[str, Any]:
    """Labels with their values."""
    return {"details": list(details)}


@register.inclusion_tag("components/card_list.html", takes_context=True)
def card_list(context: Context, cards: Iterable[Card], label: Any = "") -> dict[str, Any]:
    """Rows with a title, a line, a badge or an action; the whole row is one target."""
    return {"cards": list(cards), "label": label, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Event]) -> dict[str, Any]:
    """What happened, newest as given, with who and when."""
    return {"events": list(events)}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[Step], label: Any = "") -> dict[str, Any]:
    """Where one stands in something long."""
    return {"steps": list(steps), "label": label}


@register.inclusion_tag("components/job_progress.html", takes_context=True)
def job_progress(context: Context, progress: Progress) -> dict[str, Any]:
    """What runs, done of total, time left, cancel; polls itself while it is open."""
    return {"progress": progress, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("components/map_panel.html")
def map_panel(panel: MapPanel) -> dict[str, Any]:
    """A vector map with legend and list twin. The page adds static/js/map.js in its scripts block."""
    return {"panel": panel}


@register.inclusion_tag("components/chart.html")
def chart(figure: Chart, level: int = 2) -> dict[str, Any]:
    """A chart whose title says the finding, its table one click away."""
    return {"figure": figure, "heading": f"h{level}"}


@register.filter
def legend_mark(figure: Chart, kind: int) -> SafeString:
    """The patch or stroke of one series in a chart's legend."""
    return charts.legend_mark(figure, kind)


@register.inclusion_tag("components/table.html", takes_context=True)
def data_table(context: Context, page: Any) -> dict[str, Any]:
    """The table of a `core.lists.ListView`: search, filter chips, sort links, pages, CSV."""
    return {"page": page, "request": context.get("request")}
