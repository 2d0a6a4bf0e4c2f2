"""Times as the pages have them, where nothing else is said: in the admin's tables above all."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y H:i"
TIME_FORMAT = "H:i"
