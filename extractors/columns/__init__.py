"""Columns of tables: their units, quantity kinds, the concepts they measure, how they belong together."""
