"""Inputs that people bring, each tiny and in its genuine format, and what should become of it."""
