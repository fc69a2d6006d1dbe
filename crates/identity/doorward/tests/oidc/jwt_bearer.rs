//! Tests of the JWT bearer grant (RFC 7523 §2.1 and §3, RFC 7521 §4.1 and §5.2): an external issuer
//! asserts a user, within the limits of the operator's file.

use std::sync::atomic::{AtomicU32, Ordering};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, Client};
use doorward_protocol::token::{ACCESS_TOKEN_TYPE, GrantType};
use doorward_store::repo;
use doorward_testkit::{Backend, Page, Stack, TestClient, UserAgent, jwt, stack};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{assert_oauth_error, is_active, text, tokens, userinfo};
use crate::support_keys::{KeyServer, TestKey};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CI: &str = "https://ci.example";
const REPORTS: &str = "https://reports.example/api";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A stack with an issuer that it trusts.
struct World<'a> {
    stack: &'a Stack,
    directory: &'a TempDir,
    key: TestKey,
    alice: String,
}

/// Creates two tests of each check, one for each kind of database, with a separate issuer file.
macro_rules! on_both {
    ($($check:ident),+ $(,)?) => { $(mod $check {
        use doorward_testkit::Backend;

        #[test]
        fn sqlite_memory() {
            super::run(Backend::SqliteMemory, super::$check);
        }

        #[test]
        fn postgres_redis() {
            super::run(Backend::PostgresRedis, super::$check);
        }
    })+ };
}

on_both!(
    section_2_1_assertion_is_exchanged_for_token,
    section_3_each_wrong_claim_is_invalid_grant,
    section_3_foreign_or_unsigned_signature_is_invalid_grant,
    section_3_7_assertion_is_used_once_among_32_in_parallel,
    section_2_1_scope_and_audience_need_client_and_issuer,
    rfc_6749_5_2_only_client_with_grant_sends_assertions,
    user_is_found_by_link_and_never_by_address,
    fe_4_disabled_issuer_is_untrusted_immediately,
    oa_10_disabled_user_or_missing_factor_ends_grant,
    keys_are_fetched_from_issuers_address,
    broken_trust_file_rejects_all_issuers,
);

