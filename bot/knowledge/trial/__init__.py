"""Trying before a release: what the bot would do with a text, and which questions a content would take."""
