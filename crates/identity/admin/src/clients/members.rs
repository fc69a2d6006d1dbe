//! The members of a client in a request to register or change one.

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ClientChange, ClientKind, ConsentChange,
    PkcePolicy, SecurityProfile,
};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;

use crate::operator::read_alg;
use crate::prelude::*;

/// Calls a macro that defines documents of a client with the members that they share. A row: member
/// and type, the setting of a `ClientChange` with its reader, and the member of a response.
///
/// - `plain`: false or empty in a registration without it;
/// - `defaulted`: with a default value, always in a response;
/// - `optional`: in a response only if set;
/// - `converted`: the same, with a conversion to or from `ClientChange`.
#[macro_export]
macro_rules! client_members {
    ($define:ident) => {
        $define! {
            client;
            plain {
                /// Registered redirect URIs.
                redirect_uris: Vec<String> => redirect_uris = client.redirect_uris;
                /// Registered post-logout redirect URIs.
                post_logout_redirect_uris: Vec<String> =>
                    post_logout_redirect_uris = client.post_logout_redirect_uris;
                /// True for a first-party client, which needs no consent.
                first_party: bool => first_party = client.first_party;
                /// Resources for which it is the resource server; introspection shows it the user of a
                /// token or key.
                serves: Vec<String> => serves = client.serves;
                /// Origins whose scripts may read responses (CORS).
                allowed_origins: Vec<String> => allowed_origins = client.allowed_origins;
                /// Requires a second factor of every user.
                require_mfa: bool => require_mfa = client.require_mfa;
                /// Requires pushed authorization requests (RFC 9126).
                require_pushed_authorization_requests: bool => require_pushed_authorization_requests
                    = client.require_pushed_authorization_requests;
                /// Requires signed request objects (RFC 9101).
                require_signed_request_object: bool =>
                    require_signed_request_object = client.require_signed_request_object;
                /// URLs of signed request objects that requests may refer to by `request_uri` (OIDC Core
                /// §6.2).
                request_uris: Vec<String> => request_uris = client.request_uris;
                /// Requires access tokens bound to a key by DPoP (RFC 9449).
                dpop_bound_access_tokens: bool =>
                    dpop_bound_access_tokens = client.dpop_bound_access_tokens;
                /// Allowed types of `authorization_details` (RFC 9396).
                authorization_details_types: Vec<String> =>
                    authorization_details_types = client.authorization_details_types;
                /// Requires access tokens bound to the client's certificate (RFC 8705 §3.4).
                tls_client_certificate_bound_access_tokens: bool =>
                    certificate_bound_access_tokens = client.certificate_bound_access_tokens;
                /// Requires `sid` in logout tokens, which always contain it.
                backchannel_logout_session_required: bool => backchannel_logout_session_required
                    = client.logout.backchannel_session_required;
                /// Requires `iss` and `sid` in the front-channel logout URL, which always contains them.
                frontchannel_logout_session_required: bool => frontchannel_logout_session_required
                    = client.logout.frontchannel_session_required;
                /// Resources for which it may exchange tokens (RFC 8693).
                exchange_audiences: Vec<String> => exchange_audiences = client.exchange.audiences;
                /// Allows exchanged tokens without an `act` claim (impersonation).
                exchange_impersonation: bool => exchange_impersonation = client.exchange.impersonation;
            }
            defaulted {
                /// Client authentication: a method of RFC 7591 (`token_endpoint_auth_method`), or
                /// `client_secret` for a secret by HTTP Basic or in the body (the default of a confidential
                /// client).
                auth_method: String => auth_method by read_method, = client.auth_method.as_str().to_owned();
                /// Security profile: `none`, `fapi2` or `fapi2-message-signing`. A profile sets and pins what
                /// its specification demands.
                profile: String => profile by read_profile, = client.profile.as_str().to_owned();
                /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten
                /// consecutive sign-ins with PKCE; setting it restarts the count. A public client needs
                /// `required`. A response contains the policy in force.
                pkce: String => pkce by read_pkce, = client.pkce_policy().as_str().to_owned();
                /// Allowed grant types.
                grant_types: Vec<String> => grant_types by read_grants,
                    = client.grant_types.iter().map(GrantType::to_string).collect();
                /// Allowed scopes, separated by spaces.
                scope: String => scopes by read_scope, = client.scopes.to_string();
                /// Algorithm of ID tokens and logout tokens: `RS256` (the default), `PS256`, `ES256` or
                /// `EdDSA`.
                id_token_signed_response_alg: String => id_token_signed_response_alg by read_id_token_alg,
                    = client.id_token_signed_response_alg.to_string();
                /// Access token format: `jwt` (the default) or `opaque`.
                access_token_format: String => access_token_format by read_format,
                    = client.access_token_format.as_str().to_owned();
                /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens
                /// (the default); otherwise only userinfo returns them.
                claims_in_id_token: bool => claims_in_id_token by Ok::<_, AdminError>,
                    = client.claims_in_id_token;
            }
            optional {
                /// URL of its public keys (RFC 7591 `jwks_uri`), which replaces the keys.
                jwks_uri => jwks_uri = client.jwks_uri;
                /// URL that receives logout tokens (OIDC Back-Channel Logout 1.0); empty in a change: none.
                backchannel_logout_uri => backchannel_logout_uri = client.logout.backchannel;
                /// Host of the sector in which users have a pairwise subject (OIDC Core §8.1); empty in a
                /// change: public subjects.
                sector_identifier => sector_identifier = client.pairwise_sector;
                /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout 1.0); empty
                /// in a change: none.
                frontchannel_logout_uri => frontchannel_logout_uri = client.logout.frontchannel;
            }
            converted {
                /// Lifetime of access tokens in seconds, within `tokens.access_ttl_max`; 0 in a change:
                /// `tokens.access_ttl`.
                access_token_ttl: i64 = client.access_token_ttl;
                /// Lifetime of ID tokens in seconds, within `tokens.id_ttl_max`; 0 in a change:
                /// `tokens.id_ttl`.
                id_token_ttl: i64 = client.id_token_ttl;
                /// Accepted `aud` of client assertions: `issuer_or_endpoint`, `issuer`, or `default` for
                /// the setting `clients.assertion_audience`.
                assertion_audience: String
                    = client.assertion_audience.map(AssertionAudience::as_str).map(str::to_owned);
                /// Algorithm of signed userinfo responses (OIDC Core §5.3.2); empty in a change: plain JSON.
                userinfo_signed_response_alg: String
                    = client.userinfo_signed_response_alg.map(|alg| alg.to_string());
                /// Algorithm of all signed authorization responses, regardless of the request (JARM §3);
                /// empty in a change: as requested.
                authorization_signed_response_alg: String
                    = client.authorization_signed_response_alg.map(|alg| alg.to_string());
                /// Algorithm of the introspection responses that the client requests in signed form (RFC
                /// 9701); empty in a change: `RS256`.
                introspection_signed_response_alg: String
                    = client.introspection_signed_response_alg.map(|alg| alg.to_string());
                /// Subject of the client's certificate as in RFC 4514 (RFC 8705 §2.1.2). At most one of the
                /// five members; it replaces the current one.
                tls_client_auth_subject_dn: String = subject(&client, 0);
                /// A `dNSName` of the client's certificate.
                tls_client_auth_san_dns: String = subject(&client, 1);
                /// A URI of the client's certificate.
                tls_client_auth_san_uri: String = subject(&client, 2);
                /// An IP address of the client's certificate.
                tls_client_auth_san_ip: String = subject(&client, 3);
                /// An e-mail address of the client's certificate.
                tls_client_auth_san_email: String = subject(&client, 4);
            }
        }
    };
}

