"""This server beside its peers behind gRPC, under the same load."""
