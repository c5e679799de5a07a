"""Pages about oneself: invitation, first sign-in, profile, privacy."""
