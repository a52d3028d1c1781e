"""The customer's side: what they write and ask for, and the bot's turns."""
