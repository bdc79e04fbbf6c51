"""sohoa (số hóa): scanned Vietnamese records become a searchable, counted, trustworthy archive."""

__version__ = "0.1.0"
