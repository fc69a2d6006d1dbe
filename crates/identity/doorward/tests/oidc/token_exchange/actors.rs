//! Tests of actors in exchanged tokens, and of the events that end these tokens.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, Client};
use doorward_protocol::token::ACCESS_TOKEN_TYPE;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, flows, jwt, seed};
use serde_json::{Value, json};

use super::{SCOPE, ask, claims, exchanged, gateway, kept, open, subject};
use crate::organization;
use crate::support::{assert_oauth_error, is_active, sign_in, text, tokens};
use crate::support_dpop::{self, Prover};

flows!(
    section_4_1_actors_are_nested,
    section_4_4_only_named_actor_exchanges,
    impersonation_requires_permission,
    oa_10_ended_subject_grant_ends_exchanged_token,
    oa_22_exchange_adds_no_entitlements_for_any_role,
    exchanged_token_stays_in_organization,
    client_credentials_token_is_exchanged,
    rfc_9449_7_exchange_of_bound_token_requires_proof,
    rfc_9449_7_bound_actor_token_requires_proof,
    core_8_exchanged_token_keeps_pairwise_subject,
);

async fn section_4_1_actors_are_nested(stack: &Stack) {
    open(stack).await;
    let service = gateway(stack);
    let first = exchanged(stack, &subject(stack).await, &[]).await;
    let token = text(&first, "access_token");
    let second = exchanged(stack, &token, &[]).await;
    let chain = json!({ "sub": service.id, "act": { "sub": service.id } });
    assert_eq!(claims(&second)["act"], chain);
    // A user of the service is the actor: bob, for alice.
    let request = Authorization::new(stack.issuer(), service);
    let request = request.with("scope", "openid tasks:read");
    let agent = UserAgent::new();
    let code = request.complete(&agent, "bob").await.code();
    let bob = text(
        &tokens(&stack.exchange(service, &code).await),
        "access_token",
    );
    stack.clock.advance(10);
    let alice = subject(stack).await;
    let actor = [
        ("actor_token", bob.as_str()),
        ("actor_token_type", ACCESS_TOKEN_TYPE),
    ];
    let json = exchanged(stack, &alice, &actor).await;
    assert_eq!(
        claims(&json)["act"],
        json!({ "sub": jwt::claims(&bob)["sub"] })
    );
    assert_eq!(claims(&json)["sub"], jwt::claims(&alice)["sub"]);
    // It expires with the first of both tokens.
    assert_eq!(claims(&json)["exp"], jwt::claims(&bob)["exp"]);
    // An actor cannot have an actor.
    let acting = text(&exchanged(stack, &bob, &[]).await, "access_token");
    let actor = [
        ("actor_token", acting.as_str()),
        ("actor_token_type", ACCESS_TOKEN_TYPE),
    ];
    let page = ask(stack, service, &alice, &actor).await;
    assert_oauth_error(&page, 400, "invalid_request");
    stack.disable_user("bob").await;
    let actor = [
        ("actor_token", bob.as_str()),
        ("actor_token_type", ACCESS_TOKEN_TYPE),
    ];
    let page = ask(stack, service, &alice, &actor).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn section_4_4_only_named_actor_exchanges(stack: &Stack) {
    open(stack).await;
    let service = gateway(stack);
    let token = subject(stack).await;
    let other = kept(stack, &token, |claims| {
        claims["may_act"] = json!({ "sub": "somebody-else" });
    });
    let page = ask(stack, service, &other.await, &[]).await;
    assert_oauth_error(&page, 400, "invalid_request");
    let own = kept(stack, &token, |claims| {
        claims["may_act"] = json!({ "sub": service.id });
    });
    let json = exchanged(stack, &own.await, &[]).await;
    // The new token keeps the claim.
    assert_eq!(claims(&json)["may_act"], json!({ "sub": service.id }));
}

async fn impersonation_requires_permission(stack: &Stack) {
    open(stack).await;
    let token = subject(stack).await;
    assert!(claims(&exchanged(stack, &token, &[]).await)["act"].is_object());
    let allow = |client: &mut Client| client.exchange.impersonation = true;
    stack.change_client(&gateway(stack).id, allow).await;
    let json = exchanged(stack, &token, &[]).await;
    assert!(claims(&json).get("act").is_none(), "{json}");
    // The audit log contains the exchanges.
    let events = stack.audited(AuditKind::TokenExchanged).await;
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(event.actor.as_deref(), Some(gateway(stack).id.as_str()));
    }
}

