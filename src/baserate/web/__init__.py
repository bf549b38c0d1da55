"""The explorer: a local web page over the same functions as the command line. It listens to this machine only."""
