"""A Word template compiled once and filled in many times, as docxtpl would, near the floor."""

from pipeline.forms.compiled.prefixes import keep_prefixes

keep_prefixes()
