"""Gaps: what customers asked and nobody had written an answer for, grouped by likeness, and drafts from them."""
