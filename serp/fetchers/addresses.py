"""Which addresses may be connected to, and finding them.

The check is made on the very address that is then connected to, so neither a name that resolves
differently a moment later nor an odd way of writing an address (2130706433, 0x7f.1) gets by it.
"""

import ipaddress
import queue
import socket
import threading
from dataclasses import dataclass
from typing import Any

from serp.fetchers.watch import SLICE, FetchStopped, Watch
from serp.types import FetchProblem

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Addresses that carry another address: 6to4 and Teredo lead where the check cannot see.
TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
NOT_PUBLIC_V4 = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
# Cloud metadata services hand out credentials: no source may ever be there, private or not.
METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """One address to connect to, as `socket.connect` wants it."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]

    @property
    def ip(self) -> Ip:
        return unwrap(ipaddress.ip_address(str(self.sockaddr[0]).partition("%")[0]))


def unwrap(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_public(ip: Ip) -> bool:
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in GLOBAL_UNICAST and not any(ip in tunnel for tunnel in TUNNELS)
    return not any(ip in network for network in NOT_PUBLIC_V4)


def is_permitted(ip: Ip, *, allow_private: bool) -> bool:
    ip = unwrap(ip)
    return ip not in METADATA and (allow_private or is_public(ip))


def find_addresses(host: str, port: int, watch: Watch) -> list[Address]:
    """All addresses of a host that may be connected to. Raises FetchStopped where there is none."""
    addresses = numeric_addresses(host, port) or resolve(host, port, watch)
    permitted = [a for a in addresses if is_permitted(a.ip, allow_private=watch.allow_private)]
    if addresses and not permitted:
        raise FetchStopped(
            FetchProblem.FORBIDDEN_ADDRESS, f"{host} is a private address, which is not allowed."
        )
    return permitted


def numeric_addresses(host: str, port: int) -> list[Address]:
    """The address that the host itself spells, in any notation; [] where it is a name."""
    try:
        return look_up(host, port, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


def look_up(host: str, port: int, flags: int = 0) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [Address(entry[0], entry[4]) for entry in found]


def resolve(host: str, port: int, watch: Watch) -> list[Address]:
    """Look a name up in a thread of its own: the system's resolver can neither be timed nor stopped."""
    answers: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    answer = watch.repeat(lambda: wait_for(answers))
    if isinstance(answer, Exception):
        raise FetchStopped(FetchProblem.DNS, f"The name {host} could not be found.") from None
    return answer


def wait_for(
    answers: "queue.SimpleQueue[list[Address] | Exception]",
) -> list[Address] | Exception:
    try:
        return answers.get(timeout=SLICE)
    except queue.Empty:
        raise TimeoutError from None
