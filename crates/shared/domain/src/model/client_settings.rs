//! The settings of a client: one row each, with its names in every interface.
//!
//! [`ClientChange`], the audit log, the bodies and responses of the admin API, the options of the command
//! line, the registration response and the reference page are derived from [`all`]. Tests compare the
//! other interfaces with it.

use serde_json::json;

use super::client_setting::Metadata::{Always, Converted, IfSet, No};
use super::client_setting::{ClientSetting, SettingForm};
use super::consent::{ConsentChange, filled};
use super::setting_value::{SettingValue, words};
use super::{
    AccessTokenFormat, AssertionAudience, Client, ClientAuth, ClientKind, PkcePolicy,
    SecurityProfile,
};
use crate::prelude::*;
use crate::time::UnixSeconds;

macro_rules! setting {
    ($name:ident, $form:expr, $get:expr, [$($doc:literal)*], { $($key:ident: $names:expr),* $(,)? }) => {
        ClientSetting {
            $($key: $names,)*
            ..ClientSetting::named(&[stringify!($name)], $get, concat!($($doc),*), $form)
        }
    };
}

/// Sets a value as a row says, by default the field with its name.
macro_rules! set {
    ($target:ident, $value:ident, $name:ident, |$client:ident, $new:ident| $set:expr) => {{
        let ($client, $new) = (&mut *$target, $value);
        $set;
    }};
    ($target:ident, $value:ident, $name:ident,) => {
        $target.$name = $value
    };
}

/// Reads a value as a row says, by default the field with its name.
macro_rules! get {
    ($name:ident, $get:expr) => {
        $get
    };
    ($name:ident,) => {
        |client| json!(client.$name)
    };
}

/// Defines [`ClientChange`] and [`CHANGEABLE`]. A row: description, name and type in a change, how
/// a change is applied and the current value unless they are those of the field with this name, and
/// the names that differ from the first one.
macro_rules! client_settings {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident: $type:ty,
        $(set |$client:ident, $new:ident| $set:expr,)?
        $(get $get:expr,)?
        { $($names:tt)* }
    )*) => {
        /// The given settings of a client. `None` keeps the current value of a setting, or the
        /// default of a new client.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct ClientChange {
            $($(#[doc = $doc])+ pub $name: Option<$type>,)*
            /// The settings of the consent page.
            pub consent: ConsentChange,
            /// True to disable the client, false to enable it.
            pub disabled: Option<bool>,
        }

        impl ClientChange {
            /// Sets the given values and returns their names.
            fn set(&mut self, client: &mut Client) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if let Some(value) = self.$name.take() {
                    set!(client, value, $name, $(|$client, $new| $set)?);
                    names.push(stringify!($name));
                })*
                names
            }

            /// Sets the member of this name in the audit log to its stored value. Returns false if
            /// no change restores the member, or this value.
            pub fn restore(&mut self, name: &str, stored: &Value) -> bool {
                // The log has no keys, and no change removes their URL.
                if name == "jwks" || (name == "jwks_uri" && stored.is_null()) {
                    return false;
                }
                $(if name == stringify!($name) {
                    self.$name = SettingValue::from_stored(stored);
                    return self.$name.is_some();
                })*
                match name {
                    "consent" => match ConsentChange::from_stored(stored) {
                        Some(consent) => self.consent = consent,
                        None => return false,
                    },
                    "disabled_at" => self.disabled = Some(!stored.is_null()),
                    _ => return false,
                }
                true
            }

            /// Sets a member to its value in a request. Returns false if the value has another form.
            pub fn set_member(&mut self, setting: &ClientSetting, member: &str, value: &Value) -> bool {
                if setting.name == "jwks" {
                    self.jwks = value.is_object().then(|| value.to_string());
                    return self.jwks.is_some();
                }
                $(if setting.name == stringify!($name) {
                    self.$name = SettingValue::from_member(member, value);
                    return self.$name.is_some();
                })*
                self.consent.set_member(member, value)
            }
        }

        /// The settings that a change names one by one, in the order of the audit log.
        pub const CHANGEABLE: &[ClientSetting] = &[
            $(setting!($name, <$type as SettingValue>::FORM, get!($name, $($get)?), [$($doc)+], { $($names)* })),*
        ];
    };
}

