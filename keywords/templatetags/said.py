"""Stored sentences in the language of the page."""

from django import template

from keywords.told import say

register = template.Library()
register.filter("said", say)
