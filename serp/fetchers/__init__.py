"""Ways of getting an answer: over HTTP, with a browser, from saved pages."""
