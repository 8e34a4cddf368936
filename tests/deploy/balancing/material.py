"""A certificate for localhost and tokens, in each proxy's form."""

import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.balancing.proxy import EXAMPLES, rendered

_PLACE = "REPLACE-WITH-A-RANDOM-TOKEN"
# The examples, and their names in the folder.
_TOKENS = {
    "nginx/tokens.map.example": "nginx-tokens.map",
    "haproxy/tokens.map.example": "haproxy-tokens.map",
    "envoy/tokens.yaml.example": "tokens.yaml",
}


@dataclass(frozen=True)
class Material:
    """Files in one folder, which proxies that drop privileges can read."""

    folder: Path
    certificate: Path
    token: Path

    @classmethod
    def make(cls, folder: Path) -> Self:
        """Makes all of it anew."""
        certificate, key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                *("-keyout", str(key), "-out", str(certificate), "-days", "2"),
                *("-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost"),
            ],
            check=True,
            capture_output=True,
        )
        both = certificate.read_text("ascii") + key.read_text("ascii")
        (folder / "tls.pem").write_text(both, "ascii")
        token = secrets.token_hex(32)
        (folder / "token").write_text(token + "\n", "ascii")
        for example, name in _TOKENS.items():
            text = rendered(EXAMPLES / example, {_PLACE: token})
            (folder / name).write_text(text, "ascii")
        return cls(folder, certificate, folder / "token")
