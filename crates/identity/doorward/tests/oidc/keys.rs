//! Tests that signing key rotation fails no validation: keys are published before use and kept
//! until the last token has expired.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::{Expected, verify_access_token};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::repo;
use doorward_testkit::{Backend, Stack, UserAgent, stack};
use futures_util::future::join_all;

use crate::support::{sign_in, text, tokens};

const DAY: i64 = 86_400;
/// The `max-age` of the JWKS, in seconds: the maximum age of a verifier's copy.
const CACHED_FOR: i64 = 300;
const STEP: i64 = 60;

/// A verifier that keeps its copy of the keys as long as allowed, and never looks up a new `kid`.
struct Verifier {
    keys: KeySet,
    fetched_at: i64,
}

async fn fetch(stack: &Stack) -> Verifier {
    let page = UserAgent::new().get(stack.at("/oauth2/jwks")).await;
    Verifier {
        keys: KeySet::from_jwks(&page.text()).expect("a JWK set"),
        fetched_at: stack.clock.now(),
    }
}

/// Requests each minute.
const LOAD: usize = 4;

/// Makes the tasks API receive access tokens of this algorithm.
async fn choose(stack: &Stack, alg: SigningAlg) {
    let db = stack.db().await;
    let found = repo::resources::find(db.read(), &stack.seed.audience).await;
    let mut resource = found.unwrap().expect("a resource");
    resource.token_signing_alg = alg;
    let tx = db.begin_write().await.unwrap();
    repo::resources::upsert(&tx, &resource).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
}

fn rotation_fails_no_validation(backend: Backend, alg: SigningAlg) {
    let settings = [("DOORWARD__KEYS__ROTATE_AFTER", "1d")];
    stack::run_with(backend, &settings, async |stack: &Stack| {
        choose(stack, alg).await;
        let expected = Expected::new(stack.issuer(), stack.seed.audience.as_str());
        let mut kids = BTreeSet::new();
        let mut live: Vec<(i64, String)> = Vec::new();
        let mut verifier = fetch(stack).await;
        // Two rotations, with a check each minute before and after.
        for _ in 0..2 {
            stack.clock.advance(DAY - 1800);
            live.clear();
            for _ in 0..60 {
                stack.clock.advance(STEP);
                let now = stack.clock.now();
                if now - verifier.fetched_at >= CACHED_FOR {
                    verifier = fetch(stack).await;
                }
                let fields = [
                    ("grant_type", "client_credentials"),
                    ("scope", "tasks:read"),
                ];
                let requests = (0..LOAD).map(|_| stack.token(&stack.seed.service, &fields));
                for page in join_all(requests).await {
                    let token = text(&tokens(&page), "access_token");
                    let header = doorward_testkit::jwt::header(&token);
                    assert_eq!(header["alg"], alg.as_str());
                    kids.insert(header["kid"].to_string());
                    live.push((now + 300, token));
                }
                live.retain(|(end, _)| now < *end);
                let fresh = fetch(stack).await;
                for (_, token) in &live {
                    for keys in [&verifier.keys, &fresh.keys] {
                        let verdict = verify_access_token(token, keys, &expected, now);
                        assert!(verdict.is_ok(), "at {now}: {verdict:?}");
                    }
                }
            }
        }
        assert!(kids.len() >= 2, "no key was changed: {kids:?}");
    });
}

#[test]
fn rotation_of_ps256_fails_no_validation() {
    rotation_fails_no_validation(Backend::SqliteMemory, SigningAlg::Ps256);
}

#[test]
fn rotation_of_es256_fails_no_validation() {
    rotation_fails_no_validation(Backend::PostgresRedis, SigningAlg::Es256);
}

#[test]
fn rotation_of_eddsa_fails_no_validation() {
    rotation_fails_no_validation(Backend::SqliteMemory, SigningAlg::EdDsa);
}

#[test]
fn core_10_1_rotation_fails_no_validation_sqlite_memory() {
    rotation_fails_no_validation(Backend::SqliteMemory, SigningAlg::Rs256);
}

#[test]
fn rotation_fails_no_validation_postgres_redis() {
    rotation_fails_no_validation(Backend::PostgresRedis, SigningAlg::Rs256);
}

#[test]
fn tasks_api_follows_rotation() {
    let settings = [("DOORWARD__KEYS__ROTATE_AFTER", "1d")];
    stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        let agent = UserAgent::new();
        for _ in 0..3 {
            let json = sign_in(stack, &stack.seed.trusted, "openid tasks:read").await;
            let request = agent.http().get(stack.at_tasks("/api/tasks/"));
            let page = agent
                .send(request.bearer_auth(text(&json, "access_token")))
                .await;
            assert_eq!(page.status, 200, "{}", page.dump());
            // Long enough for the next key to be published, then to sign.
            stack.clock.advance(DAY - 300);
            fetch(stack).await;
            stack.clock.advance(900);
        }
    });
}
