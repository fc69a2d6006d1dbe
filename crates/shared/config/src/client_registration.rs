//! `[client_registration]`: dynamic client registration.

use doorward_domain::model::PkcePolicy;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_rules::client_registration::RegistrationPolicy;
use serde::{Deserialize, Serialize};

use super::clients;
use super::key::{DAY, HOUR, Kind, ObjectKind};

/// Access to dynamic client registration (RFC 7591).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registering {
    Off,
    /// Registration requires an initial access token.
    Token,
    Open,
}

section! {
    pub struct ClientRegistration in "client_registration" {
        /// Access to dynamic client registration at `/oauth2/register` (RFC 7591) and to its
        /// management (RFC 7592). `off`: disabled; `token`: requires an initial access token from
        /// `doorward client registration-token`; `open`: no token is required. Users see such
        /// clients as not verified. In `dev`: `open`.
        mode: Registering = Kind::OneOf(&["off", "token", "open"]).default("off");
        /// Allowed redirect targets of such clients: a host such as `app.example.org`, `127.0.0.1`
        /// or `localhost`, all subdomains of one (`*.example.org`), a private-use scheme
        /// (`org.example.app:`), or `*` for any. Others are left out of a registration, which fails
        /// if none remains. Empty: any in mode `token`; mode `open` requires at least one. In
        /// `dev`: the loopback addresses.
        redirect_hosts: Vec<String> = Kind::StringList.default("");
        /// Private-use schemes of redirect URIs, such as `cursor` for `cursor://…`. A scheme
        /// without a dot must be listed for every client: registered dynamically, by a metadata
        /// document, by an administrator or by an import. A reversed domain name, such as
        /// `edu.kit.data.oidc-agent`, must be listed only if `client_registration.redirect_hosts`
        /// excludes it. Another app on a device can claim the same scheme (RFC 8252 §8.1), so list
        /// only those that you need.
        redirect_schemes: Vec<String> = Kind::StringList.default("");
        /// Scopes that such clients may request, and receive if they name none; others are left out
        /// of a registration. `admin` is not allowed; `groups` and `roles` are allowed in mode
        /// `token` only.
        scopes: Vec<String> = Kind::StringList
            .default("openid profile email offline_access")
            .naming(ObjectKind::Scope);
        /// Grant types that such clients may use: `authorization_code`, `refresh_token` and
        /// `device_code`, and in mode `token` also `client_credentials`.
        grant_types: Vec<String> = Kind::StringList.default("authorization_code refresh_token");
        /// PKCE policy of such clients, with the values of `clients.pkce`. Public clients always
        /// need PKCE. Existing clients do not change.
        pkce: PkcePolicy = clients::PKCE.default("auto");
        /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in the ID
        /// tokens of such clients. `false`: only UserInfo returns them, as OpenID Connect Core §5.4
        /// describes. Existing clients do not change.
        claims_in_id_token: bool = Kind::Boolean.default("true");
        /// Maximum number of clients that may register without a token from one address (IPv6: from
        /// one /64) in an hour. In `dev`: 1000.
        per_hour: u64 = Kind::Number(1, 1_000_000).default("20");
        /// Time without use after which a client registered without a token is removed.
        unused_ttl: i64 = Kind::Duration(HOUR, 3650 * DAY).default("30d");
    }
}

impl ClientRegistration {
    /// Returns true if the registration endpoint is enabled.
    pub fn is_on(&self) -> bool {
        self.mode != Registering::Off
    }

    /// Returns the limits for registered clients.
    pub fn policy(&self) -> RegistrationPolicy {
        RegistrationPolicy {
            redirect_hosts: self.redirect_hosts.clone(),
            redirect_schemes: self.redirect_schemes.clone(),
            scopes: self.scopes.iter().collect::<Scope>(),
            grant_types: self.grant_types.iter().map(|name| grant(name)).collect(),
            pkce: self.pkce,
        }
    }
}

fn grant(name: &str) -> GrantType {
    match name {
        "device_code" => GrantType::DeviceCode,
        name => GrantType::parse(name),
    }
}
