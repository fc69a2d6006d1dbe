//! `[outgoing]`: what the server may fetch by itself.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::{Config, Finding};

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

impl Config {
    /// A network so wide that it is no network of the operator's.
    pub(super) fn check_outgoing(&self, findings: &mut Vec<Finding>) {
        let outgoing = &self.outgoing;
        for (key, networks) in [
            ("outgoing.allowed_networks", &outgoing.allowed_networks),
            (
                "outgoing.third_party_networks",
                &outgoing.third_party_networks,
            ),
        ] {
            for network in networks {
                let least = match network.addr() {
                    IpAddr::V4(_) => 8,
                    IpAddr::V6(_) => 7,
                };
                if network.prefix_len() < least {
                    findings.push(self.refused(
                        key,
                        &format!("{network} lets clients make this server call almost anywhere"),
                        "list only the networks of your own services, such as [\"10.20.0.0/16\"]",
                    ));
                }
            }
        }
    }
}
