"""Objects, index, catalogue and vault: one interface, two back ends each."""
