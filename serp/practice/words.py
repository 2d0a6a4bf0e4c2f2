"""What the made-up pages are made of. Every domain ends in .example or .test: none can exist."""

FIRST = (
    "alder", "amber", "anchor", "aspen", "aurora", "beacon", "birch", "bright", "canyon", "cedar",
    "clover", "cobalt", "copper", "coral", "crest", "delta", "ember", "fable", "falcon", "fern",
    "garnet", "harbor", "hazel", "heron", "indigo", "iris", "juniper", "kestrel", "lantern", "linden",
    "lumen", "maple", "meadow", "mosaic", "nimbus", "north", "oak", "onyx", "orchard", "otter",
    "pebble", "pine", "quartz", "raven", "river", "saffron", "sparrow", "summit", "willow", "zephyr",
)  # fmt: skip
SECOND = (
    "atlas", "almanac", "base", "bureau", "collective", "corner", "daily", "depot", "digest", "direct",
    "field", "forge", "forum", "gazette", "guide", "hub", "index", "journal", "lab", "ledger",
    "library", "market", "notes", "outlet", "papers", "post", "press", "project", "report", "review",
    "shelf", "shop", "source", "standard", "store", "studio", "supply", "tribune", "weekly", "works",
)  # fmt: skip
SUBDOMAINS = ("www.", "www.", "www.", "", "", "blog.", "shop.", "en.")
ENDINGS = ("example", "test", "example")
SECTIONS = (
    "guides",
    "articles",
    "learn",
    "news",
    "shop",
    "topics",
    "wiki",
    "reviews",
    "help",
    "archive",
)

TITLES = (
    "{keyword}: a complete guide", "What is {keyword}? Everything explained", "The 10 best {keyword} of 2026",
    "{keyword} - overview, history and facts", "How to choose {keyword} without regrets",
    "{keyword} for beginners", "Understanding {keyword}, step by step", "{keyword} compared: which one fits?",
    "Our favourite {keyword} this season", "{keyword} | questions and answers", "A short history of {keyword}",
    "{keyword} near you", "Is {keyword} worth it? We tried it", "{keyword} prices and offers",
    "Ten mistakes people make with {keyword}", "{keyword} - the community page",
)  # fmt: skip
AD_TITLES = (
    "{keyword} - up to 40% off", "Buy {keyword} online today", "{keyword} | free delivery",
    "Official {keyword} store", "Compare {keyword} offers", "{keyword} made easy", "Try {keyword} for 30 days",
)  # fmt: skip
SENTENCES = (
    "Everything about {keyword}, collected by people who care.", "We compared the options so that you need not.",
    "Updated regularly, with prices, pictures and advice.", "Read what others say about {keyword} before deciding.",
    "A clear introduction with examples and a list of sources.", "Learn how {keyword} works and where it comes from.",
    "Includes a checklist, a glossary and answers to common questions.", "Find {keyword} in your area, open today.",
    "Our editors spent three weeks with {keyword}.", "Fast answers, no nonsense.",
)  # fmt: skip
RELATED = (
    "{keyword} reviews", "{keyword} near me", "best {keyword} 2026", "cheap {keyword}", "{keyword} alternatives",
    "{keyword} for kids", "how does {keyword} work", "{keyword} meaning", "{keyword} online", "{keyword} vs others",
)  # fmt: skip
QUESTIONS = (
    "What is {keyword} good for?", "How much does {keyword} cost?", "Is {keyword} safe?", "Who invented {keyword}?",
    "What is the best alternative to {keyword}?", "How long does {keyword} last?", "Where can I find {keyword}?",
)  # fmt: skip
SITELINKS = ("About", "Prices", "Contact", "Support", "Locations", "Reviews", "Careers")
# Results that have nothing to do with any question.
DECOYS = (
    "Weather for sailors",
    "Lost luggage desk",
    "Tide tables",
    "Old radio manuals",
    "Garden gnomes",
    "Bus times",
)

# language -> (results, nothing found, made-up notice)
STATS = {
    "en": "About {number} results ({seconds} seconds)",
    "de": "Ungefähr {number} Ergebnisse ({seconds} Sekunden)",
    "fr": "Environ {number} résultats ({seconds} secondes)",
    "es": "Cerca de {number} resultados ({seconds} segundos)",
}
GROUPING = {"en": ",", "de": ".", "fr": "\u202f", "es": "."}
NOTHING = {
    "en": "Nothing was found for {keyword}.",
    "de": "Für {keyword} wurde nichts gefunden.",
    "fr": "Rien n'a été trouvé pour {keyword}.",
    "es": "No se encontró nada para {keyword}.",
}
