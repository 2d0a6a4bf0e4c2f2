"""Charts as inline SVG, made on the server: no script, and nothing that a page's policy forbids."""
