//! Tests of back-channel logout (OIDC Back-Channel Logout 1.0) with a listening client.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_domain::model::{AuditKind, LogoutUris};
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows_with, jwt};
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier as _;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{text, tokens};

flows_with!(ALLOW_LOOPBACK;
    section_2_4_token_is_signed_and_names_session,
    backchannel_2_5_every_end_of_session_is_reported,
    only_clients_of_session_are_reported,
    section_2_8_retries_after_503_and_not_after_rejection,
    section_2_4_logout_token_has_pairwise_subject,
    idle_and_absolute_session_end_are_reported,
);
flows_with!(NO_NETWORKS; backchannel_4_internal_addresses_are_not_called);

/// Allows connections to this machine.
pub const ALLOW_LOOPBACK: &[(&str, &str)] =
    &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];
/// The default: no connections to this machine or private networks.
const NO_NETWORKS: &[(&str, &str)] = &[];
const TIMEOUT: Duration = Duration::from_secs(20);

/// A client that stores the logout tokens it receives and responds with a set status.
pub struct Receiver {
    port: u16,
    tokens: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    /// Starts a receiver that responds with 200.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tokens = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new(200));
        let (stored, word) = (Arc::clone(&tokens), Arc::clone(&status));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !is_whole(&bytes) && stream.read_buf(&mut bytes).await.unwrap_or(0) > 0 {}
                let text = String::from_utf8(bytes).unwrap();
                let (head, body) = text.split_once("\r\n\r\n").unwrap();
                assert!(head.starts_with("POST /bye HTTP/1.1"), "{head}");
                let fields: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes())
                    .into_owned()
                    .collect();
                let [(name, token)] = fields.as_slice() else {
                    panic!("not one field: {body}");
                };
                assert_eq!(name, "logout_token");
                stored.lock().unwrap().push(token.clone());
                let status = *word.lock().unwrap();
                let answer = format!(
                    "HTTP/1.1 {status} Word\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            port,
            tokens,
            status,
        }
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn received(&self) -> Vec<String> {
        self.tokens.lock().unwrap().clone()
    }

    /// Waits for this number of tokens and returns them.
    pub async fn tokens(&self, number: usize) -> Vec<String> {
        let start = Instant::now();
        while self.received().len() < number {
            assert!(start.elapsed() < TIMEOUT, "{} came", self.received().len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.received()
    }

    /// Registers the receiver as the logout URI of a client.
    pub async fn listens_for(&self, stack: &Stack, client: &str) {
        let address = format!("http://127.0.0.1:{}/bye", self.port);
        let logout = LogoutUris {
            backchannel: Some(address),
            backchannel_session_required: true,
            ..LogoutUris::default()
        };
        stack
            .change_client(client, |client| client.logout = logout)
            .await;
    }
}

pub fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

/// Signs alice in and returns the browser with the tokens of the trusted client.
pub async fn sign_in(stack: &Stack) -> (UserAgent, Value) {
    let agent = UserAgent::new();
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid tasks:read");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    (agent, json)
}

/// Signs out on the logout page.
pub async fn sign_out(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at("/logout")).await;
    agent.submit(&page.form("#logout")).await
}

/// Verifies a logout token with the published keys, as a client does (§2.6); returns its claims.
async fn verify(stack: &Stack, token: &str) -> Value {
    let keys = UserAgent::new().get(stack.at("/oauth2/jwks")).await.json();
    let kid = &jwt::header(token)["kid"];
    let mut keys = keys["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == *kid).expect("the key");
    let jwk: Jwk = serde_json::from_value(key.clone()).unwrap();
    let verifier = RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).unwrap();
    let (signed, signature) = token.rsplit_once('.').expect("a compact JWS");
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    verifier
        .verify(signed.as_bytes(), &signature)
        .expect("a valid signature");
    jwt::claims(token)
}

