"""Three real servers behind the proxies of deploy/balancing.

The configurations are the very files that stand there, with other addresses and
folders. nginx and HAProxy are Debian's; Envoy is where EMOTION_ENVOY says.
"""
