"""The nouns of every stage: frozen, without input or output, without a parser."""
