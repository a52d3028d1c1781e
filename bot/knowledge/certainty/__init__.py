"""What is promised of a release, and whether what customers ask is still what it was promised for."""
