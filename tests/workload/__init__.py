"""Kinds of job for the tests: an app of its own, installed by tests.settings alone."""
