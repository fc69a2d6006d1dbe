//! The members of a client: in a request to register or change one, and in a response.

use doorward_domain::model::{AssertionAudience, Client, ClientChange};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::token::GrantType;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::consent::{ConsentBody, ConsentView};
use super::parse::{
    read_audience, read_format, read_grants, read_id, read_id_token_alg, read_kind, read_method,
    read_optional_alg, read_pkce, read_profile, read_scope, read_subject,
};

/// Defines the three documents. A row: member and type, the setting of a [`ClientChange`] with its
/// reader, and the member of the response.
///
/// - `plain`: false or empty in a registration without it;
/// - `defaulted`: with a default value, always in a response;
/// - `optional`: in a response only if set;
/// - `converted`: the same, with a conversion to or from [`ClientChange`].
macro_rules! client_members {
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
            /// Settings of the consent page.
            #[serde(default)]
            consent: ConsentBody,
        }

        /// Changes. Omitted members stay unchanged, and a list replaces the whole list.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ClientPatch {
            /// Must equal the one in the URL.
            pub(super) id: Option<String>,
            /// Name shown to users.
            name: Option<String>,
            $($(#[$dm])+ $d: Option<$dt>,)*
            $($(#[$pm])+ $p: Option<$pt>,)*
            $($(#[$om])+ $o: Option<String>,)*
            $($(#[$cm])+ $c: Option<$ct>,)*
            /// Settings of the consent page.
            #[serde(default)]
            consent: ConsentBody,
            /// True if the client is disabled.
            disabled: Option<bool>,
        }

        impl NewClientBody {
            /// Converts the body to the input of the use case.
            pub(super) fn read(self) -> Result<NewClient, Problem> {
                let kind = read_kind(&self.kind)?;
                let id = read_id(self.id.as_deref())?;
                let given = ClientPatch {
                    id: None,
                    name: None,
                    $($d: self.$d,)*
                    $($p: unless_default(self.$p),)*
                    $($o: self.$o,)*
                    $($c: self.$c,)*
                    consent: self.consent,
                    disabled: None,
                };
                let settings = given.read()?;
                Ok(NewClient { id, name: self.name, kind, settings })
            }
        }

        impl ClientPatch {
            /// Converts the body to a change.
            pub(super) fn read(self) -> Result<ClientChange, Problem> {
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

        /// A registered client.
        #[derive(Debug, Serialize, ToSchema)]
        #[schema(as = Client)]
        pub struct ClientView {
            /// Client ID.
            id: String,
            /// Name shown to users.
            name: String,
            /// `public` or `confidential`.
            kind: &'static str,
            $($(#[$dm])+ $d: $dt,)*
            /// True if `auto` has become `required` automatically; write `pkce` to undo that.
            pkce_switched: bool,
            $($(#[$cm])+ #[serde(skip_serializing_if = "Option::is_none")] $c: Option<$ct>,)*
            $($(#[$pm])+ $p: $pt,)*
            $($(#[$om])+ #[serde(skip_serializing_if = "Option::is_none")] $o: Option<String>,)*
            /// Settings of the consent page.
            consent: ConsentView,
            /// Time of the last fetch of its metadata document (RFC 3339), for a client whose ID is
            /// the URL of that document.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(format = DateTime)]
            document_fetched_at: Option<String>,
            /// Origin of the registration: `administrator`, dynamic registration with a `token` or
            /// as `anybody` (RFC 7591), or the `document` at its ID.
            registered_by: &'static str,
            /// True if the client is disabled.
            disabled: bool,
            /// Time of registration (RFC 3339).
            #[schema(format = DateTime)]
            created_at: String,
            /// Time of the last change (RFC 3339).
            #[schema(format = DateTime)]
            updated_at: String,
            /// Client secret, shown only once.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub(super) client_secret: Option<String>,
        }

        impl ClientView {
            pub(super) fn new($client: Client) -> Self {
                Self {
                    id: $client.id.to_string(),
                    kind: $client.kind.as_str(),
                    $($d: $dv,)*
                    pkce_switched: $client.has_switched_to_pkce(),
                    $($c: $cv,)*
                    name: $client.name,
                    $($p: $pv,)*
                    $($o: $ov,)*
                    consent: $client.consent.into(),
                    document_fetched_at: $client.document.map(|stored| time(stored.fetched_at)),
                    registered_by: $client.registered_by.as_str(),
                    disabled: $client.disabled_at.is_some(),
                    created_at: time($client.created_at),
                    updated_at: time($client.updated_at),
                    client_secret: None,
                }
            }
        }
    };
}

client_members! {
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
        claims_in_id_token: bool => claims_in_id_token by Ok::<_, Problem>,
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
        /// Public keys as a JWK Set (RFC 7591 `jwks`), which replace the keys or their URL.
        #[schema(value_type = Option<Object>)]
        jwks: Value = client.jwks.as_deref().and_then(|text| serde_json::from_str(text).ok());
    }
}

/// Returns a value unless it is that of a new client, which a security profile may replace.
fn unless_default<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

/// Returns the certificate subject if it has this form.
fn subject(client: &Client, form: usize) -> Option<String> {
    let subject = client.certificate_subject.as_ref();
    let subject = subject.filter(|subject| subject.member() == CertificateSubject::MEMBERS[form]);
    subject.map(|subject| subject.value().to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doorward_domain::model::client_settings;
    use serde_json::Value;

    use crate::configure;
    use doorward_web::api::openapi;

    /// Checks a schema against the members of the settings, and `others`.
    #[track_caller]
    fn check(name: &str, left_out: &[&str], others: &[&str]) {
        let document = serde_json::to_value(openapi::document(|config| configure(config))).unwrap();
        let properties = |name: &str| -> BTreeSet<String> {
            let schema = &document["components"]["schemas"][name]["properties"];
            schema.as_object().unwrap().keys().cloned().collect()
        };
        let members = client_settings::all().flat_map(|setting| setting.members);
        let (nested, own): (Vec<_>, Vec<_>) = members.partition(|path| path.contains('.'));
        let own = own.into_iter().copied().chain(others.iter().copied());
        let own = own.filter(|member| !left_out.contains(member));
        let own: BTreeSet<String> = own.chain(["consent"]).map(str::to_owned).collect();
        assert_eq!(properties(name), own, "{name}");
        let nested = nested.into_iter().filter_map(|path| path.split_once('.'));
        let mut nested: BTreeSet<String> = nested.map(|(_, name)| name.to_owned()).collect();
        assert_eq!(properties("ClientConsentPatch"), nested);
        nested.insert("logo".to_owned());
        assert_eq!(properties("ClientConsent"), nested);
    }

    #[test]
    fn requests_and_responses_have_each_setting() {
        check("NewClientBody", &[], &["id"]);
        check("ClientPatch", &["kind"], &["id", "disabled"]);
        let derived = [
            "id",
            "pkce_switched",
            "document_fetched_at",
            "registered_by",
            "disabled",
            "created_at",
            "updated_at",
            "client_secret",
        ];
        check("Client", &[], &derived);
    }

    /// Lists and flags of a registration may be absent, but not null.
    #[test]
    fn registration_rejects_null_list() {
        let document = serde_json::to_value(openapi::document(|config| configure(config))).unwrap();
        let schema = &document["components"]["schemas"]["NewClientBody"];
        assert_eq!(schema["required"], serde_json::json!(["name", "kind"]));
        assert_eq!(schema["properties"]["redirect_uris"]["type"], "array");
        let body = r#"{"name": "a", "kind": "public", "redirect_uris": null}"#;
        let read = serde_json::from_str::<super::NewClientBody>(body);
        assert!(read.is_err());
        let required = &document["components"]["schemas"]["Client"]["required"];
        let is_required = |name: &str| required.as_array().unwrap().contains(&Value::from(name));
        assert!(is_required("redirect_uris") && !is_required("jwks"));
    }
}
