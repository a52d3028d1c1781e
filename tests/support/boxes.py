"""Where something is drawn on a page."""

from playwright.sync_api import FloatRect, Locator, expect


def box_of(found: Locator) -> FloatRect:
    """Its place and size, in pixels. A row that moves to another list is drawn nowhere for a moment."""
    for _ in range(20):
        expect(found).to_be_visible()
        if box := found.bounding_box():
            return box
    raise AssertionError("it is never drawn for long enough to be measured")
