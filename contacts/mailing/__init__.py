"""Mailings as Brazilian systems write them → rows of contacts. Pure: no Django, no clock, no database."""
