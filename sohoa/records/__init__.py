"""Record type, components, secrecy, confidence."""
