//! Registration and changes of clients.

use doorward_domain::model::{
    AuditEvent, AuditKind, ClientChange, ClientId, ClientKind, PkcePolicy, SecretUses,
};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_rules::list_filter::ClientFilter;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::clients;
use super::super::clients::operations::{CREATE, LIST, UPDATE};
use super::*;
use crate::operator::AdminError;

fn web() -> NewClient {
    let mut new = NewClient::named("Web", ClientKind::Confidential);
    new.settings.redirect_uris = Some(uris("https://app.example.org/callback"));
    new
}

/// The words of a feature come from it: here is none.
#[tokio::test]
async fn kind_of_absent_feature_is_unknown_and_not_named() {
    let world = World::new().await;
    for kind in ["saml", "other"] {
        let new = json!({ "name": "Wiki", "kind": kind });
        for (entry, body) in [(&CREATE, new), (&LIST, json!({ "kind": kind }))] {
            let error = (entry.run)(body, &world.op()).await.unwrap_err();
            let text = format!("{error:?}");
            assert!(text.contains("confidential"), "{text}");
            assert!(!text.to_lowercase().contains("saml"), "{text}");
        }
    }
}

#[tokio::test]
async fn secret_is_returned_once_and_stored_hashed() {
    let world = World::new().await;
    let (client, secret) = clients::create(&world.op(), web()).await.unwrap();
    let secret = secret.unwrap();
    let stored = clients::get(&world.op(), &client.id).await.unwrap();
    assert_eq!(stored, client);
    assert_eq!(stored.secret_hash, Some(secret.hash()));
    assert_eq!(
        stored.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    assert_eq!(
        stored.scopes.to_string(),
        "openid profile email offline_access"
    );
    let new = clients::rotate_secret(&world.op(), &client.id, None)
        .await
        .unwrap();
    assert_ne!(new.hash(), secret.hash());
    let stored = clients::get(&world.op(), &client.id).await.unwrap();
    assert_eq!(stored.secret_hash, Some(new.hash()));
    clients::delete(&world.op(), &client.id).await.unwrap();
    let all = clients::list(&world.op(), &ClientFilter::default()).await;
    assert!(all.unwrap().is_empty());
    assert_eq!(
        world.changes(AuditKind::ClientChanged).await,
        ["created", "deleted", "secret rotated"]
    );
}

#[tokio::test]
async fn change_adds_to_lists_and_names_wrong_member() {
    let world = World::new().await;
    let context = world.op();
    let (client, _) = clients::create(&context, web()).await.unwrap();
    let update = async |mut members: Value| {
        members["id"] = client.id.as_str().into();
        (UPDATE.run)(members, &context).await
    };
    let (first, added) = (&client.redirect_uris[0], "https://app.example.org/added");
    let members =
        json!({ "add_redirect_uris": [first, added], "add_grant_types": ["device_code"] });
    let done = update(members).await.unwrap();
    assert_eq!(done.document["redirect_uris"], json!([first, added]));
    assert_eq!(done.document["grant_types"].as_array().unwrap().len(), 3);
    for (wrong, expected) in [
        (json!({ "colour": 1 }), "unknown field `colour`"),
        (
            json!({ "consent": { "logo": "x" } }),
            "unknown field `logo`",
        ),
        (
            json!({ "consent": { "lifetime": "x" } }),
            "consent.lifetime: Must be a number of seconds.",
        ),
        (
            json!({ "pkce": null }),
            "pkce: Must be required, auto or optional.",
        ),
        (
            json!({ "redirect_uris": [1] }),
            "redirect_uris: Must be a list of texts.",
        ),
        (
            json!({ "first_party": 1 }),
            "first_party: Must be true or false.",
        ),
    ] {
        let error = update(wrong).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn change_is_audited_with_previous_values_without_secret() {
    let world = World::new().await;
    let (client, secret) = clients::create(&world.op(), web()).await.unwrap();
    let change = ClientChange {
        name: Some("New".to_owned()),
        disabled: Some(true),
        ..ClientChange::default()
    };
    clients::update(&world.op(), &client.id, change)
        .await
        .unwrap();
    let events = repo::audit::list(world.db.read(), None, 100).await.unwrap();
    let of_client = |event: &&AuditEvent| event.kind == AuditKind::ClientChanged;
    let changed = events.iter().filter(of_client);
    let changed = changed.filter(|event| event.detail.contains_key("before"));
    let [event] = changed.collect::<Vec<_>>()[..] else {
        panic!("one change: {events:?}");
    };
    let before = json!({"name": client.name, "disabled_at": null});
    assert_eq!(
        event.detail["before"], before,
        "unchanged members are omitted"
    );
    assert_eq!(
        event.detail["after"],
        json!({"name": "New", "disabled_at": NOW})
    );
    let all = format!("{events:?}");
    let secret = secret.unwrap();
    assert!(!all.contains(secret.expose()) && !all.contains(&secret.hash().to_base64url()));
}

#[tokio::test]
async fn client_without_redirect_uris_has_own_grants_only() {
    let world = World::new().await;
    let new = NewClient::named("Web", ClientKind::Confidential);
    let (client, secret) = clients::create(&world.op(), new).await.unwrap();
    assert_eq!(client.grant_types, [GrantType::ClientCredentials]);
    assert!(client.scopes.is_empty());
    assert!(secret.is_some());
}

#[rstest]
#[case("name", |new: &mut NewClient| new.name = " ".to_owned())]
#[case("name", |new: &mut NewClient| new.name = "a\u{7}b".to_owned())]
#[case("redirect_uris", |new: &mut NewClient| new.settings.redirect_uris = Some(uris("http://app.example.org/")))]
#[case("redirect_uris", |new: &mut NewClient| new.settings.redirect_uris = Some(uris("https://a.example/#x")))]
#[case("redirect_uris", |new: &mut NewClient| new.settings.redirect_uris = Some(uris("/callback")))]
#[case("redirect_uris", |new: &mut NewClient| {
    new.settings.redirect_uris = None;
    new.settings.grant_types = Some(vec![GrantType::AuthorizationCode]);
})]
#[case("post_logout_redirect_uris", |new: &mut NewClient| {
    new.settings.post_logout_redirect_uris = Some(uris("javascript:1"));
})]
#[case("grant_types", |new: &mut NewClient| {
    new.settings.grant_types = Some(vec![GrantType::ClientCredentials]);
})]
#[case("grant_types", |new: &mut NewClient| {
    let password = GrantType::Other("password".to_owned());
    new.settings.grant_types = Some(vec![GrantType::AuthorizationCode, password]);
})]
#[case("grant_types", |new: &mut NewClient| {
    new.settings.redirect_uris = None;
    new.settings.grant_types = Some(vec![GrantType::RefreshToken]);
})]
#[case("grant_types", |new: &mut NewClient| {
    new.kind = ClientKind::Public;
    new.settings.grant_types = Some(vec![GrantType::AuthorizationCode, GrantType::ClientCredentials]);
})]
#[case("auth_method", |new: &mut NewClient| {
    new.kind = ClientKind::Public;
    new.settings.auth_method = Some(ClientAuthMethod::ClientSecretBasic.into());
})]
#[case("auth_method", |new: &mut NewClient| new.settings.auth_method = Some(ClientAuthMethod::None.into()))]
#[case("auth_method", |new: &mut NewClient| {
    new.settings.auth_method = Some(ClientAuthMethod::PrivateKeyJwt.into());
})]
#[case("jwks", |new: &mut NewClient| new.settings.jwks = Some("{}".to_owned()))]
#[case("jwks", |new: &mut NewClient| new.settings.jwks = Some("{\"keys\":[]}".to_owned()))]
#[case("jwks", |new: &mut NewClient| {
    // RFC 7591 §2: never both.
    new.settings.jwks = Some(keys("public"));
    new.settings.jwks_uri = Some("https://app.example.org/jwks".to_owned());
})]
#[case("jwks", |new: &mut NewClient| new.settings.jwks = Some(keys("private")))]
#[case("jwks", |new: &mut NewClient| {
    new.settings.jwks = Some(format!("{}{}", keys("public"), " ".repeat(40_000)));
})]
#[case("jwks_uri", |new: &mut NewClient| new.settings.jwks_uri = Some("http://app.example.org/".to_owned()))]
#[case("jwks_uri", |new: &mut NewClient| new.settings.jwks_uri = Some("https://a:b@app.example.org/".to_owned()))]
#[case("jwks_uri", |new: &mut NewClient| new.settings.jwks_uri = Some("file:///etc/passwd".to_owned()))]
#[case("auth_method", |new: &mut NewClient| new.settings.auth_method = Some(ClientAuthMethod::TlsClientAuth.into()))]
#[case("auth_method", |new: &mut NewClient| {
    new.settings.auth_method = Some(ClientAuthMethod::TlsClientAuth.into());
    new.settings.certificate_subject = Some(CertificateSubject::Dns("*.example.org".to_owned()));
})]
#[case("auth_method", |new: &mut NewClient| {
    new.settings.certificate_subject = Some(CertificateSubject::Dn("CN=app".to_owned()));
})]
#[case("auth_method", |new: &mut NewClient| {
    new.settings.auth_method = Some(ClientAuthMethod::SelfSignedTlsClientAuth.into());
})]
#[case("tls_client_certificate_bound_access_tokens", |new: &mut NewClient| {
    new.settings.dpop_bound_access_tokens = Some(true);
    new.settings.certificate_bound_access_tokens = Some(true);
})]
#[case("require_signed_request_object", |new: &mut NewClient| new.settings.require_signed_request_object = Some(true))]
#[case("pkce", |new: &mut NewClient| {
    new.kind = ClientKind::Public;
    new.settings.pkce = Some(PkcePolicy::Auto);
})]
#[case("pkce", |new: &mut NewClient| {
    new.kind = ClientKind::Public;
    new.settings.pkce = Some(PkcePolicy::Optional);
})]
#[case("scope", |new: &mut NewClient| new.settings.scopes = Scope::parse("openid nonsense").ok())]
#[tokio::test]
async fn no_client_may_be_unsafe_or_contradictory(
    #[case] field: &str,
    #[case] spoil: fn(&mut NewClient),
) {
    let world = World::new().await;
    let mut new = web();
    spoil(&mut new);
    match clients::create(&world.op(), new).await {
        Err(AdminError::Invalid { field: found, .. }) => assert_eq!(found, field),
        other => panic!("{other:?}"),
    }
    let all = clients::list(&world.op(), &ClientFilter::default()).await;
    assert!(all.unwrap().is_empty());
    assert!(world.changes(AuditKind::ClientChanged).await.is_empty());
}

