//! Revocations that the issuer reports.

use doorward_access::signals::{
    Revocation, RevokedBecause, Signals, SignalsClient, Target, WhenCut,
};
use doorward_resource_server::explain;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, NOW, header, problem};

fn signals(when_cut: WhenCut) -> Signals {
    let client = SignalsClient {
        client_id: "tasks-api".to_owned(),
        client_secret: "a secret".to_owned(),
    };
    Signals::with(client, when_cut, 30, 3600)
}

#[actix_web::test]
async fn revoked_token_is_rejected_with_its_reason() {
    let signals = signals(WhenCut::Continue);
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.signals = Some(signals.clone());
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    assert_eq!(alice.get("/api/tasks/").await.status(), 200);
    let revocation = Revocation {
        target: Target::Subject("alice".to_owned()),
        at: u32::try_from(NOW).unwrap(),
        because: RevokedBecause::RolesReduced,
        kept: None,
    };
    signals.record(&revocation, NOW);
    // The token was verified and cached.
    let refused = alice.get("/api/tasks/").await;
    let challenge = header(&refused, "www-authenticate").to_owned();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("error_description=\"roles were reduced\""));
    let refused = problem(refused, 401).await;
    assert_eq!(refused["type"], "urn:doorward:problem:invalid-token");
    assert_eq!(refused["detail"], "roles were reduced");
    let id = refused["decision_id"].as_str().unwrap().parse().unwrap();
    let explained = explain::decision(&fixture.database.url(), id).await;
    let explained = explained.unwrap().unwrap();
    assert_eq!(
        explained["decided_by"],
        json!([{"rule": "token", "because": "roles were reduced"}])
    );
    let bob = fixture.person("bob", DEVELOPER);
    assert_eq!(bob.get("/api/tasks/").await.status(), 200);
    // The issuer of the tests reports nothing, and the server goes on.
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert!(["behind", "not offered"].contains(&ready["signals"].as_str().unwrap()));
    assert_eq!(ready["signals_age"], Value::Null);
    assert_eq!(ready["status"], "ok");
}

#[actix_web::test]
async fn unknown_revocations_may_reject_all_tokens() {
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.signals = Some(signals(WhenCut::Reject));
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    let refused = alice.get("/api/tasks/").await;
    assert_eq!(header(&refused, "retry-after"), "1");
    problem(refused, 503).await;
}
