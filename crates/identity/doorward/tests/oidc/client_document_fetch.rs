//! Tests of fetching, validating and caching client metadata documents
//! (draft-ietf-oauth-client-id-metadata-document-02 §3 to §5 and §8).

use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_testkit::{Stack, UserAgent, both_backends_with, flows_with};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::client_document::{ENABLED, assert_unknown, begin, client, request, row};
use crate::support::{assert_error_page, assert_oauth_error, text, tokens};
use crate::support_documents::{Answer, DocumentServer};

both_backends_with!(
    ENABLED;
    thirty_two_concurrent_requests_fetch_and_store_once,
);
flows_with!(
    ENABLED;
    section_3_client_id_has_one_canonical_spelling,
    section_4_1_document_has_own_client_id_and_no_secret,
    section_5_status_200_and_no_redirect,
    section_5_2_cached_metadata_follows_document,
    section_8_7_and_1_10_size_and_media_type,
);
const REAL_LIMITS: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(REAL_LIMITS; unknown_addresses_are_fetched_so_often);
const ONE_CLIENT: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__MAX_CLIENTS", "1"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(ONE_CLIENT; number_of_document_clients_is_limited);
const ONE_HOST: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__ALLOWED_HOSTS",
        "app.example",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
flows_with!(ONE_HOST; unlisted_host_is_not_fetched);
const NO_NETWORKS: &[(&str, &str)] = &[("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true")];
flows_with!(NO_NETWORKS; ss_1_internal_address_is_never_fetched);

async fn section_3_client_id_has_one_canonical_spelling(stack: &Stack) {
    let server = DocumentServer::start().await;
    for path in ["", "/", "/a/../c", "/a/./c", "/a/%2e%2e/c", "/c#f", "/c\\d"] {
        assert_unknown(&begin(stack, &server.url(path)).await);
    }
    let at = |user: &str| format!("http://{user}@{}/c", server.host());
    for id in [
        at("me"),
        at("me:pw"),
        at(""),
        "https://me@notes.example/c".to_owned(),
    ] {
        assert_unknown(&begin(stack, &id).await);
    }
    for id in [
        "ftp://notes.example/c",
        "http://notes.example/c",
        "https:notes.example/c",
    ] {
        assert_unknown(&begin(stack, id).await);
    }
    assert!(server.visits().is_empty(), "{:?}", server.visits());
}

async fn section_4_1_document_has_own_client_id_and_no_secret(stack: &Stack) {
    let server = DocumentServer::start().await;
    let changes: [(&str, Value); 9] = [
        ("client_id", json!(server.url("/other"))),
        ("client_id", json!(format!("{}?x", server.url("/0")))),
        ("client_secret", json!("hush")),
        ("client_secret_expires_at", json!(0)),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("redirect_uris", json!(["https://notes.example/*"])),
    ];
    for (number, (name, value)) in changes.into_iter().enumerate() {
        let id = server.publish(&format!("/{number}"), |document| document[name] = value);
        assert_unknown(&begin(stack, &id).await);
        assert_eq!(row(stack, &id).await, None, "{name}");
        assert_eq!(server.visits().len(), number + 1);
    }
    // A redirect URI that the document does not list is rejected (§8.1).
    stack.clock.advance(600);
    let good = server.publish("/good", |_| {});
    let other = request(stack, &good).with("redirect_uri", "https://evil.example/cb");
    assert_error_page(&other.start(&UserAgent::new()).await.expect_page());
}

async fn section_5_status_200_and_no_redirect(stack: &Stack) {
    let server = DocumentServer::start().await;
    let good = server.publish("/good", |_| {});
    let document =
        json!({ "client_id": server.url("/moved"), "redirect_uris": ["https://notes.example/cb"] });
    for status in [
        "301 Moved",
        "302 Found",
        "307 Temporary",
        "404 Not Found",
        "500 Oops",
        "204 None",
        "206 Partial",
    ] {
        let answer = Answer {
            status,
            ..Answer::json(&document)
        };
        server.serve("/moved", answer.with(&format!("Location: {good}")));
        assert_unknown(&begin(stack, &server.url("/moved")).await);
        stack.clock.advance(60);
    }
    let visits = server.visits();
    assert!(
        visits.iter().all(|head| head.starts_with("GET /moved ")),
        "{visits:?}"
    );
    assert_eq!(visits.len(), 7);
    // A failure is not cached as a document, but limits further fetches (§5.1, §5.2).
    server.serve("/moved", Answer::json(&document));
    begin(stack, &server.url("/moved"))
        .await
        .form("form:has([name=password])");
    server.serve(
        "/gone",
        Answer {
            status: "410 Gone",
            ..Answer::json(&document)
        },
    );
    for _ in 0..3 {
        assert_unknown(&begin(stack, &server.url("/gone")).await);
    }
    assert_eq!(server.visits().len(), 9);
}