async fn oa_10_ended_subject_grant_ends_exchanged_token(stack: &Stack) {
    open(stack).await;
    let service = gateway(stack);
    let online = "openid tasks:read";
    let reject = async |token: &str, derived: &str| {
        let page = ask(stack, service, token, &[]).await;
        assert_oauth_error(&page, 400, "invalid_request");
        assert!(!is_active(stack, service, derived).await);
    };
    let fresh = async |client: &TestClient, scope: &str| {
        let token = text(&sign_in(stack, client, scope).await, "access_token");
        let derived = text(&exchanged(stack, &token, &[]).await, "access_token");
        assert!(is_active(stack, service, &derived).await);
        (token, derived)
    };
    let (token, derived) = fresh(&stack.seed.trusted, online).await;
    stack.end_sessions("alice").await;
    reject(&token, &derived).await;
    let json = sign_in(stack, &stack.seed.trusted, SCOPE).await;
    let token = text(&json, "access_token");
    let derived = text(&exchanged(stack, &token, &[]).await, "access_token");
    let fields = [("token", json["refresh_token"].as_str().unwrap())];
    stack
        .as_client("/oauth2/revoke", &stack.seed.trusted, &fields)
        .await;
    reject(&token, &derived).await;
    // The client that the user consented to is disabled.
    let (token, derived) = fresh(&stack.seed.trusted, SCOPE).await;
    stack.disable_client(&stack.seed.trusted.id).await;
    reject(&token, &derived).await;
    // The service requires more factors than the user's authentication has.
    let (token, derived) = fresh(&stack.seed.web, SCOPE).await;
    let demand = |client: &mut Client| client.require_mfa = true;
    stack.change_client(&service.id, demand).await;
    reject(&token, &derived).await;
    stack
        .change_client(&service.id, |client| client.require_mfa = false)
        .await;
    stack.disable_user("alice").await;
    reject(&token, &derived).await;
    stack.disable_client(&service.id).await;
    assert_oauth_error(
        &ask(stack, service, &token, &[]).await,
        401,
        "invalid_client",
    );
}

/// Checks for each role that the exchanged token has no role or entitlement that its subject lacks.
async fn oa_22_exchange_adds_no_entitlements_for_any_role(stack: &Stack) {
    open(stack).await;
    for (name, role) in seed::USERS {
        let scope = "openid tasks:read tasks:write tasks:delete tasks:read_all tasks:delete_all";
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        let request = request.with("scope", scope);
        let agent = UserAgent::new();
        let code = request.complete(&agent, name).await.code();
        let json = tokens(&stack.exchange(&stack.seed.trusted, &code).await);
        let token = text(&json, "access_token");
        let (before, after) = (
            jwt::claims(&token),
            claims(&exchanged(stack, &token, &[]).await),
        );
        assert_eq!(before["roles"], json!([role]));
        for list in ["roles", "groups", "entitlements"] {
            let all = |claims: &Value| claims[list].as_array().cloned().unwrap_or_default();
            let (less, more) = (all(&after), all(&before));
            assert!(
                less.iter().all(|one| more.contains(one)),
                "{name}: {less:?} {more:?}"
            );
        }
        let words = |claims: &Value| text(claims, "scope");
        let (less, more) = (words(&after), words(&before));
        assert!(
            less.split(' ')
                .all(|one| more.split(' ').any(|own| own == one))
        );
    }
}

async fn exchanged_token_stays_in_organization(stack: &Stack) {
    open(stack).await;
    organization::seed(stack).await;
    let token = text(&organization::sign_in(stack, "acme").await, "access_token");
    let before = jwt::claims(&token);
    let json = exchanged(stack, &token, &[("organization", "zeta")]).await;
    assert_eq!(claims(&json)["org"], "acme");
    assert_eq!(claims(&json)["roles"], before["roles"]);
    let plain = exchanged(stack, &subject(stack).await, &[]).await;
    assert_eq!(claims(&plain).get("org"), None);
}

async fn client_credentials_token_is_exchanged(stack: &Stack) {
    open(stack).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read tasks:write"),
    ];
    let json = tokens(&stack.token(&stack.seed.service, &fields).await);
    let token = text(&json, "access_token");
    let json = exchanged(stack, &token, &[("scope", "tasks:read")]).await;
    let after = claims(&json);
    assert_eq!(after["sub"], stack.seed.service.id.as_str());
    assert_eq!(after["client_id"], gateway(stack).id.as_str());
    assert_eq!(after["act"], json!({ "sub": gateway(stack).id }));
    assert_eq!(after["roles"], json!(["manager"]));
    let derived = text(&json, "access_token");
    assert!(is_active(stack, gateway(stack), &derived).await);
    stack.disable_client(&stack.seed.service.id).await;
    assert!(!is_active(stack, gateway(stack), &derived).await);
    let page = ask(stack, gateway(stack), &token, &[]).await;
    assert_oauth_error(&page, 400, "invalid_request");
    assert!(after["exp"].as_i64().unwrap() > stack.clock.now());
}

