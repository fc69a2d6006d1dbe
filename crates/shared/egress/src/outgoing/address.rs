//! The rules for addresses that may be connected to.

use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::IpNet;

/// The addresses that a request may reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// The public internet, and the allowed networks.
    Public,
    /// The allowed networks only: for ports other than that of https.
    Inside,
    /// Loopback addresses in the allowed networks only: for plain http.
    ThisMachine,
}

impl Reach {
    /// All values, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Public, Self::Inside, Self::ThisMachine];

    pub fn admits(self, ip: IpAddr, allowed: &[IpNet]) -> bool {
        let inside = allowed.iter().any(|network| network.contains(&ip));
        match self {
            Self::Public => inside || is_public(ip),
            Self::Inside => inside,
            Self::ThisMachine => inside && ip.is_loopback(),
        }
    }
}

pub(super) fn loopback() -> [IpNet; 2] {
    *LOOPBACK
}

#[expect(clippy::expect_used, reason = "a literal, read by every test")]
fn network(text: &str) -> IpNet {
    text.parse().expect("a network")
}

static LOOPBACK: LazyLock<[IpNet; 2]> = LazyLock::new(|| ["127.0.0.0/8", "::1/128"].map(network));

/// The IPv4 networks that are not public: the IANA special-purpose registry (RFC 6890), multicast,
/// reserved.
static NOT_PUBLIC_V4: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ]
    .map(network)
    .to_vec()
});

/// The only part of IPv6 that is allocated for the internet.
static GLOBAL_V6: LazyLock<IpNet> = LazyLock::new(|| network("2000::/3"));

/// The networks in it that are not public: Teredo, ORCHID and similar, documentation, 6to4. Other
/// addresses that embed an IPv4 address (mapped, NAT64) are outside of it.
static NOT_PUBLIC_V6: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
        .map(network)
        .to_vec()
});

pub(super) fn is_public(ip: IpAddr) -> bool {
    let outside = |networks: &[IpNet]| !networks.iter().any(|network| network.contains(&ip));
    match ip {
        IpAddr::V4(_) => outside(&NOT_PUBLIC_V4),
        IpAddr::V6(_) => GLOBAL_V6.contains(&ip) && outside(&NOT_PUBLIC_V6),
    }
}