async fn section_5_2_cached_metadata_follows_document(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let code = request(stack, &id)
        .complete(&UserAgent::new(), "alice")
        .await
        .code();
    let token = text(
        &tokens(&stack.exchange(&client(&id), &code).await),
        "refresh_token",
    );
    // Without a cache header, the document is cached for an hour.
    stack.clock.advance(3599);
    begin(stack, &id).await.form("form:has([name=password])");
    assert_eq!(server.visits().len(), 1);
    // Afterwards the new document applies at once, also to pending codes.
    let moved = json!({
        "client_id": id,
        "redirect_uris": ["https://elsewhere.example/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
    });
    let answer = Answer::json(&moved).with("Cache-Control: public, max-age=1");
    server.serve("/client.json", answer);
    stack.clock.advance(1);
    assert_error_page(&begin(stack, &id).await);
    assert_eq!(server.visits().len(), 2);
    let events = stack.audited(AuditKind::ClientChanged).await;
    let noted = |event: &&AuditEvent| event.client_id.as_deref() == Some(&id);
    assert_eq!(events.iter().filter(noted).count(), 2, "{events:?}");
    // At least five minutes, whatever the header says.
    stack.clock.advance(299);
    assert_error_page(&begin(stack, &id).await);
    assert_eq!(server.visits().len(), 2);
    // A deleted document: no new sign-in; existing consents stay valid for one day.
    server.serve(
        "/client.json",
        Answer {
            status: "404 Not Found",
            ..Answer::json(&moved)
        },
    );
    stack.clock.advance(10);
    assert_unknown(&begin(stack, &id).await);
    let next = text(
        &tokens(&stack.refresh(&client(&id), &token).await),
        "refresh_token",
    );
    stack.clock.advance(24 * 3600);
    assert_oauth_error(
        &stack.refresh(&client(&id), &next).await,
        401,
        "invalid_client",
    );
}

async fn section_8_7_and_1_10_size_and_media_type(stack: &Stack) {
    let server = DocumentServer::start().await;
    let sized = |path: &str, bytes: usize| {
        let id = server.url(path);
        let document = json!({ "client_id": id, "redirect_uris": ["https://notes.example/cb"] });
        let mut answer = Answer::json(&document);
        answer.body += &" ".repeat(bytes - answer.body.len());
        server.serve(path, answer);
        id
    };
    begin(stack, &sized("/full", 5 * 1024))
        .await
        .form("form:has([name=password])");
    assert_unknown(&begin(stack, &sized("/over", 5 * 1024 + 1)).await);
    for kind in ["text/html", "text/plain", "application/octet-stream"] {
        let path = format!("/{}", kind.replace('/', "-"));
        let id = server.publish(&path, |_| {});
        let document = json!({ "client_id": id, "redirect_uris": ["https://notes.example/cb"] });
        let fields = format!("Content-Type: {kind}\r\n");
        server.serve(
            &path,
            Answer {
                fields,
                ..Answer::json(&document)
            },
        );
        assert_unknown(&begin(stack, &id).await);
    }
}

async fn thirty_two_concurrent_requests_fetch_and_store_once(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let all = join_all((0..32).map(|_| begin(stack, &id))).await;
    for page in &all {
        page.form("form:has([name=password])");
    }
    assert_eq!(server.visits().len(), 1);
    let events = stack.audited(AuditKind::ClientChanged).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let other = server.publish("/other.json", |document| document["client_id"] = json!("x"));
    let all = join_all((0..32).map(|_| begin(stack, &other))).await;
    all.iter().for_each(assert_unknown);
    assert_eq!(
        server.visits().len(),
        2,
        "parallel requests share the failed fetch"
    );
}

async fn unknown_addresses_are_fetched_so_often(stack: &Stack) {
    let server = DocumentServer::start().await;
    let known = server.publish("/client.json", |_| {});
    begin(stack, &known).await.form("form:has([name=password])");
    for number in 0..30 {
        assert_unknown(&begin(stack, &server.url(&format!("/nobody/{number}"))).await);
    }
    assert_eq!(
        server.visits().len(),
        10,
        "ten fetches for one address in ten minutes"
    );
    let good = server.publish("/good", |_| {});
    assert_unknown(&begin(stack, &good).await);
    // Known clients are not affected, even if their document is due.
    stack.clock.advance(3600);
    begin(stack, &known).await.form("form:has([name=password])");
    assert_eq!(server.visits().len(), 11);
}

async fn number_of_document_clients_is_limited(stack: &Stack) {
    let server = DocumentServer::start().await;
    let ids = ["/0", "/1", "/2"].map(|path| server.publish(path, |_| {}));
    begin(stack, &ids[0])
        .await
        .form("form:has([name=password])");
    for id in &ids[1..] {
        assert_unknown(&begin(stack, id).await);
        assert_eq!(row(stack, id).await, None);
    }
    begin(stack, &ids[0])
        .await
        .form("form:has([name=password])");
}

async fn unlisted_host_is_not_fetched(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    assert_unknown(&begin(stack, &id).await);
    assert!(server.visits().is_empty());
}

async fn ss_1_internal_address_is_never_fetched(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    assert_unknown(&begin(stack, &id).await);
    let secure = |host: &str| id.replace("http://127.0.0.1", &format!("https://{host}"));
    for host in [
        "127.0.0.1",
        "[::1]",
        "localhost",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
    ] {
        assert_unknown(&begin(stack, &secure(host)).await);
    }
    assert!(server.visits().is_empty(), "{:?}", server.visits());
}
