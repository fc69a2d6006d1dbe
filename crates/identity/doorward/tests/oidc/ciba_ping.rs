//! Tests of pings to clients (OpenID Connect CIBA Core 1.0, ping mode) with a listening client.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorward_domain::model::{Client, DeviceRequest};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::{Stack, flows_with};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::backchannel::{ALLOW_LOOPBACK, is_whole};
use crate::ciba::{answered, ask, begun, desk, open, poll};
use crate::support::{assert_oauth_error, text, tokens};

flows_with!(ALLOW_LOOPBACK;
    ciba_7_1_token_of_client_that_is_pinged,
    ciba_10_2_ping_follows_each_answer,
    ciba_10_2_retries_until_request_expires,
    ciba_10_2_refusal_and_redirect_are_final,
    ciba_5_client_that_polls_is_not_pinged,
);
flows_with!(NO_NETWORKS; ciba_10_2_internal_addresses_are_not_called);

const NO_NETWORKS: &[(&str, &str)] = &[];
const TIMEOUT: Duration = Duration::from_secs(20);
/// A token with every sign that one may have.
const TOKEN: &str = "8d67dc78-7faa-4d41.aabd_67707b374255~+/==";

/// A client that stores the requests it receives and responds with a set status.
struct Receiver {
    port: u16,
    requests: Arc<Mutex<Vec<(String, String)>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    /// Starts a receiver that responds with 204, and makes it the endpoint of the desk.
    async fn start(stack: &Stack) -> Self {
        open(stack).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new(204));
        let (stored, word) = (Arc::clone(&requests), Arc::clone(&status));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !is_whole(&bytes) && stream.read_buf(&mut bytes).await.unwrap_or(0) > 0 {}
                let text = String::from_utf8(bytes).unwrap();
                let (head, body) = text.split_once("\r\n\r\n").unwrap();
                let request = (head.to_lowercase(), body.to_owned());
                stored.lock().unwrap().push(request);
                let status = *word.lock().unwrap();
                // The body is ignored (§10.2).
                let (body, length) = if status == 204 {
                    ("", 0)
                } else {
                    ("{\"a\":1}", 7)
                };
                let answer = format!(
                    "HTTP/1.1 {status} Word\r\nlocation: /elsewhere\r\ncontent-length: {length}\r\n\
                     connection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let address = format!("http://127.0.0.1:{port}/ping");
        let pinged = |client: &mut Client| {
            client.backchannel_client_notification_endpoint = Some(address);
        };
        stack.change_client(&desk(stack).id, pinged).await;
        Self {
            port,
            requests,
            status,
        }
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// Waits for this number of requests and checks the last one.
    async fn expect(&self, number: usize, id: &str) {
        let start = Instant::now();
        while self.count() < number {
            assert!(start.elapsed() < TIMEOUT, "{} came", self.count());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), number);
        let (head, body) = requests.last().unwrap();
        assert!(head.starts_with("post /ping http/1.1"), "{head}");
        let has = |line: &str| head.lines().any(|found| found == line);
        assert!(has(&format!("host: 127.0.0.1:{}", self.port)), "{head}");
        assert!(has("content-type: application/json"), "{head}");
        assert!(
            has(&format!("authorization: bearer {TOKEN}").to_lowercase()),
            "{head}"
        );
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body, json!({ "auth_req_id": id }));
    }
}

/// Starts a request for alice with the token.
async fn begun_with_token(stack: &Stack) -> String {
    let more = [("client_notification_token", TOKEN)];
    text(&begun(stack, &more).await, "auth_req_id")
}

async fn stored(stack: &Stack, id: &str) -> DeviceRequest {
    let db = stack.db().await;
    let found = repo::device_requests::find_by_device(db.read(), &TokenHash::digest(id)).await;
    db.close().await.unwrap();
    found.unwrap().unwrap()
}

async fn holds_ping(stack: &Stack, id: &str) -> bool {
    let named = stored(stack, id).await.backchannel.unwrap();
    named.ping_sealed.is_some()
}

