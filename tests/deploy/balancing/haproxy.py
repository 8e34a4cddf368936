"""HAProxy with deploy/balancing/haproxy."""

import os
import re
import signal

from deploy.balancing.proxy import EXAMPLES, Proxy, rendered
from support.process import wait_until

EXAMPLE = EXAMPLES / "haproxy" / "haproxy.cfg"


class Haproxy(Proxy):
    """The master process in the foreground."""

    name = "haproxy"

    def configure(self) -> None:
        """Writes its configuration."""
        changes = self.replica_changes() | {
            "127.0.0.1:50050": self.plain,
            "bind :50443": f"bind {self.tls.replace('localhost', '127.0.0.1')}",
            "/etc/emotion/tokens.map": str(self.material / "haproxy-tokens.map"),
            "/etc/emotion/": f"{self.material}/",
            "/run/": f"{self.folder}/",
        }
        text = rendered(EXAMPLE, changes | self.more_changes())
        if os.geteuid() != 0:
            text = re.sub(r"^  (user|group) haproxy\n", "", text, flags=re.MULTILINE)
        (self.folder / "haproxy.cfg").write_text(text, encoding="utf-8")

    def command(self) -> list[str]:
        """What starts it in the foreground."""
        return ["haproxy", "-W", "-f", str(self.folder / "haproxy.cfg")]

    def check(self) -> list[str]:
        """What looks at its configuration and starts nothing."""
        return ["haproxy", "-c", "-f", str(self.folder / "haproxy.cfg")]

    def reload(self) -> None:
        """A new worker; the old one finishes its calls."""

        def loaded() -> int:
            return self.log.text().count("Loading success")

        before = loaded()
        self.child.signal(signal.SIGUSR2)
        wait_until(lambda: loaded() > before, "HAProxy has a new worker", 30)
