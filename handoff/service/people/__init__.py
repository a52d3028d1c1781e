"""The people who take cases: their accounts, who is there, and how soon one of them is free."""
