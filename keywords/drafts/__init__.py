"""Uploads that have been read and not been started: input ─ Draft ─ check page ─ Start ─ KeywordList."""
