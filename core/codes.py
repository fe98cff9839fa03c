"""Codes that let one person answer one thing: part of a link, or typed from paper. Only a keyed hash of one is kept.

Whoever gives codes keeps a random seed with the row and the hash of the code made of it. Without the server's key
neither lets anybody in: the code is made anew of seed and key whenever a mail or a sheet of paper needs it. A new seed
takes the old code back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from django.utils.crypto import salted_hmac

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, so that nothing typed from paper is taken for something else."""

LENGTH: Final = 12
"""Sixty bits: guessing at a thousand a second meets one of 10,000 open codes after some three thousand years."""

_SLIPS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def make_seed() -> str:
    """What a row keeps to make its code of: 32 random characters."""
    return secrets.token_hex(16)


def make_code(purpose: str, seed: str) -> str:
    """The code of a seed, for one purpose ("chapters.rsvp"): twelve letters and digits."""
    number = int.from_bytes(salted_hmac(f"code:{purpose}", seed, algorithm="sha256").digest()[:8], "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))


def hash_code(purpose: str, code: str) -> str:
    """What is kept of a code: 64 characters that only the server's key leads to."""
    return salted_hmac(f"hash:{purpose}", code, algorithm="sha256").hexdigest()


def show_code(code: str) -> str:
    """The code as it stands on paper: "K7QM-4XRT-2PBH"."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def read_code(text: str) -> str:
    """A code as somebody typed it, with or without dashes and spaces; "" when it can be none."""
    code = "".join(letter for letter in text.strip().upper()[:60] if letter not in "-–— .").translate(_SLIPS)
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else ""


CodeReader = Callable[[str], str]
_readers: list[CodeReader] = []


def register_code_reader(reader: CodeReader) -> None:
    """Let an app find the page for a typed code: the address, or "" when the code is none of its own."""
    if reader not in _readers:
        _readers.append(reader)


def find_page_of_code(code: str) -> str:
    """The address of the page that a typed code opens; "" when no app knows it."""
    return next((address for reader in _readers if (address := reader(code))), "")
