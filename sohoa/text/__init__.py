"""Vietnamese text: normal form, folding, tone placement, order, legacy encodings."""
