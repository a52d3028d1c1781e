"""A local double of the carrier, for development and tests: its messages API, its webhooks, and phones to text with.

Run it with `python -m bot.channels.sms.double`. It keeps no secrets but the made-up account it is started with.
"""

from bot.channels.sms.double.app import app

__all__ = ["app"]
