from __future__ import annotations

import pytest

from core.pdf import ForbiddenResource, fetch_static_only, render_pdf


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "https://example.org/",
        "ftp://x/",
        "static:/../manage.py",
        "x.png",
    ],
)
def test_a_document_reads_nothing_outside_the_static_files(url):
    with pytest.raises(ForbiddenResource):
        fetch_static_only(url)


def test_a_document_may_carry_its_pictures_along():
    fetched = fetch_static_only("data:image/svg+xml,%3Csvg/%3E")
    assert fetched["string"] == b"<svg/>"


def test_a_script_in_a_data_address_is_refused():
    with pytest.raises(ForbiddenResource):
        fetch_static_only("data:text/html,<script>1</script>")


def test_a_page_becomes_a_pdf():
    assert render_pdf("<title>x</title><p>words").startswith(b"%PDF-")