/// Waits until a job has this in its error.
async fn wait_for_error(stack: &Stack, problem: &str) {
    let start = Instant::now();
    loop {
        let rows = doorward_testkit::rows::dump(&stack.storage().identity).await;
        if rows["jobs"].iter().any(|row| row.contains(problem)) {
            return;
        }
        assert!(start.elapsed() < TIMEOUT, "{problem}: {:?}", rows["jobs"]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn ciba_7_1_token_of_client_that_is_pinged(stack: &Stack) {
    let _receiver = Receiver::start(stack).await;
    let good = [("scope", "openid"), ("login_hint", "alice")];
    let long = "x".repeat(1025);
    for more in [
        &[][..],
        &[("client_notification_token", "")],
        &[("client_notification_token", "a b")],
        &[("client_notification_token", "a\r\nx-header: b")],
        &[("client_notification_token", long.as_str())],
        &[
            ("client_notification_token", "a"),
            ("client_notification_token", "a"),
        ],
    ] {
        let page = ask(stack, desk(stack), &[&good[..], more].concat()).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    assert!(stack.mails("alice@example.org").await.is_empty());
    let more = [("client_notification_token", &long[..1024])];
    begun(stack, &more).await;
}

async fn ciba_10_2_ping_follows_each_answer(stack: &Stack) {
    let receiver = Receiver::start(stack).await;
    for (number, (status, answer)) in [(204, "allow"), (200, "deny")].into_iter().enumerate() {
        receiver.answers(status);
        let id = begun_with_token(stack).await;
        // Only the ping shows the ID and the token.
        let rows = doorward_testkit::rows::dump(&stack.storage().identity).await;
        for row in rows.values().flatten() {
            assert!(!row.contains(&id) && !row.contains(TOKEN), "{row}");
        }
        // The client may poll as well (§7.3).
        let page = poll(stack, desk(stack), &id).await;
        assert_oauth_error(&page, 400, "authorization_pending");
        assert_eq!(receiver.count(), number);
        answered(stack, answer).await;
        receiver.expect(number + 1, &id).await;
        stack.wait_for_jobs().await;
        assert!(!holds_ping(stack, &id).await);
        let page = poll(stack, desk(stack), &id).await;
        if answer == "allow" {
            tokens(&page);
        } else {
            assert_oauth_error(&page, 400, "access_denied");
        }
    }
}

async fn ciba_10_2_retries_until_request_expires(stack: &Stack) {
    let receiver = Receiver::start(stack).await;
    receiver.answers(503);
    let id = begun_with_token(stack).await;
    answered(stack, "allow").await;
    receiver.expect(1, &id).await;
    wait_for_error(stack, "status 503").await;
    receiver.answers(204);
    stack.clock.advance(10);
    receiver.expect(2, &id).await;
    stack.wait_for_jobs().await;
    assert!(!holds_ping(stack, &id).await);
    // A request that has expired has no result.
    receiver.answers(429);
    let id = begun_with_token(stack).await;
    answered(stack, "allow").await;
    receiver.expect(3, &id).await;
    wait_for_error(stack, "status 429").await;
    stack.clock.advance(600);
    stack.wait_for_jobs().await;
    assert_eq!(receiver.count(), 3);
}

async fn ciba_10_2_refusal_and_redirect_are_final(stack: &Stack) {
    let receiver = Receiver::start(stack).await;
    for (number, (status, advice)) in [
        (401, "client_notification_token"),
        (403, "client_notification_token"),
        (302, "redirects are not followed"),
    ]
    .into_iter()
    .enumerate()
    {
        receiver.answers(status);
        let id = begun_with_token(stack).await;
        answered(stack, "allow").await;
        receiver.expect(number + 1, &id).await;
        stack.wait_for_jobs().await;
        wait_for_error(stack, &format!("status {status}")).await;
        wait_for_error(stack, advice).await;
        stack.clock.advance(70);
        stack.wait_for_jobs().await;
        assert_eq!(receiver.count(), number + 1, "{status} is final");
        // The client can still poll.
        tokens(&poll(stack, desk(stack), &id).await);
    }
}

async fn ciba_5_client_that_polls_is_not_pinged(stack: &Stack) {
    let receiver = Receiver::start(stack).await;
    let id = begun_with_token(stack).await;
    // The operator changes the mode while the request waits.
    let polls = |client: &mut Client| client.backchannel_client_notification_endpoint = None;
    stack.change_client(&desk(stack).id, polls).await;
    answered(stack, "allow").await;
    tokens(&poll(stack, desk(stack), &id).await);
    // The token of a client that polls is ignored.
    let id = begun_with_token(stack).await;
    assert!(!holds_ping(stack, &id).await);
    answered(stack, "allow").await;
    stack.wait_for_jobs().await;
    assert_eq!(receiver.count(), 0);
}

/// Checks that addresses of this machine or a private network are never called.
async fn ciba_10_2_internal_addresses_are_not_called(stack: &Stack) {
    let receiver = Receiver::start(stack).await;
    let id = begun_with_token(stack).await;
    answered(stack, "allow").await;
    stack.wait_for_jobs().await;
    wait_for_error(stack, "rejected permanently").await;
    assert_eq!(receiver.count(), 0);
    tokens(&poll(stack, desk(stack), &id).await);
}
