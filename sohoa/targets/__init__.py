"""Percentages of digitisation, always with numerator and denominator."""
