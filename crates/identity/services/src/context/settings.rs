//! Settings of components, from configuration.

use doorward_domain::keys::RotationPolicy;

use doorward_config::Config;
use doorward_egress::outgoing::Networks;

pub fn rotation_policy(config: &Config) -> RotationPolicy {
    let longest = config.tokens.lifetimes().longest();
    RotationPolicy {
        rotate_after: config.keys.rotate_after,
        publish_lead: config.keys.publish_lead,
        ..RotationPolicy::for_token_ttl(longest)
    }
}

/// Returns the networks that requests of this server may reach, from configuration. A development
/// instance may reach its own machine.
pub fn networks(config: &Config) -> Networks {
    let networks = Networks {
        operator: config.outgoing.allowed_networks.clone(),
        third_party: config.outgoing.third_party_networks.clone(),
    };
    if config.is_dev() {
        networks.with_loopback()
    } else {
        networks
    }
}
