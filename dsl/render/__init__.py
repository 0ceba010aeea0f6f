"""Diagnostics for people (text), editors (JSON) and code hosts (SARIF, GitHub); and fixes applied."""

from __future__ import annotations

from stratc.dsl.render.fixes import apply_fixes
from stratc.dsl.render.github import render_github
from stratc.dsl.render.machine import render_json, render_sarif
from stratc.dsl.render.text import render_text

__all__ = ["apply_fixes", "render_github", "render_json", "render_sarif", "render_text"]
