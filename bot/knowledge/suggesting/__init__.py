"""Approved answers for an agent who writes: suggested by what was said, or found by words. The current release only."""
