"""What belongs to a person rather than to a list: preferences, a copy of everything, and leaving."""
