"""Makes, describes and tries the container image of the server."""
