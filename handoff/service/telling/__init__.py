"""All that is on its way to somebody: notices to customers, alerts to the desk, notifications to who is at neither."""
