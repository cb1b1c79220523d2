"""Everything that speaks to a telephone switch; above this room there are only CSTA words."""
