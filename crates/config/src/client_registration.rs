//! `[client_registration]`: whether apps may register themselves, and as what.

use doorward_domain::rules::client_registration::RegistrationPolicy;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use serde::{Deserialize, Serialize};

use super::key::{DAY, HOUR, Key, Kind};

/// Who may register an app by RFC 7591.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registering {
    /// Nobody.
    Off,
    /// Who has an initial access token.
    Token,
    /// Anybody.
    Open,
}

/// Apps that register themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientRegistration {
    /// Who may.
    pub mode: Registering,
    /// Where their codes may go.
    pub redirect_hosts: Vec<String>,
    /// The scopes that they may ask for.
    pub scopes: Vec<String>,
    /// The grants that they may use.
    pub grant_types: Vec<String>,
    /// How many may register from one address in an hour.
    pub per_hour: u64,
    /// After how many seconds without any use one that registered without a token is removed.
    pub unused_ttl: i64,
}

impl ClientRegistration {
    /// Whether the endpoint is there.
    pub fn is_on(&self) -> bool {
        self.mode != Registering::Off
    }

    /// What they may be.
    pub fn policy(&self) -> RegistrationPolicy {
        RegistrationPolicy {
            redirect_hosts: self.redirect_hosts.clone(),
            scopes: self.scopes.iter().collect::<Scope>(),
            grant_types: self.grant_types.iter().map(|name| grant(name)).collect(),
        }
    }
}

fn grant(name: &str) -> GrantType {
    match name {
        "device_code" => GrantType::DeviceCode,
        name => GrantType::parse(name),
    }
}

/// The keys of `[client_registration]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "client_registration.mode",
        Kind::OneOf(&["off", "token", "open"]),
        "off",
        "Whether apps may register themselves at `/oauth2/register` (RFC 7591) and look after their \
         registration (RFC 7592): nobody, who has a token of `doorward client registration-token`, \
         or anybody. People see such apps as not verified.",
    ),
    Key::new(
        "client_registration.redirect_hosts",
        Kind::StringList,
        "",
        "Where codes of such apps may go: a host such as `app.example.org`, `127.0.0.1` or \
         `localhost`, all below one (`*.example.org`), a private-use scheme (`org.example.app:`), or \
         `*` for any. Empty: any with the mode `token`; the mode `open` needs one.",
    ),
    Key::new(
        "client_registration.scopes",
        Kind::StringList,
        "openid profile email offline_access",
        "The scopes that such apps may ask for, and get where they name none. Never `admin`; `groups` \
         and `roles` with the mode `token` only.",
    ),
    Key::new(
        "client_registration.grant_types",
        Kind::StringList,
        "authorization_code refresh_token",
        "The grants that such apps may use: `authorization_code`, `refresh_token` and `device_code`, \
         and with the mode `token` also `client_credentials`.",
    ),
    Key::new(
        "client_registration.per_hour",
        Kind::Number {
            min: 1,
            max: 1_000_000,
        },
        "20",
        "How many apps may register without a token from one address (of IPv6 its /64) in an hour.",
    ),
    Key::new(
        "client_registration.unused_ttl",
        Kind::Duration {
            min: HOUR,
            max: 3650 * DAY,
        },
        "30d",
        "After how long without any use an app that registered without a token is removed.",
    ),
];
