"""The package that the server reads: traces, operators, precisions, manifest."""
