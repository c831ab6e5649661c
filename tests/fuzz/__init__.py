"""Inputs that nobody would write, made by chance and by what they reach."""
