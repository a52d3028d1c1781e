"""Releases are built beside the running engine: the host of the boxed engines, and what a build does."""
