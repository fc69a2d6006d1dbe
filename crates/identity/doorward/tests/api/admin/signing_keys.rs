//! Tests of managing signing keys by the API: a new key is published before it signs, and a
//! withdrawn key is rejected at once.

use doorward_access::clock::Clock as _;
use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::{Expected, verify_access_token};
use doorward_domain::model::{AuditKind, SubjectKind};
use doorward_testkit::{Stack, UserAgent, both_backends, flows, jwt};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok, problem};
use crate::support::sign_in;

both_backends!(of_16_concurrent_rotations_only_first_succeeds,);
flows!(
    new_key_is_published_before_it_signs,
    each_algorithm_rotates_alone,
    rotation_with_idempotency_key_happens_once,
    retired_key_signs_no_tokens_and_still_verifies,
    withdrawn_key_is_rejected,
    keys_require_global_key_permission,
);

const KEYS: &str = "/api/admin/keys";
const ROTATE: &str = "/api/admin/keys/rotate";
/// `keys.publish_lead`, in seconds.
const LEAD: i64 = 600;

async fn jwks(stack: &Stack) -> KeySet {
    let page = UserAgent::new().get(stack.at("/oauth2/jwks")).await;
    KeySet::from_jwks(&page.text()).unwrap()
}

/// Returns a token of the service, and the ID of its signing key.
async fn token(stack: &Stack) -> (String, String) {
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    let page = stack.token(&stack.seed.service, &fields).await;
    let token = ok(&page, 200)["access_token"].as_str().unwrap().to_owned();
    let kid = jwt::header(&token)["kid"].as_str().unwrap().to_owned();
    (token, kid)
}

async fn verifies(stack: &Stack, token: &str) -> bool {
    let expected = Expected::new(stack.issuer(), stack.seed.audience.as_str());
    verify_access_token(token, &jwks(stack).await, &expected, stack.clock.now()).is_ok()
}

async fn rotate(world: &World<'_>) -> Value {
    let page = world.call("admin", "POST", ROTATE, None).await;
    let key = ok(&page, 201);
    let place = format!("{KEYS}/{}", key["kid"].as_str().unwrap());
    assert_eq!(page.header("location"), Some(place.as_str()));
    let read = world.call("admin", "GET", &place, None).await;
    assert_eq!(ok(&read, 200), key);
    key
}

async fn retire(world: &World<'_>, kid: &str, body: Option<&Value>) -> doorward_testkit::Page {
    let path = format!("{KEYS}/{kid}/retire");
    world.call("admin", "POST", &path, body).await
}

/// Returns the administrator's key changes in the audit log, newest first.
async fn done(world: &World<'_>) -> Vec<String> {
    let events = world.stack.audited(AuditKind::KeyChanged).await;
    let own = events
        .into_iter()
        .filter(|event| event.actor == Some(world.id("admin")));
    own.map(|event| event.detail["change"].as_str().unwrap().to_owned())
        .collect()
}

/// Returns the keys of an algorithm.
async fn keys_of(world: &World<'_>, alg: &str) -> Vec<Value> {
    let list = ok(&world.call("admin", "GET", KEYS, None).await, 200);
    let all = list["items"].as_array().unwrap().iter();
    all.filter(|key| key["algorithm"] == alg).cloned().collect()
}

async fn each_algorithm_rotates_alone(stack: &Stack) {
    let world = World::new(stack).await;
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        let body = json!({ "algorithm": alg });
        let rotate = async || world.call("admin", "POST", ROTATE, Some(&body)).await;
        let key = ok(&rotate().await, 201);
        assert_eq!(
            (&key["algorithm"], &key["state"]),
            (&json!(alg), &json!("waiting"))
        );
        problem(&rotate().await, 409, "already-done");
        let states = keys_of(&world, alg).await;
        assert_eq!(states.len(), 2, "{states:?}");
    }
    for wrong in ["none", "HS256", "rs256"] {
        let body = json!({ "algorithm": wrong });
        let page = world.call("admin", "POST", ROTATE, Some(&body)).await;
        problem(&page, 400, "invalid-input");
    }
    assert_eq!(done(&world).await, ["rotated"; 4]);
}

async fn new_key_is_published_before_it_signs(stack: &Stack) {
    let world = World::new(stack).await;
    let (_, first) = token(stack).await;
    let new = rotate(&world).await;
    let second = new["kid"].as_str().unwrap();
    assert_eq!(new["state"], "waiting");
    assert!(!new.to_string().contains("private"), "{new}");
    let published = jwks(stack).await;
    assert!(published.contains(&first) && published.contains(second));
    problem(
        &world.call("admin", "POST", ROTATE, None).await,
        409,
        "already-done",
    );
    stack.clock.advance(LEAD - 1);
    let (old, kid) = token(stack).await;
    assert_eq!(kid, first);
    stack.clock.advance(1);
    let (new, kid) = token(stack).await;
    assert_eq!(kid, second);
    assert!(verifies(stack, &old).await && verifies(stack, &new).await);
    world.forget_tokens();
    let mut states = keys_of(&world, "RS256").await;
    states.sort_by_key(|key| key["state"].as_str().unwrap().to_owned());
    assert_eq!(
        states.iter().map(|key| &key["state"]).collect::<Vec<_>>(),
        ["retired", "signing"]
    );
    assert!(states[0]["retired_at"].is_string());
    assert_eq!(done(&world).await, ["rotated"]);
}

