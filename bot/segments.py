"""Segments as the core counts them, for the edge."""

from handoff.segments import GSM_BASIC, GSM_EXTENDED, Encoding, Segments, count, is_gsm, outside_gsm, split

__all__ = ["GSM_BASIC", "GSM_EXTENDED", "Encoding", "Segments", "count", "is_gsm", "outside_gsm", "split"]