/// The key of RFC 8037 appendix A.
fn keys(half: &str) -> String {
    let mut jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "kid": "one",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    if half == "private" {
        jwk["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    }
    json!({ "keys": [jwk] }).to_string()
}

#[tokio::test]
async fn client_with_key_has_no_secret_until_set() {
    let world = World::new().await;
    let mut new = web();
    new.settings.auth_method = Some(ClientAuthMethod::PrivateKeyJwt.into());
    new.settings.jwks = Some(keys("public"));
    let (client, secret) = clients::create(&world.op(), new).await.unwrap();
    assert!(secret.is_none() && client.secret_hash.is_none());
    let address = ClientChange {
        jwks_uri: Some("https://app.example.org/jwks".to_owned()),
        ..ClientChange::default()
    };
    let changed = clients::update(&world.op(), &client.id, address).await;
    let changed = changed.unwrap();
    assert_eq!(changed.jwks, None, "the URI replaces the keys");
    let to_secret = || ClientChange {
        auth_method: Some(ClientAuthMethod::ClientSecretBasic.into()),
        ..ClientChange::default()
    };
    // The client does not use a secret, so none is created.
    let refused = clients::rotate_secret(&world.op(), &client.id, None).await;
    let Err(AdminError::Invalid { field, problem, .. }) = refused else {
        panic!("a client with keys has no secret");
    };
    assert_eq!(field, "client");
    assert!(
        problem.contains("private_key_jwt has no secret"),
        "{problem}"
    );
    let changed = clients::update(&world.op(), &client.id, to_secret()).await;
    assert_eq!(
        changed.unwrap().secret_hash,
        None,
        "no secret has been issued yet"
    );
    let secret = clients::rotate_secret(&world.op(), &client.id, None).await;
    let stored = clients::get(&world.op(), &client.id).await.unwrap();
    assert_eq!(stored.secret_hash, Some(secret.unwrap().hash()));
    let events = repo::audit::list(world.db.read(), None, 100).await.unwrap();
    let logged = events.iter().any(|event| {
        let before = event.detail.get("before");
        before.is_some_and(|before| before["jwks_sha256"].is_string())
    });
    assert!(logged, "the log distinguishes the two key sets: {events:?}");
}

fn uris(uri: &str) -> Vec<String> {
    vec![uri.to_owned()]
}

#[tokio::test]
async fn client_id_is_taken_once() {
    let world = World::new().await;
    let new = || NewClient {
        id: ClientId::parse("web"),
        ..web()
    };
    clients::create(&world.op(), new()).await.unwrap();
    let again = clients::create(&world.op(), new()).await;
    assert!(matches!(again, Err(AdminError::Taken { .. })), "{again:?}");
}

#[tokio::test]
async fn update_changes_given_fields_and_is_validated() {
    let world = World::new().await;
    let (client, _) = clients::create(&world.op(), web()).await.unwrap();
    world.later(5);
    let change = ClientChange {
        name: Some("Renamed".to_owned()),
        disabled: Some(true),
        ..ClientChange::default()
    };
    let changed = clients::update(&world.op(), &client.id, change)
        .await
        .unwrap();
    assert_eq!(changed.name, "Renamed");
    assert_eq!(changed.disabled_at, Some(NOW + 5));
    assert_eq!(changed.updated_at, NOW + 5);
    assert_eq!(changed.redirect_uris, client.redirect_uris);
    let bad = ClientChange {
        redirect_uris: Some(vec!["http://evil.example".to_owned()]),
        ..ClientChange::default()
    };
    assert!(clients::update(&world.op(), &client.id, bad).await.is_err());
    assert_eq!(
        clients::get(&world.op(), &client.id).await.unwrap(),
        changed
    );
}

/// RFC 9068 §5: the `sub` of a client is its id, and must not be that of a user.
#[tokio::test]
async fn no_client_takes_form_of_users_id() {
    let world = World::new().await;
    let person = world.user("alice").await.id.to_string();
    for id in [person.to_uppercase(), person.replace('-', ""), person] {
        let new = NewClient {
            id: ClientId::parse(&id),
            ..web()
        };
        let created = clients::create(&world.op(), new).await;
        let refused = matches!(created, Err(AdminError::Invalid { field: "id", .. }));
        assert!(refused, "{id}: {created:?}");
    }
    let new = NewClient {
        id: ClientId::parse("nightly-report"),
        ..web()
    };
    assert!(clients::create(&world.op(), new).await.is_ok());
}

#[tokio::test]
async fn old_secret_is_kept_until_given_time() {
    let world = World::new().await;
    let (client, first) = clients::create(&world.op(), web()).await.unwrap();
    let until = NOW + 7 * 86_400;
    let rotated = clients::rotate_secret(&world.op(), &client.id, Some(until)).await;
    let second = rotated.unwrap();
    let (stored, uses) = clients::get_with_secret_uses(&world.op(), &client.id)
        .await
        .unwrap();
    assert_eq!(uses, SecretUses::default());
    let former = stored.former_secret.clone().unwrap();
    assert_eq!(former.hash, first.unwrap().hash());
    assert_eq!((former.made_at, former.ends_at), (Some(NOW), until));
    assert_eq!(stored.secret_hash, Some(second.hash()));
    // At most two secrets.
    let third = clients::rotate_secret(&world.op(), &client.id, Some(until)).await;
    let Err(AdminError::Invalid { field, .. }) = third else {
        panic!("a third secret");
    };
    assert_eq!(field, "keep_old_until");
    clients::end_secret(&world.op(), &client.id).await.unwrap();
    let again = clients::end_secret(&world.op(), &client.id).await;
    assert!(matches!(again, Err(AdminError::NoChange(_))));
    // An ended secret needs no end.
    let until = NOW + 60;
    let rotated = clients::rotate_secret(&world.op(), &client.id, Some(until)).await;
    rotated.unwrap();
    world.later(60);
    let late = clients::end_secret(&world.op(), &client.id).await;
    assert!(matches!(late, Err(AdminError::NoChange(_))));
    let changes = world.changes(AuditKind::ClientChanged).await;
    let expected = [
        "created",
        "former secret ended",
        "secret rotated",
        "secret rotated",
    ];
    assert_eq!(changes, expected);
}

/// A private-use scheme without a dot needs the setting; a client that has one can be changed after the
/// setting was removed.
#[tokio::test]
async fn scheme_without_dot_needs_setting() {
    let world = World::new().await;
    let cursor = || {
        let mut new = NewClient::named("Cursor", ClientKind::Public);
        new.settings.redirect_uris = Some(uris("cursor://anysphere.cursor-mcp/oauth/callback"));
        new
    };
    let refused = clients::create(&world.op(), cursor()).await.unwrap_err();
    let text = refused.to_string();
    assert!(
        text.contains("client_registration.redirect_schemes"),
        "{text}"
    );
    let listed = ["cursor".to_owned()];
    let mut allowed = world.op();
    allowed.settings.clients.redirects.schemes = &listed;
    let (client, _) = clients::create(&allowed, cursor()).await.unwrap();
    let renamed = ClientChange {
        name: Some("Editor".to_owned()),
        ..ClientChange::default()
    };
    let client = clients::update(&world.op(), &client.id, renamed).await;
    assert_eq!(client.unwrap().name, "Editor");
    let mut agent = NewClient::named("oidc-agent", ClientKind::Public);
    agent.settings.redirect_uris = Some(uris("edu.kit.data.oidc-agent:/redirect"));
    clients::create(&world.op(), agent).await.unwrap();
}
