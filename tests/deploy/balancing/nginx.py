"""nginx with deploy/balancing/nginx."""

import os
import signal
from pathlib import Path

from deploy.balancing.proxy import EXAMPLES, Proxy, rendered
from support.process import wait_until

_EXAMPLE = EXAMPLES / "nginx"


class Nginx(Proxy):
    """The master process in the foreground."""

    name = "nginx"

    def configure(self) -> None:
        """Writes its configuration."""
        changes = self.replica_changes() | {
            "127.0.0.1:50050": self.plain,
            "listen 50443": f"listen {self.tls.replace('localhost', '127.0.0.1')}",
            "/etc/emotion/nginx-methods.conf": str(_EXAMPLE / "nginx-methods.conf"),
            "/etc/emotion/tokens.map": str(self.material / "nginx-tokens.map"),
            "/etc/emotion/": f"{self.material}/",
            "/run/": f"{self.folder}/",
        }
        if os.geteuid() != 0:
            changes |= {"user www-data;\n": "", "server_tokens off;": self._temporary()}
        text = rendered(_EXAMPLE / "nginx.conf", changes | self.more_changes())
        (self.folder / "nginx.conf").write_text(text, encoding="utf-8")

    def command(self) -> list[str]:
        """What starts it in the foreground."""
        config = str(self.folder / "nginx.conf")
        return ["nginx", "-e", "stderr", "-g", "daemon off;", "-c", config]

    def check(self) -> list[str]:
        """What looks at its configuration and starts nothing."""
        return ["nginx", "-e", "stderr", "-t", "-c", str(self.folder / "nginx.conf")]

    def reload(self) -> None:
        """New workers; the old ones finish their calls."""
        before = self._workers()
        self.child.signal(signal.SIGHUP)
        wait_until(lambda: bool(self._workers() - before), "nginx has new workers", 30)

    def _temporary(self) -> str:
        """Folders of its own for who may not write into Debian's."""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)

    def _workers(self) -> set[str]:
        pid = self.child.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return set(children.read_text(encoding="ascii").split())
