//! `[outgoing]`: networks that the server may send requests to.

use ipnet::IpNet;

use super::key::Kind;

section! {
    pub struct Outgoing in "outgoing" {
        /// Non-public networks that URLs set by you may lead to, such as the network of your
        /// services: at any port, and by plain http if the address is loopback. Such URLs are those
        /// of trusted issuers, and of identity providers and clients that a command (`doorward
        /// provider put`, `client create`, `client update`, `import`) wrote. Other URLs of a
        /// provider's metadata count if they are at the same scheme, host and port. All other URLs
        /// are fetched by https from public addresses at port 443. `dev` allows loopback.
        allowed_networks: Vec<IpNet> = Kind::Networks.default("");
        /// Non-public networks that URLs set by third parties may lead to: those of client metadata
        /// documents, of dynamically registered clients, of clients and identity providers created
        /// in the admin API or the console, and of the metadata of identity providers at another
        /// scheme, host or port than the issuer's. `outgoing.allowed_networks` does not apply to them. Each third
        /// party can make this server send requests into a network listed here.
        third_party_networks: Vec<IpNet> = Kind::Networks.default("");
    }
}
