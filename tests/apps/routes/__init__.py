"""Addresses as the frameworks build them, held against those that are read from the source."""
