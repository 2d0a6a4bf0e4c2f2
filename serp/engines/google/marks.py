"""What Google's pages are recognised by: ids and attributes first, which last for years.

Class names change every year or two. They stand here only where no structure tells the same, each
with the years in which pages with it were seen; a page without any of them is still read.
"""

# Frames, all seen 2013-2026 unless noted.
ORGANIC_FRAMES = ("rso", "ires", "search")
# "res" alone: until 2009; "main": without JavaScript 2020-2023 and mobile.
RESULT_FRAMES = ("rso", "search", "ires", "res", "main")
PAGE_FRAMES = ("rso", "search", "ires", "topstuff", "botstuff", "center_col", "res")
FRAMES = frozenset({*RESULT_FRAMES, *PAGE_FRAMES})
DESKTOP_ONLY = ("search", "rcnt")
TOP_AD_SECTION = "tads"  # may stand twice, the second time at the bottom (2013)
BOTTOM_AD_SECTIONS = ("tadsb", "bottomads")
RIGHT_SECTIONS = ("rhs", "rhs_block", "mbEnd", "rhscol")
AI_OVERVIEW = "eKIzJc"  # 2025-2026
PANEL_TITLE_CLASSES = ("kno-ecr-pt",)  # 2013-2020; later an attribute tells
LOCAL_SERVICE_TAGS = ("gls-profile-entrypoint",)  # 2020-2026
STATS = ("result-stats", "resultStats")  # the second until early 2020
STATS_BAR = "ssb"  # 2007-2009, with other things before the sentence
NO_RESULT_SECTIONS = ("topstuff", "botstuff", "res", "main")

# Text ads: one box each.
AD_BOX_ATTRIBUTE = "data-text-ad"  # 2021-2024
AD_BOX_CLASSES = ("uEierd", "ads-ad", "ads-fr")  # 2020-2024, 2013-2020, mobile 2018
AD_CLICK_ATTRIBUTE = "data-rw"  # 2020-2024

# Boxes whose headed links are no organic results.
CAROUSEL_TAGS = (
    "g-inner-card",
    "g-scrolling-carousel",
    "g-accordion-expander",
    "g-expandable-content",
)
FOREIGN_TAGS = (*CAROUSEL_TAGS, "g-card", "g-section-with-header")
TABLE_TAGS = frozenset({"table", "tr"})
QUESTION_CLASS = "related-question-pair"  # 2016-2026
QUESTION_ATTRIBUTE = "data-q"  # 2023-2026
FACT_ATTRIBUTE = "data-attrid"  # 2017-2026, with the name of a property of an entity
SHOPPING_CLASSES = (
    "pla-unit",
    "pla-unit-container",
    "commercial-unit-desktop-top",
    "commercial-unit-desktop-rhs",
    "cu-container",
)
SHOPPING_UNIT_CLASSES = ("pla-unit", "pla-unit-container")  # 2016-2024
SHOPPING_MORE_CLASS = "view-all-unit"  # 2019-2024
FEATURED_CLASSES = ("hgKElc", "LGOjhe", "V3FYCf", "co8aDb")  # 2018-2024
FEATURED_SHELL_CLASS = "xpdopen"  # 2018-2024
SITELINK_CLASSES = ("mslg", "usJj9c", "sld", "osl", "MhgNwc", "fCBnFe")
ENTITY_CLASSES = ("kno-kp", "kno-result", "knowledge-panel")  # 2013-2022