/// Waits until the failed attempt is stored: the next one is scheduled from then.
async fn wait_for_retry(stack: &Stack, name: &str) {
    let start = Instant::now();
    loop {
        let rows = doorward_testkit::rows::dump(&stack.storage().identity).await;
        if rows["jobs"].iter().any(|row| row.contains(name)) {
            return;
        }
        assert!(start.elapsed() < TIMEOUT, "{:?}", rows["jobs"]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn section_2_4_token_is_signed_and_names_session(stack: &Stack) {
    let receiver = Receiver::start().await;
    let client = &stack.seed.trusted.id;
    receiver.listens_for(stack, client).await;
    let (agent, json) = sign_in(stack).await;
    let id_token = jwt::claims(&text(&json, "id_token"));
    sign_out(stack, &agent).await;
    let sent = receiver.tokens(1).await;
    let (header, claims) = (jwt::header(&sent[0]), verify(stack, &sent[0]).await);
    assert_eq!(header["typ"], "logout+jwt");
    assert_eq!(header["alg"], "RS256");
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["aud"], client.as_str());
    assert_eq!(claims["sub"], id_token["sub"]);
    assert_eq!(claims["sid"], id_token["sid"]);
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    assert_eq!(claims["events"], event);
    let ttl = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((1..=120).contains(&ttl), "{claims}");
    assert!(claims["jti"].as_str().unwrap().len() >= 16);
    assert_eq!(claims.get("nonce"), None);
    stack.wait_for_jobs().await;
    let [event] = &stack.audited(AuditKind::BackchannelLogout).await[..] else {
        panic!("one event");
    };
    assert!(event.success);
    assert_eq!(event.client_id.as_deref(), Some(client.as_str()));
    // The logout token is neither an ID token hint nor an access token.
    let page = agent
        .get(stack.at(&format!("/oauth2/logout?id_token_hint={}", sent[0])))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert_eq!(crate::support::userinfo(stack, &sent[0]).await.status, 401);
}

async fn backchannel_2_5_every_end_of_session_is_reported(stack: &Stack) {
    let receiver = Receiver::start().await;
    receiver.listens_for(stack, &stack.seed.trusted.id).await;
    let mut told = 0;
    // Signed out by the client (RP-initiated).
    let (agent, json) = sign_in(stack).await;
    let hint = text(&json, "id_token");
    agent
        .get(stack.at(&format!("/oauth2/logout?id_token_hint={hint}")))
        .await;
    told += 1;
    assert_eq!(
        receiver.tokens(told).await.len(),
        told,
        "logout by the client"
    );
    // From another device, and all other sessions.
    sign_in(stack).await;
    let (agent, _) = sign_in(stack).await;
    let page = agent.get(stack.at("/account/sessions")).await;
    agent
        .submit(&page.press("button[formaction$='/sessions/end-others']"))
        .await;
    told += 1;
    assert_eq!(
        receiver.tokens(told).await.len(),
        told,
        "ended from another device"
    );
    // By an administrator, or any action that ends all sessions of an account.
    stack.end_sessions("alice").await;
    told += 1;
    assert_eq!(
        receiver.tokens(told).await.len(),
        told,
        "sessions ended by an administrator"
    );
    // By the deletion of the account.
    let (_, json) = sign_in(stack).await;
    let sub = jwt::claims(&text(&json, "id_token"))["sub"].clone();
    let db = stack.db().await;
    let id = doorward_domain::model::UserId::parse(sub.as_str().unwrap()).unwrap();
    let tx = db.begin_write().await.unwrap();
    doorward_store::repo::users::delete(&tx, id, 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    told += 1;
    let sent = receiver.tokens(told).await;
    assert_eq!(verify(stack, &sent[told - 1]).await["sub"], sub);
    // Each token is unique.
    let mut names = Vec::new();
    for token in &sent {
        names.push(verify(stack, token).await["jti"].to_string());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), told);
}

async fn only_clients_of_session_are_reported(stack: &Stack) {
    let (mine, other) = (Receiver::start().await, Receiver::start().await);
    mine.listens_for(stack, &stack.seed.trusted.id).await;
    other.listens_for(stack, &stack.seed.web.id).await;
    let (agent, _) = sign_in(stack).await;
    // The other client belongs to another session of the same user.
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let elsewhere = UserAgent::new();
    let code = request.complete(&elsewhere, "alice").await.code();
    tokens(&stack.exchange(&stack.seed.web, &code).await);
    sign_out(stack, &agent).await;
    mine.tokens(1).await;
    stack.wait_for_jobs().await;
    assert_eq!((mine.received().len(), other.received().len()), (1, 0));
    sign_out(stack, &elsewhere).await;
    other.tokens(1).await;
    stack.wait_for_jobs().await;
    assert_eq!((mine.received().len(), other.received().len()), (1, 1));
}

async fn section_2_8_retries_after_503_and_not_after_rejection(stack: &Stack) {
    let receiver = Receiver::start().await;
    receiver.listens_for(stack, &stack.seed.trusted.id).await;
    receiver.answers(503);
    let (agent, _) = sign_in(stack).await;
    sign_out(stack, &agent).await;
    receiver.tokens(1).await;
    assert!(stack.audited(AuditKind::BackchannelLogout).await.is_empty());
    wait_for_retry(stack, "503").await;
    receiver.answers(200);
    stack.clock.advance(10);
    let sent = receiver.tokens(2).await;
    let (first, second) = (verify(stack, &sent[0]).await, verify(stack, &sent[1]).await);
    assert_eq!(first["sid"], second["sid"]);
    assert_ne!(first["jti"], second["jti"], "each token is unique");
    assert_eq!(
        second["iat"].as_i64().unwrap() - first["iat"].as_i64().unwrap(),
        10
    );
    stack.wait_for_jobs().await;
    assert_eq!(stack.audited(AuditKind::BackchannelLogout).await.len(), 1);

    receiver.answers(400);
    let (agent, _) = sign_in(stack).await;
    sign_out(stack, &agent).await;
    receiver.tokens(3).await;
    stack.wait_for_jobs().await;
    let events = stack.audited(AuditKind::BackchannelLogout).await;
    assert_eq!(events.iter().filter(|event| !event.success).count(), 1);
    stack.clock.advance(3600);
    stack.wait_for_jobs().await;
    assert_eq!(receiver.received().len(), 3, "a rejection is not retried");
}

/// Checks that a client with pairwise identifiers gets its own subject (OIDC Core §8).
async fn section_2_4_logout_token_has_pairwise_subject(stack: &Stack) {
    let receiver = Receiver::start().await;
    let client = &stack.seed.trusted.id;
    let (_, json) = sign_in(stack).await;
    let usual = text(&jwt::claims(&text(&json, "id_token")), "sub");
    let sector = Some("app.example".to_owned());
    stack
        .change_client(client, |client| client.pairwise_sector = sector)
        .await;
    receiver.listens_for(stack, client).await;
    let (agent, json) = sign_in(stack).await;
    let own = text(&jwt::claims(&text(&json, "id_token")), "sub");
    assert_ne!(own, usual);
    sign_out(stack, &agent).await;
    let sent = receiver.tokens(1).await;
    assert_eq!(verify(stack, &sent[0]).await["sub"], own);
}

/// Checks that clients are notified when a session is idle, and when it reaches its absolute end.
async fn idle_and_absolute_session_end_are_reported(stack: &Stack) {
    let receiver = Receiver::start().await;
    let client = &stack.seed.trusted;
    receiver.listens_for(stack, &client.id).await;
    let (_, json) = sign_in(stack).await;
    let session = jwt::claims(&text(&json, "id_token"))["sid"].clone();
    let id = doorward_domain::model::SessionId::parse(session.as_str().unwrap()).unwrap();
    let found = async || {
        let db = stack.db().await;
        let found = doorward_store::repo::sessions::find(db.read(), id).await;
        db.close().await.unwrap();
        found.unwrap().unwrap()
    };
    let before = found().await;
    let swept = async |at: i64| {
        use doorward_access::clock::Clock as _;
        stack.clock.advance(at - stack.clock.now());
        // A starting server runs the cleanup; the deletion of this row shows that it has finished.
        let db = stack.db().await;
        let tx = db.begin_write().await.unwrap();
        let name = format!("swept by {at}");
        let old = stack.clock.now() - 86_401;
        doorward_store::repo::revoked_tokens::insert(&tx, &name, old)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let _replica = stack.sweeper().await;
        let start = Instant::now();
        while doorward_store::repo::revoked_tokens::exists(db.read(), &name)
            .await
            .unwrap()
        {
            assert!(start.elapsed() < TIMEOUT, "the cleanup did not run");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        db.close().await.unwrap();
        stack.wait_for_jobs().await;
    };
    assert!(before.idle_expires_at < before.expires_at);
    // A client that refreshes is in use, and so is its session (decision 102).
    let half = (before.idle_expires_at - before.last_seen_at) / 2;
    stack.clock.advance(half);
    let refreshed = stack.refresh(client, &text(&json, "refresh_token")).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.dump());
    swept(before.idle_expires_at + 1).await;
    assert!(receiver.received().is_empty(), "the session is in use");
    swept(before.idle_expires_at + half).await;
    let sent = receiver.tokens(1).await;
    assert_eq!(verify(stack, &sent[0]).await["sid"], session);
    // The grants remain for a client that has no back-channel logout.
    assert_eq!(found().await.ended_at, None);
    swept(before.idle_expires_at + half + 60).await;
    assert_eq!(receiver.received().len(), 1, "it is sent once");
    swept(before.expires_at).await;
    let sent = receiver.tokens(2).await;
    assert_eq!(verify(stack, &sent[1]).await["sid"], session);
    let after = found().await;
    assert_eq!(after.ended_at, Some(before.expires_at));
    let reason = after
        .end_reason
        .map(doorward_domain::model::EndReason::as_str);
    assert_eq!(reason, Some("expired"));
    // The notification is sent once.
    swept(before.expires_at + 60).await;
    assert_eq!(receiver.received().len(), 2);
}

/// Checks that addresses of this machine or a private network are never called.
async fn backchannel_4_internal_addresses_are_not_called(stack: &Stack) {
    let receiver = Receiver::start().await;
    receiver.listens_for(stack, &stack.seed.trusted.id).await;
    let (agent, _) = sign_in(stack).await;
    let page = sign_out(stack, &agent).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    stack.wait_for_jobs().await;
    let [event] = &stack.audited(AuditKind::BackchannelLogout).await[..] else {
        panic!("one event");
    };
    assert!(!event.success, "{event:?}");
    assert!(receiver.received().is_empty());
}
