//! `[outgoing]`: what the server may fetch by itself.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Requests that the server sends by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// Networks that URLs of the operator may lead to although they are not public.
    pub allowed_networks: Vec<IpNet>,
    /// The same for URLs of third parties.
    pub third_party_networks: Vec<IpNet>,
}

/// The keys of `[outgoing]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "outgoing.allowed_networks",
        Kind::Networks,
        "",
        "Networks that URLs of yours may lead to although they are not public, such as the one of your own \
         services: at any port, and by plain http where the address is on this machine. Such URLs are those \
         of identity providers, of trusted issuers, and of clients that an administrator created. \
         Everything else is fetched by https from public addresses at port 443. `dev` may reach this \
         machine.",
    ),
    Key::new(
        "outgoing.third_party_networks",
        Kind::Networks,
        "",
        "The same for URLs that third parties choose: client metadata documents, and the URLs of clients \
         that registered themselves. `outgoing.allowed_networks` does not apply to these. With a network \
         here, each of them can make this server send requests into that network.",
    ),
];
