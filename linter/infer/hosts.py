"""Endpoints -> who answers there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from linter.infer.scalars import HOLE
from linter.knowledge.catalogue import Catalogue
from linter.model.catalogue import Hosting

_URL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)", re.I)
_PRIVATE_ENDS = (".local", ".internal", ".lan", ".corp", ".intranet", ".localdomain", ".svc", ".cluster.local", ".home", ".test")
_LOCAL_NAMES = ("localhost", "host.docker.internal", "0.0.0.0", "[::1]", "::1", "gateway.docker.internal")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers at an endpoint. `provider` is empty where the host does not tell it."""

    host: str
    provider: str
    hosting: Hosting | None


def host_of(url: str) -> str | None:
    """The host of a URL or bare address, without port; unknown parts stay `HOLE`. None when there is none."""
    text = url.strip()
    found = _URL.match(text)
    if found is None and ("/" in text.split("?")[0] and "." not in text.split("/")[0] and ":" not in text.split("/")[0]):
        return None
    authority = found.group(1) if found else text.split("/")[0]
    authority = authority.rpartition("@")[2]
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    host = authority.partition(":")[0].lower()
    return host or None


def answerer(url: str, catalogue: Catalogue) -> Answerer | None:
    """Who answers at a URL; None when even the host is not known."""
    host = host_of(url)
    if host is None or host == HOLE:
        return None
    if HOLE in host:
        # The end of a name decides whose it is: {resource}.openai.azure.com.
        end = host.rpartition(HOLE)[2]
        if "." not in end:
            return None
        host = "x" + end
    port = re.search(re.escape(host) + r":(\d+)", url)
    known = catalogue.host(f"{host}:{port.group(1)}" if port else host)
    if known is not None:
        return Answerer(host, known[0], known[1])
    if is_private(host):
        return Answerer(host, "", Hosting.SELF_HOSTED)
    return Answerer(host, "", None)


def is_private(host: str) -> bool:
    """A host inside the organisation's network: local names, private addresses, names without a dot (containers, services)."""
    bare = host.strip("[]")
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return host.endswith(_PRIVATE_ENDS) or ("." not in host and host != "")
    return address.is_private or address.is_loopback
