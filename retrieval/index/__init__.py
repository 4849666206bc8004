"""Where passages are found: dense (Chroma), lexical (BM25), texts, and the manifest that holds them together."""
