"""What a tag may be, and how several stand in one cell."""

import re

MOST_TAGS = 20  # of a keyword
LONGEST_TAG = 50
BETWEEN = re.compile(r"[,;|\n]")
# A comma or a quote could not be typed in a filter; what stands between tags would make two of one when
# an export is uploaded again.
UNFIT = str.maketrans("", "", '",;|\x00')


def clean_tag(text: str) -> str:
    """ "" for what is no tag."""
    return " ".join(text.translate(UNFIT).split())[:LONGEST_TAG].strip()


def split_tags(text: str) -> tuple[str, ...]:
    """Each once, in their order; there may be more than a keyword bears."""
    return tuple(dict.fromkeys(filter(None, map(clean_tag, BETWEEN.split(text)))))
