"""What an audit found, as text and as a document; one section a file, listed in ``build``."""