client_settings! {
    /// Name shown to users.
    name: String,
    { options: &["name"], metadata: Always("client_name") }

    /// Client authentication: a method of RFC 7591, or `client_secret` for a secret by HTTP Basic
    /// or in the body, the default of a confidential client.
    auth_method: ClientAuth,
    get |client| json!(client.auth_method.as_str()),
    {
        columns: &["auth_method", "auth_method_pinned"],
        options: &["auth-method"],
        metadata: Converted(&["token_endpoint_auth_method"]),
    }

    /// Security profile: `none`, `fapi2` or `fapi2-message-signing`. A profile sets and pins what
    /// its specification demands.
    profile: SecurityProfile,
    get |client| json!(client.profile.as_str()),
    { options: &["profile"], metadata: No("only an administrator chooses a profile") }

    /// Registered redirect URIs, compared byte by byte.
    redirect_uris: Vec<String>,
    { options: &["redirect-uri", "add-redirect-uri"], metadata: Always("redirect_uris") }

    /// URIs that the browser may be redirected to after sign-out.
    post_logout_redirect_uris: Vec<String>,
    {
        options: &["post-logout-redirect-uri", "add-post-logout-redirect-uri"],
        metadata: IfSet("post_logout_redirect_uris"),
    }

    /// Allowed grant types. By default `authorization_code` and `refresh_token`, or `client_credentials`
    /// without a redirect URI. `device_code`, `token_exchange` and `jwt_bearer` are short for
    /// `urn:ietf:params:oauth:grant-type:…`, and `ciba` for `urn:openid:params:grant-type:ciba`.
    grant_types: Vec<GrantType>,
    get |client| client.grant_types.iter().map(GrantType::as_str).collect(),
    { options: &["grant", "add-grant"], metadata: Always("grant_types") }

    /// Scopes that the client may request, separated by spaces; by default `openid profile email
    /// offline_access` if users sign in to it.
    scopes: Scope,
    get |client| json!(client.scopes.to_string()),
    { members: &["scope"], options: &["scope", "add-scope"], metadata: Always("scope") }

    /// True for a first-party client, which needs no consent.
    first_party: bool,
    { options: &["first-party"], metadata: No("only an administrator exempts from consent") }

    /// Resources that the client serves: it may introspect tokens and API keys for them.
    serves: Vec<String>,
    { options: &["serves"], metadata: No("only an administrator assigns resources") }

    /// Access token format: `jwt` or `opaque`.
    access_token_format: AccessTokenFormat,
    get |client| json!(client.access_token_format.as_str()),
    { options: &["access-token-format"] }

    /// Lifetime of access tokens in seconds, within `tokens.access_ttl_max`; without it,
    /// `tokens.access_ttl` applies. A resource may set a shorter one. `0` in a change removes it.
    access_token_ttl: i64,
    set |client, ttl| client.access_token_ttl = Some(ttl).filter(|ttl| *ttl != 0),
    {
        options: &["access-token-ttl"],
        metadata: No("only an administrator sets the lifetime of tokens"),
    }

    /// Lifetime of ID tokens in seconds, within `tokens.id_ttl_max`; without it, `tokens.id_ttl`
    /// applies. `0` in a change removes it.
    id_token_ttl: i64,
    set |client, ttl| client.id_token_ttl = Some(ttl).filter(|ttl| *ttl != 0),
    {
        options: &["id-token-ttl"],
        metadata: No("only an administrator sets the lifetime of tokens"),
    }

    /// Accepted `aud` of client assertions; without it, or with `default`, `clients.assertion_audience`
    /// applies.
    assertion_audience: Option<AssertionAudience>,
    get |client| json!(client.assertion_audience.map(AssertionAudience::as_str)),
    { options: &["assertion-audience"] }

    /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens;
    /// otherwise only userinfo returns them.
    claims_in_id_token: bool,
    { options: &["claims-in-id-token"] }

    /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten
    /// consecutive sign-ins with PKCE. A change restarts the count.
    pkce: PkcePolicy,
    set |client, policy| {
        client.pkce = policy;
        (client.pkce_streak, client.code_protection) = (0, None);
    },
    get |client| json!(client.pkce.as_str()),
    { options: &["pkce"] }

    /// Origins whose scripts may read responses to the client (CORS); by default those of the redirect
    /// URIs of a public client.
    allowed_origins: Vec<String>,
    { options: &["origin"] }

    /// Requires a second factor for every token.
    require_mfa: bool,
    { options: &["require-mfa"] }

    /// Requires access tokens bound to a DPoP key (RFC 9449).
    dpop_bound_access_tokens: bool,
    { options: &["require-dpop"], metadata: IfSet("dpop_bound_access_tokens") }

    /// Requires access tokens bound to the client's certificate (RFC 8705 §3.4).
    certificate_bound_access_tokens: bool,
    {
        members: &["tls_client_certificate_bound_access_tokens"],
        options: &["bind-to-certificate"],
        metadata: IfSet("tls_client_certificate_bound_access_tokens"),
    }

    /// Types of `authorization_details` that the client may request (RFC 9396).
    authorization_details_types: Vec<String>,
    { options: &["details-type"], metadata: IfSet("authorization_details_types") }

    /// Subject of the client's certificate for `tls_client_auth` (RFC 8705 §2.1.2), in one of five
    /// forms. Another authentication method removes it.
    certificate_subject: CertificateSubject,
    set |client, subject| client.certificate_subject = Some(subject),
    {
        members: &CertificateSubject::MEMBERS,
        options: &["tls-subject-dn", "tls-san-dns", "tls-san-uri", "tls-san-ip", "tls-san-email"],
        metadata: Converted(&CertificateSubject::MEMBERS),
    }

    /// Requires pushed authorization requests (RFC 9126).
    require_pushed_authorization_requests: bool,
    {
        options: &["require-par"],
        metadata: Always("require_pushed_authorization_requests"),
    }

    /// Requires signed request objects (RFC 9101).
    require_signed_request_object: bool,
    { options: &["require-request-object"], metadata: Always("require_signed_request_object") }

    /// URLs of signed request objects that requests may refer to by `request_uri` (OIDC Core §6.2).
    request_uris: Vec<String>,
    { options: &["request-uri"], metadata: IfSet("request_uris") }

    /// Public keys as a JWK Set, which replace the keys or their URL.
    jwks: String,
    set |client, jwks| (client.jwks, client.jwks_uri) = (Some(jwks), None),
    get |client| {
        let jwks = client.jwks.as_deref();
        jwks.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    },
    { options: &["jwks"], form: SettingForm::Document, metadata: IfSet("jwks") }

    /// URL of the public keys, which replaces the keys.
    jwks_uri: String,
    set |client, uri| (client.jwks, client.jwks_uri) = (None, Some(uri)),
    { options: &["jwks-uri"], metadata: IfSet("jwks_uri") }

    /// Algorithm of ID tokens and logout tokens: `RS256` (the default), `PS256`, `ES256` or `EdDSA`.
    id_token_signed_response_alg: SigningAlg,
    {
        options: &["id-token-signed-response-alg"],
        metadata: Always("id_token_signed_response_alg"),
    }

    /// Algorithm of signed userinfo responses (OIDC Core §5.3.2); without it, or empty, they are plain
    /// JSON.
    userinfo_signed_response_alg: Option<SigningAlg>,
    {
        options: &["userinfo-signed-response-alg"],
        metadata: IfSet("userinfo_signed_response_alg"),
    }

    /// Algorithm of all signed authorization responses, whatever the request asks for (JARM §3);
    /// without it, or empty, they are signed with RS256 when requested.
    authorization_signed_response_alg: Option<SigningAlg>,
    {
        options: &["authorization-signed-response-alg"],
        metadata: IfSet("authorization_signed_response_alg"),
    }

    /// Algorithm of the introspection responses that the client requests in signed form (RFC 9701);
    /// without it, or empty, `RS256`.
    introspection_signed_response_alg: Option<SigningAlg>,
    {
        options: &["introspection-signed-response-alg"],
        metadata: IfSet("introspection_signed_response_alg"),
    }

    /// Host of the sector in which users have a pairwise subject (OIDC Core §8.1); empty for public
    /// subjects.
    sector_identifier: String,
    set |client, sector| client.pairwise_sector = filled(sector),
    get |client| json!(client.pairwise_sector),
    {
        field: "pairwise_sector",
        columns: &["pairwise_sector"],
        options: &["sector-identifier"],
        metadata: Converted(&["subject_type", "sector_identifier_uri"]),
    }

    /// URL that receives logout tokens (OIDC Back-Channel Logout 1.0); empty for none.
    backchannel_logout_uri: String,
    set |client, uri| client.logout.backchannel = filled(uri),
    get |client| json!(client.logout.backchannel),
    {
        field: "logout.backchannel",
        options: &["backchannel-logout-uri"],
        metadata: IfSet("backchannel_logout_uri"),
    }

    /// Requires `sid` in logout tokens, which always contain it.
    backchannel_logout_session_required: bool,
    set |client, required| client.logout.backchannel_session_required = required,
    get |client| json!(client.logout.backchannel_session_required),
    {
        field: "logout.backchannel_session_required",
        options: &["backchannel-logout-session-required"],
        metadata: IfSet("backchannel_logout_session_required"),
    }

    /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout 1.0); empty for
    /// none.
    frontchannel_logout_uri: String,
    set |client, uri| client.logout.frontchannel = filled(uri),
    get |client| json!(client.logout.frontchannel),
    {
        field: "logout.frontchannel",
        options: &["frontchannel-logout-uri"],
        metadata: IfSet("frontchannel_logout_uri"),
    }

    /// Requires `iss` and `sid` in the front-channel logout URL, which always contains them.
    frontchannel_logout_session_required: bool,
    set |client, required| client.logout.frontchannel_session_required = required,
    get |client| json!(client.logout.frontchannel_session_required),
    {
        field: "logout.frontchannel_session_required",
        options: &["frontchannel-logout-session-required"],
        metadata: IfSet("frontchannel_logout_session_required"),
    }

    /// URL that receives a ping after each answer to a backchannel authentication request (CIBA);
    /// empty for poll mode.
    backchannel_client_notification_endpoint: String,
    set |client, uri| client.backchannel_client_notification_endpoint = filled(uri),
    {
        options: &["backchannel-client-notification-endpoint"],
        metadata: Converted(&["backchannel_token_delivery_mode", "backchannel_client_notification_endpoint"]),
    }

    /// Resources for which the client may exchange tokens (RFC 8693).
    exchange_audiences: Vec<String>,
    set |client, audiences| client.exchange.audiences = audiences,
    get |client| json!(client.exchange.audiences),
    {
        field: "exchange.audiences",
        columns: &["token_exchange"],
        options: &["exchange-audience"],
        metadata: No("only an administrator allows token exchange"),
    }

    /// Allows exchanged tokens without an `act` claim (impersonation).
    exchange_impersonation: bool,
    set |client, allowed| client.exchange.impersonation = allowed,
    get |client| json!(client.exchange.impersonation),
    {
        field: "exchange.impersonation",
        columns: &["token_exchange"],
        options: &["exchange-impersonation"],
        metadata: No("only an administrator allows token exchange"),
    }
}

