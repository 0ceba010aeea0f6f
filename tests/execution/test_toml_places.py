from __future__ import annotations

import pytest

from stratc.runtime.toml_places import line_of, places

TEXT = '''# a comment = 1
top = 1

[table]
key = """
[not.a.table]
neither = 1
"""
dotted.key = 2 # [nor this]
[ a . "b c" . 'd' ]
inline = { x = 1, y = 2 }
[[list]]
one = 1
[[list]]
one = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("table",), 4),
        (("table", "key"), 5),
        (("table", "dotted", "key"), 9),
        (("table", "missing"), 4),
        (("a", "b c", "d", "inline"), 11),
        (("a", "b c", "d", "inline", "x"), 11),
        (("a",), 10),
        (("list", "one"), 13),
        (("not", "a"), None),
        ((), None),
    ],
)
def test_lines(path: tuple[str, ...], line: int | None) -> None:
    assert line_of(path, places(TEXT)) == line
