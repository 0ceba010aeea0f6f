"""Did you mean …? The nearest known word to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Count the insertions, deletions, replacements and swaps of neighbours between two words.

    The optimal string alignment distance (Damerau 1964; Wagner and Fischer 1974 for the table).
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` most likely stands for, or None when none is near.

    Near is about one slip in three letters, letter case aside; the first of equals wins.
    """
    lower = word.lower()
    allowed = max(1, (len(word) + 1) // 3) if len(word) > 1 else 0
    best, nearest = None, allowed + 1
    for candidate in known:
        if abs(len(candidate) - len(word)) < nearest:
            steps = distance(lower, candidate.lower())
            if steps < nearest and steps < len(candidate):
                best, nearest = candidate, steps
    return best
