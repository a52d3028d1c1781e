"""What every use case stands on: the core, rows and records, the ledger, and the shapes that the edges are handed."""
