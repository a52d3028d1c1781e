"""Cases: opened, moved, held and ended by the one table, and what agents see of them."""
