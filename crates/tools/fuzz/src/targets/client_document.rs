//! Client metadata documents (draft-ietf-oauth-client-id-metadata-document-02).

use doorward_access::jwt::external_keys::holds_private_key;
use doorward_domain::model::{ClientId, MetadataDocument, PkcePolicy};
use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::client_document::{DocumentPolicy, host, read};
use doorward_rules::displayed_name::ProtectedNames;
use url::Url;

use super::signed::NOW;
use crate::json;
use crate::target::Target;

/// Target for metadata documents. An input is the URL, a line break, and the document; `@id` in it
/// is replaced by the URL.
pub const TARGET: Target = Target {
    name: "client_document",
    run,
    words: &[
        "https://app.example/c",
        "\"client_id\":\"@id\"",
        "\"client_secret\":\"a\"",
        "\"redirect_uris\":[\"https://app.example/cb\"]",
        "\"redirect_uris\":[\"http://app.example/\"]",
        "\"token_endpoint_auth_method\":\"private_key_jwt\"",
        "\"jwks\":{\"keys\":[{\"d\":\"a\"}]}",
        "\"jwks_uri\":\"http://127.0.0.1/\"",
        "\"scope\":\"openid admin\"",
        "\"grant_types\":[\"client_credentials\"]",
        "\"client_name\":\"\u{202e}a\"",
        "@",
        "#",
        "/../",
        "%2e%2e",
        "\\",
        ":443",
        "\n",
        ",",
    ],
};

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (id, body) = text.split_once('\n').unwrap_or((&text, ""));
    if let Ok(named) = host(id, false) {
        let url = Url::parse(id).unwrap();
        assert_eq!((url.as_str(), url.scheme()), (id, "https"));
        let (_, rest) = id.split_once("://").unwrap();
        assert!(
            rest.starts_with(&format!("{named}/")),
            "{id} is not of {named}"
        );
        assert!(!id.contains(['#', '\\', ' ']), "{id}");
    }
    let Some(id) = ClientId::parse(id) else {
        return;
    };
    let scopes: Scope = ["openid", "email"].into_iter().collect();
    let policy = DocumentPolicy {
        enabled: true,
        allowed_hosts: &[],
        scopes: &scopes,
        pkce: PkcePolicy::Auto,
        algorithms: &SigningAlg::ALL,
        plain_here: false,
        redirect_schemes: &[],
        names: ProtectedNames { site: "Example" },
    };
    let kept = MetadataDocument {
        fetched_at: NOW,
        fresh_until: NOW + 300,
    };
    let body = body.replace("@id", id.as_str());
    let client = read(&id, body.as_bytes(), &policy, kept);
    if json::object(body.as_bytes()).is_none() {
        assert!(client.is_err(), "{body}");
    }
    let Ok(client) = client else { return };
    assert_eq!(client.id, id);
    assert!(
        client.secret_hash.is_none() && !client.first_party,
        "{body}"
    );
    assert!(client.scopes.is_subset_of(&scopes), "{body}");
    assert!(!client.redirect_uris.is_empty(), "{body}");
    for uri in &client.redirect_uris {
        redirect_uri::check_registration(uri, &[])
            .unwrap_or_else(|problem| panic!("{uri}: {problem}"));
    }
    if let Some(keys) = &client.jwks {
        assert!(!holds_private_key(keys), "{keys}");
    }
}
