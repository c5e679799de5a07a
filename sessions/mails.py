"""The letters of this app: one function each, used by preview, test and sending."""
