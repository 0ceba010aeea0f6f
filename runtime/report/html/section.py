"""A section that a study adds to the page of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Section:
    """`body` is HTML."""

    ident: str
    title: str
    body: str


def links(sections: Sequence[Section]) -> str:
    """Their places in the navigation."""
    return "".join(f'<a href="#{each.ident}">{escape(each.title.lower())}</a> ' for each in sections)


def sections(given: Sequence[Section]) -> str:
    """Their HTML."""
    return "".join(
        f'<section id="{each.ident}" aria-labelledby="h-{each.ident}">\n'
        f'<h2 id="h-{each.ident}">{escape(each.title)}</h2>\n{each.body}\n</section>\n'
        for each in given
    )
