"""One verb_noun module per use case. Services depend on domain, intake and their ports, not on AWS."""
