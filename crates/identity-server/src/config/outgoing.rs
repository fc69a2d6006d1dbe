//! `[outgoing]`: what the server may fetch by itself.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::{Config, Finding};

/// Fetches of addresses that clients have registered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// Networks that may be reached although they are not public.
    pub allowed_networks: Vec<IpNet>,
}

/// The keys of `[outgoing]`.
pub const KEYS: &[Key] = &[Key::new(
    "outgoing.allowed_networks",
    Kind::Networks,
    "",
    "Networks that the server may fetch from although they are not public, such as the one of your \
     own services: at any port, and by plain http where the address is on this machine. Everything \
     else is fetched by https from public addresses at port 443. `dev` may reach this machine.",
)];

impl Config {
    /// A network so wide that it is no network of the operator's.
    pub(super) fn check_outgoing(&self, findings: &mut Vec<Finding>) {
        for network in &self.outgoing.allowed_networks {
            let least = match network.addr() {
                IpAddr::V4(_) => 8,
                IpAddr::V6(_) => 7,
            };
            if network.prefix_len() < least {
                findings.push(self.refused(
                    "outgoing.allowed_networks",
                    &format!("{network} lets clients make this server call almost anywhere"),
                    "list only the networks of your own services, such as [\"10.20.0.0/16\"]",
                ));
            }
        }
    }
}
