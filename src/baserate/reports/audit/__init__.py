"""What an audit found, as text and as a document."""
