"""What is shown: a document of sections, tables and figures, made from results and never computing any."""
