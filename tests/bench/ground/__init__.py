"""What several parts stand on: measured towns, the measures of a cut, and the peers."""
