"""What proves it to others: the audit of every invariant, the guarantee's numbers, and the evidence of one case."""
