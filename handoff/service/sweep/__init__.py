"""What the sweeper does at each tick: deadlines, offers, places, hours, and what was not heard."""