/// The settings of the consent page, and those that are set once or by registration only.
const OTHERS: &[ClientSetting] = &[
    setting!(consent, SettingForm::Names, |client| json!(client.consent.optional_scopes.to_string()), [
        "Scopes that users may deselect, separated by spaces."
    ], {
        field: "consent.optional_scopes",
        columns: &["consent_terms"],
        members: &["consent.optional_scope"],
        options: &["optional-scope"],
    }),
    setting!(consent, SettingForm::Duration, |client| json!(client.consent.lifetime), [
        "Lifetime of a consent in seconds; without it, or with `0`, `consent.lifetime` applies."
    ], {
        field: "consent.lifetime",
        columns: &["consent_terms"],
        members: &["consent.lifetime"],
        options: &["consent-lifetime"],
    }),
    setting!(consent, SettingForm::Text, |client| json!(client.consent.publisher), [
        "Publisher of the client; empty for none."
    ], {
        field: "consent.publisher",
        columns: &["consent_terms"],
        members: &["consent.publisher"],
        options: &["publisher"],
        metadata: No("only an administrator knows the publisher"),
    }),
    setting!(consent, SettingForm::Text, |client| json!(client.consent.policy_uri), [
        "URL of the privacy policy (RFC 7591 §2); empty for none."
    ], {
        field: "consent.policy_uri",
        columns: &["consent_terms"],
        members: &["consent.policy_uri"],
        options: &["policy-uri"],
        metadata: IfSet("policy_uri"),
    }),
    setting!(consent, SettingForm::Text, |client| json!(client.consent.tos_uri), [
        "URL of the terms of service (RFC 7591 §2); empty for none."
    ], {
        field: "consent.tos_uri",
        columns: &["consent_terms"],
        members: &["consent.tos_uri"],
        options: &["tos-uri"],
        metadata: IfSet("tos_uri"),
    }),
    setting!(kind, SettingForm::Words(words::<ClientKind>), |client| json!(client.kind.as_str()), [
        "`public` or `confidential`; set at registration."
    ], {
        options: &["kind"],
        metadata: No("it follows from `token_endpoint_auth_method`"),
    }),
    setting!(default_max_age, SettingForm::Duration, |client| json!(client.default_max_age), [
        "Maximum age of a sign-in, in seconds, if the request has no `max_age`."
    ], { members: &[], metadata: IfSet("default_max_age") }),
    setting!(default_acr_values, SettingForm::Texts, |client| json!(client.default_acr_values), [
        "Preferred `acr` values if the request names none."
    ], { members: &[], metadata: IfSet("default_acr_values") }),
];

pub fn all() -> impl Iterator<Item = &'static ClientSetting> {
    CHANGEABLE.iter().chain(OTHERS)
}

/// Returns the members of all settings.
pub fn members() -> impl Iterator<Item = (&'static ClientSetting, &'static str)> {
    all().flat_map(|setting| setting.members.iter().map(move |member| (setting, *member)))
}

impl ClientChange {
    /// Applies the change to a client and returns the names of the given settings.
    pub fn apply(mut self, client: &mut Client, now: UnixSeconds) -> Vec<&'static str> {
        let mut names = self.set(client);
        if names.contains(&"auth_method") && client.auth_method != ClientAuthMethod::TlsClientAuth {
            client.certificate_subject = None;
        }
        if self.consent.apply(&mut client.consent) {
            names.push("consent");
        }
        if let Some(disabled) = self.disabled {
            client.disabled_at = disabled.then(|| client.disabled_at.unwrap_or(now));
            names.push(if disabled { "disabled" } else { "enabled" });
        }
        client.updated_at = now;
        names
    }
}
