//! Clients: only an administrator changes first-party clients and clients that may introspect tokens, and a scope with
//! permissions needs these.

use doorward_domain::model::{Consent, ConsentId};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_rules::delegation::DelegationRule::{MorePowerful, MoreThanHeld, NeedsPermission};

use super::*;
use crate::testing::AUDIENCE;

async fn service_without_role(company: &Company) -> ClientId {
    let body = json!({
        "name": "Service", "kind": "confidential", "grant_types": ["client_credentials"],
        "scope": "tasks:read tasks:read_all",
    });
    company.create_client("admin", body).await.unwrap()
}

/// Registers a service with the role `manager`.
pub(super) async fn service(company: &Company) -> ClientId {
    let id = service_without_role(company).await;
    let name = id.to_string();
    company
        .grant(SubjectKind::Client, &name, "manager", None)
        .await;
    id
}

fn app(more: &Value) -> Value {
    let mut body = json!({
        "name": "Mine", "kind": "confidential", "redirect_uris": ["https://evil.example/cb"],
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn rejects_scopes_beyond_own_permissions() {
    let company = Company::new().await;
    let managed = service(&company).await;
    denied(
        company.rotate_secret("helper", &managed).await,
        MorePowerful,
    );
    let service = service_without_role(&company).await;
    let strong = json!({ "name": "Robot", "kind": "confidential", "scope": "tasks:read_all" });
    denied(company.create_client("helper", strong).await, MoreThanHeld);
    denied(
        company.rotate_secret("helper", &service).await,
        MoreThanHeld,
    );
    let wider = json!({ "scope": "tasks:read tasks:delete_all" });
    denied(
        company.change_client("helper", &service, wider).await,
        MoreThanHeld,
    );
    let name = json!({ "name": "Mine" });
    denied(
        company.change_client("alice", &service, name).await,
        NeedsPermission,
    );
}

/// Checks that redirect URIs, secret and name of a console with the scope `admin` are protected.
#[tokio::test]
async fn first_party_client_settings_are_protected() {
    let company = Company::new().await;
    let console = json!({ "first_party": true, "scope": "openid admin" });
    let console = company.create_client("admin", app(&console)).await.unwrap();
    for body in [
        json!({ "redirect_uris": ["https://evil.example/cb2"] }),
        json!({ "post_logout_redirect_uris": ["https://evil.example/bye"] }),
        json!({ "scope": "openid" }),
        json!({ "first_party": false }),
        json!({ "name": "Mine" }),
    ] {
        denied(
            company.change_client("helper", &console, body).await,
            MoreThanHeld,
        );
    }
    denied(
        company.rotate_secret("helper", &console).await,
        MoreThanHeld,
    );
    denied(
        company.delete_client("helper", &console).await,
        MoreThanHeld,
    );
    // A first-party client is protected as well: it needs no consent.
    let plain = app(&json!({ "first_party": true }));
    let plain = company.create_client("admin", plain).await.unwrap();
    let uris = || json!({ "redirect_uris": ["https://trusted.example/new"] });
    denied(
        company.change_client("helper", &plain, uris()).await,
        MoreThanHeld,
    );
    let moved = company
        .change_client("admin", &console, uris())
        .await
        .unwrap();
    assert_eq!(moved.redirect_uris, ["https://trusted.example/new"]);
}

#[tokio::test]
async fn client_cannot_become_first_party() {
    let company = Company::new().await;
    for more in [
        json!({ "first_party": true }),
        json!({ "scope": "openid admin" }),
        json!({ "first_party": true, "scope": "openid admin" }),
    ] {
        denied(
            company.create_client("helper", app(&more)).await,
            MoreThanHeld,
        );
        company.create_client("admin", app(&more)).await.unwrap();
    }
    let robot = json!({ "name": "Robot", "kind": "confidential", "scope": "admin" });
    denied(company.create_client("helper", robot).await, MoreThanHeld);
    let own = app(&json!({ "name": "Own" }));
    let own = company.create_client("helper", own).await.unwrap();
    for body in [
        json!({ "first_party": true }),
        json!({ "scope": "openid admin" }),
    ] {
        denied(
            company.change_client("helper", &own, body).await,
            MoreThanHeld,
        );
    }
    let uris = json!({ "redirect_uris": ["https://mine.example/cb"] });
    company.change_client("helper", &own, uris).await.unwrap();
}

/// Checks that resource servers are protected, because they may introspect tokens (RFC 7662 §2.2).
#[tokio::test]
async fn introspection_right_requires_administrator() {
    let company = Company::new().await;
    // A client is the resource server of the resource with its ID as the identifier.
    let named = || json!({ "id": AUDIENCE, "name": "Tasks", "kind": "confidential" });
    denied(company.create_client("helper", named()).await, MoreThanHeld);
    let server = company.create_client("admin", named()).await.unwrap();
    denied(company.rotate_secret("helper", &server).await, MoreThanHeld);
}

/// Checks that an administrator with fewer permissions cannot change the redirect URIs of a client
/// with consents: the users would not be asked again.
#[tokio::test]
async fn redirect_uris_of_trusted_client_need_administrator() {
    const OWN: &str = "https://app.example/cb";
    let company = Company::new().await;
    let own = app(&json!({ "redirect_uris": [OWN] }));
    let id = company.create_client("admin", own).await.unwrap();
    let uris = |more: &[&str]| {
        let all = [&[OWN], more].concat();
        json!({ "redirect_uris": all })
    };
    let change = async |who: &str, more: &[&str]| company.change_client(who, &id, uris(more)).await;
    let elsewhere = "https://evil.example/cb";
    // No consent exists yet.
    change("helper", &[elsewhere]).await.unwrap();
    change("helper", &[]).await.unwrap();
    consent(&company, &id).await;
    for uri in [elsewhere, "com.evil.app:/cb", "http://127.0.0.1/cb"] {
        denied(change("helper", &[uri]).await, MoreThanHeld);
    }
    change("helper", &["https://app.example/another/path"])
        .await
        .unwrap();
    change("helper", &[]).await.unwrap();
    change("admin", &[elsewhere]).await.unwrap();
    // Removing a redirect URI is not a redirect change.
    change("helper", &[]).await.unwrap();
    let tx = company.world.db.begin_write().await.unwrap();
    let (alice, now) = (company.users["alice"], company.now());
    assert!(repo::consents::revoke(&tx, alice, &id, now).await.unwrap());
    tx.commit().await.unwrap();
    change("helper", &[elsewhere]).await.unwrap();
}

async fn consent(company: &Company, client: &ClientId) {
    let now = company.now();
    let consent = Consent {
        id: ConsentId::generate(now, &mut Random::default().rng()),
        user_id: company.users["alice"],
        client_id: client.clone(),
        scope: ["openid"].into_iter().collect(),
        declined: Scope::default(),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        granted_at: now,
        expires_at: None,
        revoked_at: None,
    };
    let tx = company.world.db.begin_write().await.unwrap();
    repo::consents::upsert(&tx, &consent).await.unwrap();
    tx.commit().await.unwrap();
}

/// Checks that no client ID equals a user ID (RFC 9068 §5).
#[tokio::test]
async fn client_id_cannot_equal_user_id() {
    let company = Company::new().await;
    let id = company.users["alice"].to_string();
    for name in [
        id.clone(),
        id.to_uppercase(),
        id.replace('-', ""),
        format!("urn:uuid:{id}"),
        "0190f6a0-0000-7000-8000-000000000000".to_owned(),
    ] {
        let body = json!({ "id": name, "name": "Robot", "kind": "confidential" });
        let created = company.create_client("admin", body).await;
        let is_id = matches!(created, Err(AdminError::Invalid { field: "id", .. }));
        assert!(is_id, "{name}: {created:?}");
    }
}
