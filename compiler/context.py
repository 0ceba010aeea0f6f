"""What is collected while one program is lowered: findings, names, windows."""

from __future__ import annotations

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing.scope import Scope
from stratc.dsl.diagnostics import Code, Diagnostic, Fix, Note
from stratc.dsl.source import Source, Span


class Context:
    """The state of one lowering; created for each program, never shared."""

    __slots__ = (
        "_windows",
        "diagnostics",
        "inside",
        "models",
        "modes",
        "params",
        "scope",
        "source",
        "venues",
        "windows",
    )

    def __init__(self, source: Source, scope: Scope) -> None:
        """Start with nothing found."""
        self.source = source
        self.scope = scope
        self.diagnostics: list[Diagnostic] = []
        self.params: dict[str, ir.Param] = {}
        self.venues: dict[str, ir.Venue] = {}
        self.modes: tuple[str, ...] = ()
        self.models: frozenset[str] = frozenset()
        """Pricing models whose numbers the program gives."""
        self.inside: tuple[Source, Span] | None = None
        """Set while the tree in hand comes from inside a string: its own source, and where it stands in this one."""
        self.windows: list[ir.Window] = []
        self._windows: dict[tuple[str, ir.Expr, ir.Duration], int] = {}

    def report(
        self, code: Code, message: str, span: Span, notes: tuple[Note, ...] = (), fix: Fix | None = None
    ) -> None:
        """Record a finding."""
        if self.inside is not None:
            span, fix = self.inside[1], None
        self.diagnostics.append(Diagnostic(code, message, span, notes, fix))

    def where(self, span: Span) -> ir.Where:
        """A span as the IR keeps it."""
        if self.inside is not None:
            span = self.inside[1]
        return ir.Where(span.start, span.end, self.source.position(span.start).line)

    def written(self, span: Span) -> str:
        """The text of a span on one line, without comments."""
        source = self.inside[0] if self.inside is not None else self.source
        lines = (line.partition("#")[0] for line in source.slice(span).splitlines())
        return " ".join(" ".join(lines).split())

    def window(self, window: ir.Window) -> ir.WindowRef:
        """The reference to a window, shared by all that ask for the same one."""
        key = (window.function, window.argument, window.duration)
        index = self._windows.setdefault(key, len(self.windows))
        if index == len(self.windows):
            self.windows.append(window)
        return ir.WindowRef(index, window.unit)