fn run(backend: Backend, check: impl AsyncFnOnce(&World<'_>)) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("issuers.toml");
    let settings = [
        (
            "DOORWARD__AUTHORIZATION__TRUSTED_ISSUERS",
            path.to_str().unwrap(),
        ),
        ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ];
    std::fs::write(&path, "").unwrap();
    stack::run_with(backend, &settings, async |stack: &Stack| {
        let db = stack.db().await;
        let alice = repo::users::find_by_identifier(db.read(), "alice").await;
        let world = World {
            stack,
            directory: &directory,
            key: TestKey::new("ES256", "one"),
            alice: alice.unwrap().unwrap().id.to_string(),
        };
        world.trust(&world.entry("")).await;
        let allow = |client: &mut Client| client.grant_types.push(GrantType::JwtBearer);
        stack.change_client(&world.client().id, allow).await;
        check(&world).await;
    });
}

impl World<'_> {
    fn client(&self) -> &TestClient {
        &self.stack.seed.service
    }

    /// Returns a valid entry of the file, with more lines.
    fn entry(&self, more: &str) -> String {
        let keys = format!("jwks = '{}'", self.key.jwks());
        self.entry_with(&keys, more)
    }

    fn entry_with(&self, keys: &str, more: &str) -> String {
        format!(
            "[[issuer]]\nissuer = \"{CI}\"\n{keys}\nclients = [\"{}\"]\naudiences = [\"{}\"]\n\
             scope = \"openid tasks:read tasks:write\"\n{more}\n[issuer.subjects]\n\
             \"job:1\" = \"{}\"\n",
            self.client().id,
            self.stack.seed.audience,
            self.alice
        )
    }

    async fn trust(&self, file: &str) {
        let path = self.directory.path().join("issuers.toml");
        tokio::fs::write(path, file).await.unwrap();
    }

    /// Returns valid claims with a unique `jti`.
    fn claims(&self) -> Value {
        let now = self.stack.clock.now();
        let jti = format!("jti-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        json!({
            "iss": CI, "sub": "job:1", "aud": self.stack.issuer(), "jti": jti,
            "iat": now, "exp": now + 60,
        })
    }

    fn assertion(&self) -> String {
        self.key.sign(Some("JWT"), &self.claims())
    }

    async fn ask(&self, assertion: &str, more: &[(&str, &str)]) -> Page {
        self.ask_as(self.client(), assertion, more).await
    }

    async fn ask_as(&self, client: &TestClient, assertion: &str, more: &[(&str, &str)]) -> Page {
        let fields = [("grant_type", GRANT), ("assertion", assertion)];
        self.stack
            .token(client, &[&fields[..], more].concat())
            .await
    }

    /// Asserts that valid claims with this change are rejected.
    async fn assert_rejected(&self, claim: &str, value: Value) {
        let mut claims = self.claims();
        claims[claim] = value;
        let page = self.ask(&self.key.sign(None, &claims), &[]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
}

async fn section_2_1_assertion_is_exchanged_for_token(world: &World<'_>) {
    let stack = world.stack;
    let scope = [("scope", "tasks:read")];
    let json = tokens(&world.ask(&world.assertion(), &scope).await);
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["scope"], "tasks:read");
    for absent in ["refresh_token", "id_token", "issued_token_type"] {
        assert!(json.get(absent).is_none(), "{json}");
    }
    let access = text(&json, "access_token");
    let claims = jwt::claims(&access);
    assert_eq!(claims["sub"], world.alice.as_str());
    assert_eq!(claims["client_id"], world.client().id.as_str());
    assert_eq!(claims["aud"], stack.seed.audience.as_str());
    assert_eq!(claims["roles"], json!(["developer"]));
    // No user has authenticated.
    for absent in ["acr", "amr", "auth_time", "sid"] {
        assert!(claims.get(absent).is_none(), "{absent}: {claims}");
    }
    assert!(is_active(stack, world.client(), &access).await);
    assert_eq!(userinfo(stack, &access).await.status, 403);
    let [event] = &stack.audited(AuditKind::TokenAsserted).await[..] else {
        panic!("one token");
    };
    assert_eq!(event.actor.as_deref(), Some(world.client().id.as_str()));
    assert_eq!(event.subject.as_deref(), Some(world.alice.as_str()));
    assert_eq!(event.detail["issuer"], CI);
    assert_eq!(event.detail["subject"], "job:1");
    // The token endpoint is a valid audience, too, and so is the grant's own `typ`.
    let mut claims = world.claims();
    claims["aud"] = json!([stack.at("/oauth2/token")]);
    let assertion = world.key.sign(Some("authorization-grant+jwt"), &claims);
    tokens(&world.ask(&assertion, &[]).await);
    let document = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    let grants = document["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&json!(GRANT)), "{grants:?}");
}

async fn section_3_each_wrong_claim_is_invalid_grant(world: &World<'_>) {
    let now = world.stack.clock.now();
    let issuer = world.stack.issuer();
    for (claim, value) in [
        ("iss", json!("https://other.example")),
        ("iss", json!(format!("{CI}/"))),
        ("iss", json!(null)),
        ("sub", json!("job:2")),
        ("sub", json!(null)),
        ("aud", json!("https://other.example")),
        ("aud", json!([issuer, "https://other.example"])),
        ("aud", json!(null)),
        ("exp", json!(now)),
        ("exp", json!(now + 301)),
        ("exp", json!(null)),
        ("nbf", json!(now + 100)),
        ("iat", json!(now + 100)),
        ("iat", json!(now - 301)),
        ("jti", json!("")),
        ("jti", json!(null)),
    ] {
        world.assert_rejected(claim, value).await;
    }
    let page = world
        .stack
        .token(world.client(), &[("grant_type", GRANT)])
        .await;
    assert_oauth_error(&page, 400, "invalid_request");
    tokens(&world.ask(&world.assertion(), &[]).await);
}

async fn section_3_foreign_or_unsigned_signature_is_invalid_grant(world: &World<'_>) {
    let good = world.assertion();
    let (head, signature) = good.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    for bad in [
        "x".to_owned(),
        "a.b.c".to_owned(),
        format!("{head}."),
        format!("{head}.{turned}"),
        TestKey::unsigned(&world.claims()),
        // Another key with the same ID, and a known key with another ID.
        TestKey::new("ES256", "one").sign(None, &world.claims()),
        TestKey::new("ES256", "two").sign(None, &world.claims()),
        // Assertions signed for another purpose.
        world
            .key
            .sign(Some("client-authentication+jwt"), &world.claims()),
        world.key.sign(Some("at+jwt"), &world.claims()),
    ] {
        let page = world.ask(&bad, &[]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    tokens(&world.ask(&good, &[]).await);
}

async fn section_3_7_assertion_is_used_once_among_32_in_parallel(world: &World<'_>) {
    let assertion = world.assertion();
    let pages = join_all((0..32).map(|_| world.ask(&assertion, &[]))).await;
    let good = pages.iter().filter(|page| page.status == 200).count();
    assert_eq!(good, 1);
    for page in pages.iter().filter(|page| page.status != 200) {
        assert_oauth_error(page, 400, "invalid_grant");
    }
    // A rejected request does not consume the assertion.
    let assertion = world.assertion();
    let page = world.ask(&assertion, &[("scope", "tasks:delete")]).await;
    assert_oauth_error(&page, 400, "invalid_scope");
    tokens(&world.ask(&assertion, &[]).await);
}

async fn section_2_1_scope_and_audience_need_client_and_issuer(world: &World<'_>) {
    let json = tokens(&world.ask(&world.assertion(), &[]).await);
    assert_eq!(json["scope"], "tasks:read tasks:write");
    for (field, value, code) in [
        ("scope", "tasks:delete", "invalid_scope"),
        ("scope", "openid", "invalid_scope"),
        ("scope", "no_such_scope", "invalid_scope"),
        ("resource", REPORTS, "invalid_target"),
        ("resource", world.stack.issuer(), "invalid_target"),
        ("resource", "relative", "invalid_target"),
    ] {
        let page = world.ask(&world.assertion(), &[(field, value)]).await;
        assert_oauth_error(&page, 400, code);
    }
    let narrow = |client: &mut Client| {
        client.scopes.remove("tasks:write");
    };
    world.stack.change_client(&world.client().id, narrow).await;
    let json = tokens(&world.ask(&world.assertion(), &[]).await);
    assert_eq!(json["scope"], "tasks:read");
}

async fn rfc_6749_5_2_only_client_with_grant_sends_assertions(world: &World<'_>) {
    let seed = &world.stack.seed;
    for client in [&seed.trusted, &seed.native] {
        let page = world.ask_as(client, &world.assertion(), &[]).await;
        assert_oauth_error(&page, 400, "unauthorized_client");
    }
    let allow = |client: &mut Client| client.grant_types.push(GrantType::JwtBearer);
    for client in [&seed.trusted, &seed.native] {
        world.stack.change_client(&client.id, allow).await;
    }
    // A client that the issuer's entry does not name, and a public client.
    let page = world.ask_as(&seed.trusted, &world.assertion(), &[]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let page = world.ask_as(&seed.native, &world.assertion(), &[]).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    let mut careless = world.client().clone();
    careless.secret = Some("wrong".to_owned());
    let page = world.ask_as(&careless, &world.assertion(), &[]).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn user_is_found_by_link_and_never_by_address(world: &World<'_>) {
    for subject in ["alice", "alice@example.org"] {
        world.assert_rejected("sub", json!(subject)).await;
    }
    world.trust(&world.entry("usernames = true")).await;
    for subject in ["alice@example.org", "nobody", ""] {
        world.assert_rejected("sub", json!(subject)).await;
    }
    let mut claims = world.claims();
    claims["sub"] = json!("bob");
    let json = tokens(&world.ask(&world.key.sign(None, &claims), &[]).await);
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_ne!(claims["sub"], world.alice.as_str());
}

async fn fe_4_disabled_issuer_is_untrusted_immediately(world: &World<'_>) {
    let stack = world.stack;
    // A resource server that also exchanges tokens.
    let audience = stack.seed.audience.clone();
    let allow = |client: &mut Client| {
        client.grant_types.push(GrantType::TokenExchange);
        client.exchange.audiences = vec![audience];
    };
    stack.change_client(&world.client().id, allow).await;
    let json = tokens(&world.ask(&world.assertion(), &[]).await);
    let access = text(&json, "access_token");
    let exchange = async || {
        let fields = [
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("subject_token", access.as_str()),
            ("subject_token_type", ACCESS_TOKEN_TYPE),
        ];
        stack.token(world.client(), &fields).await
    };
    for file in [world.entry("disabled = true"), String::new()] {
        world.trust(&file).await;
        let page = world.ask(&world.assertion(), &[]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
        assert!(!is_active(stack, world.client(), &access).await);
        assert_oauth_error(&exchange().await, 400, "invalid_request");
    }
    world.trust(&world.entry("")).await;
    tokens(&exchange().await);
    tokens(&world.ask(&world.assertion(), &[]).await);
}

async fn oa_10_disabled_user_or_missing_factor_ends_grant(world: &World<'_>) {
    let stack = world.stack;
    let json = tokens(&world.ask(&world.assertion(), &[]).await);
    let access = text(&json, "access_token");
    // A client that requires a second factor: the assertion shows none.
    let demand = |client: &mut Client| client.require_mfa = true;
    stack.change_client(&world.client().id, demand).await;
    let page = world.ask(&world.assertion(), &[]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let relax = |client: &mut Client| client.require_mfa = false;
    stack.change_client(&world.client().id, relax).await;
    assert!(is_active(stack, world.client(), &access).await);
    stack.disable_user("alice").await;
    assert!(!is_active(stack, world.client(), &access).await);
    let page = world.ask(&world.assertion(), &[]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    stack.disable_client(&world.client().id).await;
    let page = world.ask(&world.assertion(), &[]).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn keys_are_fetched_from_issuers_address(world: &World<'_>) {
    let server = KeyServer::start(world.key.jwks()).await;
    let keys = format!("jwks_uri = \"{}\"", server.url());
    world.trust(&world.entry_with(&keys, "")).await;
    for _ in 0..3 {
        tokens(&world.ask(&world.assertion(), &[]).await);
    }
    assert_eq!(server.visits(), 1);
}

async fn broken_trust_file_rejects_all_issuers(world: &World<'_>) {
    let json = tokens(&world.ask(&world.assertion(), &[]).await);
    let access = text(&json, "access_token");
    world.trust("[[issuer]]\nissuer = 1\n").await;
    let page = world.ask(&world.assertion(), &[]).await;
    assert_oauth_error(&page, 503, "temporarily_unavailable");
    let fields = [("token", access.as_str())];
    let page = world
        .stack
        .as_client("/oauth2/introspect", world.client(), &fields)
        .await;
    assert_oauth_error(&page, 503, "temporarily_unavailable");
}
