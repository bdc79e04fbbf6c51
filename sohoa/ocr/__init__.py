"""Engines behind one protocol, words with boxes, text layers."""
