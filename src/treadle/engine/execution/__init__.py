"""Owns one run while it goes on: its session, the order of its calls, how each begins and ends, and what is kept."""
