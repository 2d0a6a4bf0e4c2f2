"""Telling people how a run of a list ended: one mail or one signed webhook for each run.

batch finishes ─ keywords.run_finished ─ rules: who wants to know ─ Notification ─ keywords.notify ─ mail | webhook
"""
