//! Tests that a creation with an idempotency key is executed once, despite failures, and that its
//! response is repeated only to a caller who still has the permission
//! (draft-ietf-httpapi-idempotency-key-header-07).

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Member, SubjectKind};
use doorward_domain::secret::{self, KeyPurpose, MasterKey};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, both_backends, rows};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::world::{World, ok, problem};

both_backends!(
    idempotency_key_is_bound_to_organization,
    replay_rechecks_permission,
    secret_is_created_once_per_idempotency_key,
    stored_secret_is_encrypted_under_separate_key,
);

async fn post(world: &World<'_>, who: &str, path: &str, key: &str, body: Option<&Value>) -> Page {
    let fields = [("idempotency-key", key), ("if-match", "*")];
    world.call_with(who, "POST", path, body, &fields).await
}

/// Checks that the same user acting for an organization is a different caller.
async fn idempotency_key_is_bound_to_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let tx = world.db.begin_write().await.unwrap();
    let member = Member {
        user_id: world.people["admin"],
        is_owner: false,
        created_at: stack.clock.now(),
        expires_at: None,
    };
    repo::organizations::put_member(&tx, "acme", &member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (path, body) = ("/api/admin/groups", json!({ "name": "engineering" }));
    let everywhere = ok(&post(&world, "admin", path, "k", Some(&body)).await, 201);
    let inside = ok(
        &post(&world, "admin@acme", path, "k", Some(&body)).await,
        201,
    );
    assert_ne!(everywhere["id"], inside["id"]);
    assert_eq!(inside["organization"], "acme");
    for (who, created) in [("admin", &everywhere), ("admin@acme", &inside)] {
        let again = ok(&post(&world, who, path, "k", Some(&body)).await, 201);
        assert_eq!(&again, created, "{who}");
    }
}

async fn replay_rechecks_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let (path, body) = (
        "/api/admin/clients",
        json!({ "name": "Robot", "kind": "confidential" }),
    );
    let first = ok(&post(&world, "helper", path, "k", Some(&body)).await, 201);
    let again = ok(&post(&world, "helper", path, "k", Some(&body)).await, 201);
    assert_eq!(again, first);
    let tx = world.db.begin_write().await.unwrap();
    let helper = world.id("helper");
    repo::roles::unassign(&tx, SubjectKind::User, &helper, "helper", None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.let_hold("helper", "reader", &["clients:read"]).await;
    let refused = post(&world, "helper", path, "k", Some(&body)).await;
    let error = problem(&refused, 403, "permission-denied");
    assert_eq!(error["missing"], json!(["clients:write"]));
    let secret = first["client_secret"].as_str().unwrap();
    assert!(!refused.text().contains(secret));
}

async fn secret_is_created_once_per_idempotency_key(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/clients/{}/secret", stack.seed.web.id);
    world.token("admin").await;
    let all = join_all((0..16).map(|_| post(&world, "admin", &path, "k", None))).await;
    for page in all.iter().filter(|page| page.status != 200) {
        problem(page, 409, "in-progress");
    }
    let first = ok(&post(&world, "admin", &path, "k", None).await, 200);
    for page in all.iter().filter(|page| page.status == 200) {
        assert_eq!(page.json(), first);
    }
    assert_eq!(rotations(&world).await, 1);
    let other = ok(&post(&world, "admin", &path, "other", None).await, 200);
    assert_ne!(other["client_secret"], first["client_secret"]);
    assert_eq!(rotations(&world).await, 2);
}

async fn stored_secret_is_encrypted_under_separate_key(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/clients/{}/secret", stack.seed.web.id);
    ok(&post(&world, "admin", &path, "k", None).await, 200);
    let column = if stack.storage().identity.starts_with("sqlite:") {
        "hex(key_hash) || ' ' || hex(answer_sealed)"
    } else {
        "encode(key_hash, 'hex') || ' ' || encode(answer_sealed, 'hex')"
    };
    let query = format!("SELECT {column} AS text FROM idempotency_keys");
    let found = rows::query_text(&stack.storage().identity, &query).await;
    let bytes = |text: &str| -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        pairs.map(|pair| byte(pair).unwrap()).collect()
    };
    let (key, sealed) = found[0].split_once(' ').unwrap();
    let (key, sealed) = (bytes(key), bytes(sealed));
    let master = stack.config().secret_key.as_ref().unwrap();
    let master = MasterKey::from_base64(master.expose()).unwrap();
    let opens = |purpose| secret::open(&master.derive(purpose), &sealed, &key).is_ok();
    assert!(opens(KeyPurpose::OnceAnswer));
    assert!(!opens(KeyPurpose::Pagination));
}

async fn rotations(world: &World<'_>) -> usize {
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let rotated = events
        .iter()
        .filter(|event| event.detail.get("change") == Some(&json!("secret rotated")));
    rotated.count()
}
