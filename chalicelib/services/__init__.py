"""One verb_noun module per use case. Services know domain, intake and their ports, and no AWS."""
