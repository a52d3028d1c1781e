"""What the plain pages share: headers, frame and style. They have no script, and nothing of them is inline."""
