"""The pages: one small module each. A view reads the request, makes one call and renders."""
