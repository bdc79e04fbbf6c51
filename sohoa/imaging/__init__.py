"""Rasterise, clean, deskew and turn page images (OpenCV)."""