/// Exchanges a token with these proofs.
async fn ask_with(stack: &Stack, fields: &[(&str, &str)], proofs: &[&str]) -> Page {
    let own = [
        ("grant_type", super::GRANT),
        ("subject_token_type", ACCESS_TOKEN_TYPE),
    ];
    let fields = [&own[..], fields].concat();
    support_dpop::token(stack, gateway(stack), &fields, proofs).await
}

async fn rfc_9449_7_exchange_of_bound_token_requires_proof(stack: &Stack) {
    open(stack).await;
    let token = subject(stack).await;
    let (prover, thief) = (Prover::new(), Prover::new());
    let jkt = json!({ "jkt": prover.jkt() });
    let bound = kept(stack, &token, |claims| claims["cnf"] = jkt).await;
    let fields = [("subject_token", bound.as_str())];
    for proofs in [vec![], vec![thief.for_token(stack)]] {
        let proofs: Vec<_> = proofs.iter().map(String::as_str).collect();
        let page = ask_with(stack, &fields, &proofs).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    let page = ask_with(stack, &fields, &[&prover.for_token(stack)]).await;
    let json = tokens(&page);
    // The new token is bound to the same key.
    assert_eq!(json["token_type"], "DPoP");
    assert_eq!(claims(&json)["cnf"], json!({ "jkt": prover.jkt() }));
    // A confirmation method without a proof in the request is rejected, whatever else is sent (RFC
    // 7800 §3.1).
    for cnf in [
        json!({ "x5t#S256": "thumbprint" }),
        json!({ "jkt": prover.jkt(), "x5t#S256": "thumbprint" }),
    ] {
        let bound = kept(stack, &token, |claims| claims["cnf"] = cnf).await;
        let fields = [("subject_token", bound.as_str())];
        let page = ask_with(stack, &fields, &[&prover.for_token(stack)]).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
}

async fn rfc_9449_7_bound_actor_token_requires_proof(stack: &Stack) {
    open(stack).await;
    let service = gateway(stack);
    let request = Authorization::new(stack.issuer(), service).with("scope", "openid tasks:read");
    let code = request.complete(&UserAgent::new(), "bob").await.code();
    let prover = Prover::new();
    let proof = prover.for_token(stack);
    let bob = tokens(&support_dpop::redeem(stack, service, &code, &[&proof]).await);
    let (alice, bob) = (subject(stack).await, text(&bob, "access_token"));
    let fields = [
        ("subject_token", alice.as_str()),
        ("actor_token", bob.as_str()),
        ("actor_token_type", ACCESS_TOKEN_TYPE),
    ];
    let page = ask_with(stack, &fields, &[]).await;
    assert_oauth_error(&page, 400, "invalid_request");
    let json = tokens(&ask_with(stack, &fields, &[&prover.for_token(stack)]).await);
    assert_eq!(claims(&json)["act"]["sub"], jwt::claims(&bob)["sub"]);
    assert_eq!(claims(&json)["sub"], jwt::claims(&alice)["sub"]);
}

/// Checks that neither an exchange nor its introspection reveals the user's subject at another
/// client.
async fn core_8_exchanged_token_keeps_pairwise_subject(stack: &Stack) {
    open(stack).await;
    let usual = text(&jwt::claims(&subject(stack).await), "sub");
    let sector = Some("app.example".to_owned());
    let trusted = &stack.seed.trusted.id;
    stack
        .change_client(trusted, |client| client.pairwise_sector = sector)
        .await;
    let token = subject(stack).await;
    let own = text(&jwt::claims(&token), "sub");
    assert_ne!(own, usual);
    let json = exchanged(stack, &token, &[]).await;
    assert_eq!(claims(&json)["sub"], own);
    // The audit log has the user's ID.
    let [event] = &stack.audited(AuditKind::TokenExchanged).await[..] else {
        panic!("one event");
    };
    assert_eq!(event.subject.as_deref(), Some(usual.as_str()));
    // Nor does a second exchange by the same service.
    let again = exchanged(stack, &text(&json, "access_token"), &[]).await;
    assert_eq!(claims(&again)["sub"], own);
    for token in [token, text(&json, "access_token")] {
        let fields = [("token", token.as_str())];
        let page = stack
            .as_client("/oauth2/introspect", gateway(stack), &fields)
            .await;
        let received = page.json();
        assert_eq!(
            (&received["active"], &received["sub"]),
            (&json!(true), &json!(own))
        );
        assert!(!page.dump().contains(&usual), "{}", page.dump());
        assert_eq!(received.get("username"), None);
    }
}