async fn of_16_concurrent_rotations_only_first_succeeds(stack: &Stack) {
    let world = World::new(stack).await;
    world.token("admin").await;
    let all = join_all((0..16).map(|_| world.call("admin", "POST", ROTATE, None))).await;
    let (created, refused): (Vec<_>, Vec<_>) = all.iter().partition(|page| page.status == 201);
    assert_eq!(
        created.len(),
        1,
        "{:?}",
        all.iter().map(|p| p.status).collect::<Vec<_>>()
    );
    for page in refused {
        problem(page, 409, "already-done");
    }
    assert_eq!(keys_of(&world, "RS256").await.len(), 2);
    assert_eq!(done(&world).await, ["rotated"]);
}

async fn rotation_with_idempotency_key_happens_once(stack: &Stack) {
    let world = World::new(stack).await;
    let fields = [("idempotency-key", "friday")];
    let first = world
        .call_with("admin", "POST", ROTATE, None, &fields)
        .await;
    let again = world
        .call_with("admin", "POST", ROTATE, None, &fields)
        .await;
    assert_eq!(ok(&first, 201), ok(&again, 201));
    assert_eq!(done(&world).await, ["rotated"]);
}

async fn retired_key_signs_no_tokens_and_still_verifies(stack: &Stack) {
    let world = World::new(stack).await;
    let (old, first) = token(stack).await;
    let page = retire(&world, &first, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    // No next key was published, so a new one was created.
    let (new, second) = token(stack).await;
    assert_ne!(first, second);
    assert!(verifies(stack, &old).await && verifies(stack, &new).await);
    problem(&retire(&world, &first, None).await, 409, "already-done");
    let page = retire(&world, &second, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(verifies(stack, &new).await);
    assert_ne!(token(stack).await.1, second);
    problem(&retire(&world, "none", None).await, 404, "not-found");
    let wrong = json!({ "compromised": "no" });
    let received = problem(
        &retire(&world, &first, Some(&wrong)).await,
        400,
        "invalid-input",
    );
    assert_eq!(received["errors"][0]["field"], "compromised");
    assert_eq!(done(&world).await, ["retired", "retired"]);
}

async fn withdrawn_key_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let tokens = sign_in(stack, "alice").await;
    let agent = UserAgent::new();
    let tasks = async |token: &str| {
        let request = agent.http().get(stack.at_tasks("/api/tasks/"));
        agent.send(request.bearer_auth(token)).await.status
    };
    assert_eq!(tasks(&tokens.access).await, 200);
    let (old, first) = token(stack).await;
    let removed = json!({ "compromised": true });
    let page = retire(&world, &first, Some(&removed)).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(!jwks(stack).await.contains(&first));
    assert!(!verifies(stack, &old).await);
    // This server rejects all of the key's tokens at once, also that of the administrator who
    // withdrew it.
    let page = world.call("admin", "GET", KEYS, None).await;
    problem(&page, 401, "invalid-token");
    let server = &stack.seed.tasks_api;
    let page = stack
        .as_client("/oauth2/introspect", server, &[("token", &tokens.access)])
        .await;
    assert_eq!(ok(&page, 200)["active"], json!(false));
    // A resource server has the key cached; the first token of the next key makes it fetch the keys
    // again.
    let new = sign_in(stack, "alice").await;
    assert_eq!(tasks(&new.access).await, 200);
    assert_eq!(tasks(&tokens.access).await, 401);
    world.forget_tokens();
    assert_eq!(done(&world).await, ["withdrawn"]);
    // Sessions and refresh tokens are not affected.
    let page = crate::support::refresh(stack, &tokens.refresh).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn keys_require_global_key_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let (_, kid) = token(stack).await;
    world.let_hold("alice", "reader", &["keys:read"]).await;
    // An administrator with all permissions in one organization.
    world
        .assign(SubjectKind::User, &world.id("mona"), "admin", Some("acme"))
        .await;
    let retire = format!("{KEYS}/{kid}/retire");
    let attempts = [
        ("POST", ROTATE, None),
        ("POST", retire.as_str(), None),
        (
            "POST",
            retire.as_str(),
            Some(json!({ "compromised": true })),
        ),
    ];
    for request in attempts {
        for (who, rule) in [
            ("helper", "needs_permission"),
            ("alice", "needs_permission"),
            ("mona@acme", "needs_every_organization"),
        ] {
            denied(&world, who, request.clone(), rule).await;
        }
    }
    assert_eq!(token(stack).await.1, kid);
    assert_eq!(done(&world).await, Vec::<String>::new());
}
