"""Find, hash and validate what comes in; read inventories; check a folder before the start."""
