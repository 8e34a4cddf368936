"""What a machine says about packages is taken into the build."""

from pathlib import Path

from emotion_image import base, site_settings


def test_the_settings_of_files_and_variables_are_joined(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("[global]\nindex-url = https://a/simple\ntimeout = 5\n")
    second.write_text("[global]\nindex-url = https://b/simple\n")
    found = site_settings.read_settings(
        [first, second, tmp_path / "none"],
        {"PIP_FIND_LINKS": "/wheels", "SSL_CERT_FILE": "/ca.crt"},
    )
    assert found == {
        "cert": "/ca.crt",
        "find-links": "/wheels",
        "index-url": "https://b/simple",
        "timeout": "5",
    }


def test_what_they_name_on_this_machine_is_mounted() -> None:
    settings = {
        "cert": "/ca.crt",
        "extra-index-url": "file:///index/simple https://c/simple",
        "find-links": "/wheels",
    }
    assert site_settings.mounts(settings) == {
        "/ca.crt": site_settings.CERT,
        "/index": "/index",
        "/wheels": "/wheels",
    }
    assert site_settings.pip_conf(settings) == (
        f"[global]\ncert = {site_settings.CERT}\n"
        "extra-index-url = file:///index/simple https://c/simple\n"
        "find-links = /wheels\n"
    )


def test_debians_mirrors_are_those_of_this_machine() -> None:
    text = (
        "http://a/debian/ bookworm main\n"
        "http://a/debian/ bookworm contrib\n"
        "http://a/security/ bookworm-security main\n"
        "http://other/ nodistro main\n"
    )
    assert base.read_targets(text) == {
        "bookworm": "http://a/debian/",
        "bookworm-security": "http://a/security/",
    }
