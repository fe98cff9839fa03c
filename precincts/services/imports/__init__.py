"""Files taken into the database: voters, history, address points, boundaries."""
