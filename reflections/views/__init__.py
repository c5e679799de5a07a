"""Pages of reflections: lists, writing, reading."""
