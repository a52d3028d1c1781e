"""Approved answers as public pages, for whoever reads a short form of one in a text message."""
