from __future__ import annotations

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless the name is in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone such as America/New_York."), params={"name": name}
        )


_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
LEAST_CONTRAST = 4.5


def contrast_with_white(colour: str) -> float:
    """How much "#0F5C4D" stands out from white, 1 to 21 (WCAG 2.2, relative luminance)."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def validate_colour(colour: str) -> None:
    """Raises ValidationError unless it is written "#0F5C4D" and white words on it can be read."""
    if not _COLOUR.fullmatch(colour):
        raise ValidationError(_("Write a colour as # and six digits, such as #0F5C4D."))
    if contrast_with_white(colour) < LEAST_CONTRAST:
        raise ValidationError(_("White words on this colour are hard to read. Choose a darker one."))
