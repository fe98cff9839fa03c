"""What several neighbours named: their words on issues summed into proposals for what a precinct could work on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from precincts.folding import fold, list_words

LEAST = 2
"""So many neighbours must have named a word before it is proposed."""

_SMALL = frozenset(
    fold(
        "the a an and or of for to in on at by with from is are was were be been not no too very this that these those "
        "it its there here they their them our we you your year years has have had more less than only still again "
        "longer stop stops one two three day days week new old bad good up down out over under about after before "
        "number what who how when where why all any some much many every each so as but if el la los las un una unos unas y "
        "o de del al en con por para no se su sus es son muy mas menos que como hay ya esta este estos estas son ano "
        "anos dia dias solo sin sobre entre tambien nos les le lo"
    ).split()
)
"""Words that say nothing by themselves, in English and in Spanish."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that several neighbours named.

    Attributes:
        word: what their words have in common, folded.
        title: how most of them said it, without the full stop.
        neighbours: how many named it; each counts once.
        sayings: what was written down, the most frequent first, each once.
    """

    word: str
    title: str
    neighbours: int
    sayings: tuple[str, ...]


def propose_issues(noted: Iterable[tuple[int, str]], *, least: int = LEAST) -> list[Proposal]:
    """What at least so many neighbours named, what most named first; every neighbour's words count for one proposal.

    Args:
        noted: neighbours by id, each with the words somebody wrote down; the same neighbour may come several times.
    """
    left = [(person, text.strip(), _list_telling(text)) for person, text in noted if text.strip()]
    found = []
    while left:
        persons: defaultdict[str, set[int]] = defaultdict(set)
        for person, _text, words in left:
            for word in words:
                persons[word].add(person)
        word = min(persons, key=lambda one: (-len(persons[one]), -len(one), one), default="")
        if not word or len(persons[word]) < least:
            break
        texts = [text for _person, text, words in left if word in words]
        sayings = _by_frequency(texts)
        found.append(Proposal(word, sayings[0].rstrip(".!"), len(persons[word]), tuple(sayings)))
        left = [row for row in left if word not in row[2]]
    return found


def is_about(title: str, proposal: Proposal) -> bool:
    """Whether an issue's title has the word that the proposal is about."""
    return proposal.word in _list_telling(title)


def _list_telling(text: str) -> frozenset[str]:
    """The words of a text that tell something, one and many of a thing alike."""
    words = (
        word for word in list_words(text) if len(word) > 2 and word not in _SMALL and not word.isdecimal()
    )
    return frozenset(_stem(word) for word in words)


def _stem(word: str) -> str:
    """A key for one and many in English and Spanish: "bus" and "buses", "house" and "houses", "calle" and "calles"."""
    if len(word) > 4 and word.endswith("es"):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _by_frequency(texts: Sequence[str]) -> list[str]:
    counted = Counter(fold(text) for text in texts)
    first = {fold(text): text for text in reversed(texts)}
    return [first[key] for key in sorted(counted, key=lambda key: (-counted[key], len(key), key))]