macro_rules! define_inputs {
    (
        $client:ident;
        plain { $($(#[$pm:meta])+ $p:ident: $pt:ty => $ps:ident = $pv:expr;)* }
        defaulted { $($(#[$dm:meta])+ $d:ident: $dt:ty => $ds:ident by $dr:expr, = $dv:expr;)* }
        optional { $($(#[$om:meta])+ $o:ident => $os:ident = $ov:expr;)* }
        converted { $($(#[$cm:meta])+ $c:ident: $ct:ty = $cv:expr;)* }
    ) => {
        /// A client to register. Omitted members receive suitable defaults.
        #[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewClientBody {
            /// Client ID; random if omitted.
            id: Option<String>,
            /// Name shown to users.
            name: String,
            /// `public` or `confidential`.
            kind: String,
            $($(#[$dm])+ $d: Option<$dt>,)*
            $($(#[$pm])+ #[serde(default)] $p: $pt,)*
            $($(#[$om])+ $o: Option<String>,)*
            $($(#[$cm])+ $c: Option<$ct>,)*
            /// Public keys as a JWK Set (RFC 7591 `jwks`), which replace the keys or their URL.
            #[schema(value_type = Option<Object>)]
            jwks: Option<Value>,
            /// Settings of the consent page.
            #[serde(default)]
            consent: ConsentBody,
        }

        /// Changes. Omitted members stay unchanged, and a list replaces the whole list.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ClientPatch {
            /// Must equal the one in the URL.
            pub id: Option<String>,
            /// Name shown to users.
            name: Option<String>,
            $($(#[$dm])+ $d: Option<$dt>,)*
            $($(#[$pm])+ $p: Option<$pt>,)*
            $($(#[$om])+ $o: Option<String>,)*
            $($(#[$cm])+ $c: Option<$ct>,)*
            /// Public keys as a JWK Set (RFC 7591 `jwks`), which replace the keys or their URL.
            #[schema(value_type = Option<Object>)]
            jwks: Option<Value>,
            /// Settings of the consent page.
            #[serde(default)]
            consent: ConsentBody,
            /// True if the client is disabled.
            disabled: Option<bool>,
        }

        impl NewClientBody {
            pub fn read(self) -> Result<NewClient> {
                let expected = "Must be public or confidential.";
                let kind = ClientKind::parse(&self.kind)
                    .ok_or_else(|| AdminError::invalid("kind", expected))?;
                let id = read_word("id", self.id, ClientId::parse, "Not a valid client ID.")?;
                let given = ClientPatch {
                    id: None,
                    name: None,
                    $($d: self.$d,)*
                    $($p: unless_default(self.$p),)*
                    $($o: self.$o,)*
                    $($c: self.$c,)*
                    jwks: self.jwks,
                    consent: self.consent,
                    disabled: None,
                };
                let settings = given.read()?;
                Ok(NewClient { id, name: self.name, kind, settings })
            }
        }

        impl ClientPatch {
            pub fn read(self) -> Result<ClientChange> {
                Ok(ClientChange {
                    name: self.name,
                    $($ds: $dr(self.$d)?,)*
                    access_token_ttl: self.access_token_ttl,
                    id_token_ttl: self.id_token_ttl,
                    assertion_audience: read_audience(self.assertion_audience)?,
                    userinfo_signed_response_alg: read_optional_alg(
                        "userinfo_signed_response_alg",
                        self.userinfo_signed_response_alg,
                    )?,
                    authorization_signed_response_alg: read_optional_alg(
                        "authorization_signed_response_alg",
                        self.authorization_signed_response_alg,
                    )?,
                    introspection_signed_response_alg: read_optional_alg(
                        "introspection_signed_response_alg",
                        self.introspection_signed_response_alg,
                    )?,
                    certificate_subject: read_subject([
                        self.tls_client_auth_subject_dn,
                        self.tls_client_auth_san_dns,
                        self.tls_client_auth_san_uri,
                        self.tls_client_auth_san_ip,
                        self.tls_client_auth_san_email,
                    ])?,
                    jwks: self.jwks.as_ref().map(Value::to_string),
                    $($ps: self.$p,)*
                    $($os: self.$o,)*
                    consent: self.consent.read()?,
                    disabled: self.disabled,
                })
            }
        }
    };
}

client_members!(define_inputs);

/// Changes of the consent page settings. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = ClientConsentPatch)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    /// Complete new list of scopes that users may deselect, separated by spaces.
    optional_scope: Option<String>,
    /// Lifetime of a consent in seconds; 0: the setting for all clients.
    lifetime: Option<i64>,
    /// Publisher of the client; empty: none.
    publisher: Option<String>,
    /// URL of the privacy policy (https); empty: none.
    policy_uri: Option<String>,
    /// URL of the terms of service (https); empty: none.
    tos_uri: Option<String>,
}

impl ConsentBody {
    fn read(self) -> Result<ConsentChange> {
        Ok(ConsentChange {
            optional_scopes: read_scope(self.optional_scope)?,
            lifetime: self.lifetime,
            publisher: self.publisher,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
        })
    }
}

/// Converts the members of a change, as the request body of the admin API has them.
pub fn change_from_json(members: Value) -> Result<ClientChange> {
    let patch: ClientPatch = serde_json::from_value(members)
        .map_err(|error| AdminError::invalid("", error.to_string()))?;
    patch.read()
}

/// Returns a value unless it is that of a new client, which a security profile may replace.
fn unless_default<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

fn read_word<T>(
    member: &'static str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Option<T>,
    expected: &str,
) -> Result<Option<T>> {
    text.map(|text| parse(&text).ok_or_else(|| AdminError::invalid(member, expected)))
        .transpose()
}

fn read_scope(text: Option<String>) -> Result<Option<Scope>> {
    let expected = "Must be names separated by single spaces.";
    read_word("scope", text, |text| Scope::parse(text).ok(), expected)
}

fn read_method(text: Option<String>) -> Result<Option<ClientAuth>> {
    let expected = "Must be client_secret, client_secret_basic, client_secret_post, \
                    private_key_jwt, tls_client_auth, self_signed_tls_client_auth or none.";
    read_word("auth_method", text, ClientAuth::parse, expected)
}

#[expect(
    clippy::option_option,
    reason = "absent, the deployment's setting, or the client's own"
)]
fn read_audience(text: Option<String>) -> Result<Option<Option<AssertionAudience>>> {
    let expected = "Must be issuer_or_endpoint, issuer or default.";
    let parse = |text: &str| AssertionAudience::parse_setting(text).ok();
    read_word("assertion_audience", text, parse, expected)
}

fn read_id_token_alg(text: Option<String>) -> Result<Option<SigningAlg>> {
    text.map(|text| read_alg("id_token_signed_response_alg", &text))
        .transpose()
}

/// Reads the algorithm of other responses; the empty text removes it.
#[expect(clippy::option_option, reason = "absent, none, or an algorithm")]
fn read_optional_alg(
    member: &'static str,
    text: Option<String>,
) -> Result<Option<Option<SigningAlg>>> {
    let read = |text: String| match text.as_str() {
        "" => Ok(None),
        text => read_alg(member, text).map(Some),
    };
    text.map(read).transpose()
}

fn read_pkce(text: Option<String>) -> Result<Option<PkcePolicy>> {
    let expected = "Must be required, auto or optional.";
    read_word("pkce", text, PkcePolicy::parse, expected)
}

fn read_profile(text: Option<String>) -> Result<Option<SecurityProfile>> {
    let expected = "Must be none, fapi2 or fapi2-message-signing.";
    read_word("profile", text, SecurityProfile::parse, expected)
}

fn read_subject(members: [Option<String>; 5]) -> Result<Option<CertificateSubject>> {
    CertificateSubject::one_of(members).map_err(|_| {
        let problem = "Exactly one tls_client_auth_… member is required.";
        AdminError::invalid("auth_method", problem)
    })
}

fn read_format(text: Option<String>) -> Result<Option<AccessTokenFormat>> {
    let expected = "Must be jwt or opaque.";
    read_word(
        "access_token_format",
        text,
        AccessTokenFormat::parse,
        expected,
    )
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "readers of members have one signature"
)]
fn read_grants(names: Option<Vec<String>>) -> Result<Option<Vec<GrantType>>> {
    Ok(names.map(|names| names.iter().map(|name| GrantType::parse(name)).collect()))
}
