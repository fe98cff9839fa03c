"""A made-up town: streets, doors, people and their votes, as plain data and as files. No Django."""
