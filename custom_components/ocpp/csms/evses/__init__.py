"""EVSEs: the status of their connectors, and their sessions."""
