//! The members of a client in a response.

use doorward_admin::client_members;
use doorward_domain::model::{AssertionAudience, Client, ConsentTerms};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::token::GrantType;
use doorward_templates::consent::logo_path;
use doorward_web::api::time::time;

use crate::prelude::*;

view! {
    /// The consent page settings of a client.
    #[schema(as = ClientConsent)]
    ConsentView(terms: ConsentTerms) {
        /// Scopes that users may deselect, separated by spaces.
        optional_scope: String = terms.optional_scopes.to_string();
        /// Lifetime of a consent in seconds; absent: the setting for all clients.
        lifetime?: i64 = terms.lifetime;
        /// Publisher of the client.
        publisher?: String = terms.publisher;
        /// URL of the privacy policy (RFC 7591 §2).
        policy_uri?: String = terms.policy_uri;
        /// URL of the terms of service (RFC 7591 §2).
        tos_uri?: String = terms.tos_uri;
        /// URL path of the logo on this server.
        logo?: String = terms.logo.as_ref().map(logo_path);
    }
}

macro_rules! define_view {
    (
        $client:ident;
        plain { $($(#[$pm:meta])+ $p:ident: $pt:ty => $ps:ident = $pv:expr;)* }
        defaulted { $($(#[$dm:meta])+ $d:ident: $dt:ty => $ds:ident by $dr:expr, = $dv:expr;)* }
        optional { $($(#[$om:meta])+ $o:ident => $os:ident = $ov:expr;)* }
        converted { $($(#[$cm:meta])+ $c:ident: $ct:ty = $cv:expr;)* }
    ) => {
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
            /// Public keys as a JWK Set (RFC 7591 `jwks`), which replace the keys or their URL.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<Object>)]
            jwks: Option<Value>,
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
                    jwks: $client
                        .jwks
                        .as_deref()
                        .and_then(|text| serde_json::from_str(text).ok()),
                    name: $client.name,
                    $($p: $pv,)*
                    $($o: $ov,)*
                    consent: ConsentView::new($client.consent),
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

client_members!(define_view);

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
        let read = serde_json::from_str::<doorward_admin::clients::NewClientBody>(body);
        assert!(read.is_err());
        let required = &document["components"]["schemas"]["Client"]["required"];
        let is_required = |name: &str| required.as_array().unwrap().contains(&Value::from(name));
        assert!(is_required("redirect_uris") && !is_required("jwks"));
    }
}
