"""Separators and orders of numbers and dates where they differ from Django's, a language each."""
