//! Clients that nobody has registered: a `client_id` that is the address of a document
//! (draft-ietf-oauth-client-id-metadata-document-02, SECURITY OA-26 and §1.10).

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, ClientId};
use doorward_protocol::client_auth::JWT_BEARER;
use doorward_store::repo;
use doorward_testkit::authorization::{Outcome, VERIFIER};
use doorward_testkit::{
    Authorization, Credentials, Page, Stack, TestClient, UserAgent, agent, both_backends,
    both_backends_with, jwt,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{assert_error_page, assert_oauth_error, text, tokens};
use crate::support_documents::{Answer, DocumentServer};
use crate::support_keys::TestKey;

const ON: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES",
        "openid email offline_access tasks:read",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
both_backends_with!(
    ON;
    a_client_that_nobody_registered_gets_tokens_and_loses_them,
    people_are_told_who_asks_every_time,
    section_3_the_client_id_is_an_address_in_one_spelling,
    section_4_1_a_document_without_secrets_and_with_its_own_address,
    section_5_status_200_and_no_redirect,
    section_5_2_what_is_kept_follows_the_document,
    section_8_7_and_1_10_size_and_media_type,
    private_key_jwt_with_published_keys,
    thirty_two_at_once_are_one_fetch_and_one_row,
    unknown_addresses_are_fetched_so_often,
    an_administrator_sees_it_and_switches_it_off,
    what_nobody_allowed_anything_is_forgotten,
);
const ONE_PLACE: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__MAX_CLIENTS", "1"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
both_backends_with!(ONE_PLACE; they_cannot_fill_the_database);
const ONE_HOST: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true"),
    (
        "DOORWARD__CLIENT_METADATA_DOCUMENTS__ALLOWED_HOSTS",
        "app.example",
    ),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
both_backends_with!(ONE_HOST; a_host_that_is_not_listed_is_not_asked);
const NOTHING_INSIDE: &[(&str, &str)] = &[("DOORWARD__CLIENT_METADATA_DOCUMENTS__ENABLED", "true")];
both_backends_with!(NOTHING_INSIDE; ss_1_an_address_inside_is_never_asked);
both_backends!(off_means_unknown_and_unlisted);

fn client(id: &str) -> TestClient {
    TestClient {
        id: id.to_owned(),
        secret: None,
        credentials: Credentials::None,
        redirect_uri: "https://notes.example/cb".to_owned(),
    }
}

fn request(stack: &Stack, id: &str) -> Authorization {
    Authorization::new(stack.issuer(), &client(id))
}

/// The page that an authorization request of this client comes to.
async fn begin(stack: &Stack, id: &str) -> Page {
    request(stack, id).start(&UserAgent::new()).await.at_page()
}

/// Such a request is refused on a page that tells nothing of why (SS-3).
#[track_caller]
fn assert_unknown(page: &Page) {
    assert_error_page(page);
    assert!(page.find_form("form:has([name=password])").is_none());
}

async fn row(stack: &Stack, id: &str) -> Option<doorward_domain::model::Client> {
    let db = stack.db().await;
    let found = repo::clients::find(db.read(), &ClientId::parse(id)?).await;
    db.close().await.unwrap();
    found.unwrap()
}

async fn a_client_that_nobody_registered_gets_tokens_and_loses_them(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let document = UserAgent::new()
        .get(stack.at("/.well-known/oauth-authorization-server"))
        .await
        .json();
    assert_eq!(document["client_id_metadata_document_supported"], true);
    let agent = UserAgent::new();
    let asked = request(stack, &id).with("scope", "openid tasks:read");
    let code = asked.complete(&agent, "alice").await.code();
    let answer = tokens(&stack.exchange(&client(&id), &code).await);
    let claims = jwt::claims(&text(&answer, "access_token"));
    assert_eq!(claims["client_id"], json!(id));
    assert_eq!(claims["aud"], json!(stack.seed.audience));
    assert_eq!(jwt::claims(&text(&answer, "id_token"))["aud"], json!(id));
    // PKCE holds for it as for any public client (RFC 9700 §2.1.1).
    let bare = asked
        .clone()
        .without("code_challenge")
        .without("code_challenge_method");
    assert_eq!(
        bare.start(&agent).await.at_client()["error"],
        "invalid_request"
    );
    // Nothing but codes: neither tokens of its own nor those of a device.
    let own = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    assert_oauth_error(
        &stack.token(&client(&id), &own).await,
        400,
        "unauthorized_client",
    );
    let device = [("scope", "openid")];
    let device = stack
        .as_client("/oauth2/device_authorization", &client(&id), &device)
        .await;
    assert_oauth_error(&device, 400, "unauthorized_client");
    let introspected = [("token", text(&answer, "access_token"))];
    let fields = introspected
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let page = stack
        .as_client("/oauth2/introspect", &client(&id), &fields)
        .await;
    assert_oauth_error(&page, 401, "invalid_client");
    let refreshed = stack
        .refresh(&client(&id), &text(&answer, "refresh_token"))
        .await;
    let refreshed = tokens(&refreshed);
    // It stands among the person's apps, and ends there.
    let account = agent.get(stack.at("/account")).await;
    let apps = account.text_of("section:has(#apps)").unwrap();
    assert!(apps.contains("Notes"), "{apps}");
    agent.submit(&account.press("button[name=client_id]")).await;
    let dead = stack
        .refresh(&client(&id), &text(&refreshed, "refresh_token"))
        .await;
    assert_oauth_error(&dead, 400, "invalid_grant");
    // RFC 7009: its own tokens are its own to revoke.
    let code = asked.complete(&agent, "alice").await.code();
    let token = text(
        &tokens(&stack.exchange(&client(&id), &code).await),
        "refresh_token",
    );
    let page = stack
        .as_client("/oauth2/revoke", &client(&id), &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.shown());
    assert_oauth_error(
        &stack.refresh(&client(&id), &token).await,
        400,
        "invalid_grant",
    );
    // Fetched once, without a credential of anybody's (SS-2).
    let visits = server.visits();
    assert_eq!(visits.len(), 1, "{visits:?}");
    let head = visits[0].to_ascii_lowercase();
    for field in ["cookie:", "authorization:", "referer:"] {
        assert!(!head.contains(field), "{head}");
    }
}

async fn people_are_told_who_asks_every_time(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |document| {
        document["redirect_uris"] = json!(["https://notes.example/cb", "http://127.0.0.1/cb"]);
        document["logo_uri"] = json!("https://notes.example/logo.png");
    });
    let agent = UserAgent::new();
    // UX CO-2: the badge, the whole host, where the answer goes, and never a logo.
    for times in 0..2 {
        let asked = request(stack, &id);
        let mut outcome = asked.start(&agent).await;
        if times == 0 {
            let login = outcome.at_page().form("form:has([name=password])");
            let login = login.with("identifier", "alice");
            let login = login.with("password", doorward_testkit::PASSWORD);
            let next = agent.submit(&login).await;
            outcome = asked.onward(&agent, next).await;
        }
        let page = outcome.at_page();
        let shown = page.text_of("main").unwrap();
        for words in ["Notes", "Not verified", &server.host(), "notes.example"] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        assert!(!page.text().contains("logo.png"));
        let allow = page
            .form("form:has([name=decision])")
            .with("decision", "allow");
        let next = agent.submit(&allow).await;
        asked.onward(&agent, next).await.code();
    }
    let silent = request(stack, &id)
        .with("prompt", "none")
        .start(&agent)
        .await
        .at_client();
    assert_eq!(silent["error"], "consent_required");
    // RFC 8252 §7.3 and §8.6: any program here could take that answer.
    let local = TestClient {
        redirect_uri: "http://127.0.0.1:7070/cb".to_owned(),
        ..client(&id)
    };
    let page = Authorization::new(stack.issuer(), &local)
        .start(&agent)
        .await
        .at_page();
    let shown = page.text_of("main").unwrap();
    assert!(shown.contains("An app on this computer"), "{shown}");
    assert!(shown.contains("Any program on this computer"), "{shown}");
}

async fn section_3_the_client_id_is_an_address_in_one_spelling(stack: &Stack) {
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

async fn section_4_1_a_document_without_secrets_and_with_its_own_address(stack: &Stack) {
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
    // §8.1, OA-1: a redirect URI that the document does not list is never followed.
    stack.clock.advance(600);
    let good = server.publish("/good", |_| {});
    let other = request(stack, &good).with("redirect_uri", "https://evil.example/cb");
    assert_error_page(&other.start(&UserAgent::new()).await.at_page());
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
    // §5.1, §5.2: nothing of a failure is kept, but not every request asks again.
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

async fn section_5_2_what_is_kept_follows_the_document(stack: &Stack) {
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
    // No header: an hour. Within it nobody asks again.
    stack.clock.advance(3599);
    begin(stack, &id).await.form("form:has([name=password])");
    assert_eq!(server.visits().len(), 1);
    // Afterwards the document of that day counts, for codes at once.
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
    let noted =
        |event: &&doorward_domain::model::AuditEvent| event.client_id.as_deref() == Some(&id);
    assert_eq!(events.iter().filter(noted).count(), 2, "{events:?}");
    // At least five minutes, whatever it says.
    stack.clock.advance(299);
    assert_error_page(&begin(stack, &id).await);
    assert_eq!(server.visits().len(), 2);
    // Taken away: no new sign-in, while what was allowed goes on for a day and no longer.
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

async fn private_key_jwt_with_published_keys(stack: &Stack) {
    let server = DocumentServer::start().await;
    let key = TestKey::new("ES256", "one");
    let keys: Value = serde_json::from_str(&key.jwks()).unwrap();
    server.serve("/jwks", Answer::json(&keys));
    let inline = server.publish("/inline", |document| {
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        document["jwks"] = keys;
    });
    let by_address = server.publish("/address", |document| {
        document["token_endpoint_auth_method"] = json!("private_key_jwt");
        document["jwks_uri"] = json!(server.url("/jwks"));
    });
    for id in [inline, by_address] {
        let now = stack.clock.now();
        let assertion = |jti: &str, key: &TestKey| {
            let claims = json!({ "iss": id, "sub": id, "aud": stack.issuer(), "jti": jti, "iat": now, "exp": now + 60 });
            key.sign(None, &claims)
        };
        let post = async |path: &str, fields: &[(&str, &str)]| {
            let agent = UserAgent::new();
            let request = agent.http().post(stack.at(path));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            agent
                .send(request.body(agent::encode(fields.to_vec())))
                .await
        };
        // Its very first request is a pushed one.
        let asked = request(stack, &id);
        let good = assertion("one", &key);
        let mut fields = asked.pairs();
        fields.extend([
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &good),
        ]);
        let pushed = post("/oauth2/par", &fields).await;
        assert_eq!(pushed.status, 201, "{}", pushed.shown());
        // As a public client, or with another's key, it is nobody.
        let page = post("/oauth2/par", &asked.pairs()).await;
        assert_oauth_error(&page, 401, "invalid_client");
        let forged = assertion("two", &TestKey::new("ES256", "one"));
        let code = asked.complete(&UserAgent::new(), "alice").await.code();
        let exchange = |assertion: String| {
            let fields = [
                ("grant_type", "authorization_code".to_owned()),
                ("code", code.clone()),
                ("redirect_uri", "https://notes.example/cb".to_owned()),
                ("code_verifier", VERIFIER.to_owned()),
                ("client_assertion_type", JWT_BEARER.to_owned()),
                ("client_assertion", assertion),
            ];
            async move {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                post("/oauth2/token", &fields).await
            }
        };
        assert_oauth_error(&exchange(forged).await, 401, "invalid_client");
        tokens(&exchange(assertion("three", &key)).await);
    }
}

async fn thirty_two_at_once_are_one_fetch_and_one_row(stack: &Stack) {
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
    assert_eq!(server.visits().len(), 2, "a failure is not tried 32 times");
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
        "ten from one address in ten minutes"
    );
    let good = server.publish("/good", |_| {});
    assert_unknown(&begin(stack, &good).await);
    // Who is known is not kept out by that, even when the document is due.
    stack.clock.advance(3600);
    begin(stack, &known).await.form("form:has([name=password])");
    assert_eq!(server.visits().len(), 11);
}

async fn an_administrator_sees_it_and_switches_it_off(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    let agent = UserAgent::new();
    let code = request(stack, &id).complete(&agent, "alice").await.code();
    let token = text(
        &tokens(&stack.exchange(&client(&id), &code).await),
        "refresh_token",
    );
    stack.disable_client(&id).await;
    assert_unknown(&begin(stack, &id).await);
    assert_oauth_error(
        &stack.refresh(&client(&id), &token).await,
        401,
        "invalid_client",
    );
    // A new document does not switch it on again.
    stack.clock.advance(2 * 3600);
    server.publish("/client.json", |document| {
        document["client_name"] = json!("Other")
    });
    assert_unknown(&begin(stack, &id).await);
    assert!(!row(stack, &id).await.unwrap().is_active());
}

async fn what_nobody_allowed_anything_is_forgotten(stack: &Stack) {
    let server = DocumentServer::start().await;
    let [allowed, passing] = ["/allowed", "/passing"].map(|path| server.publish(path, |_| {}));
    let outcome = request(stack, &allowed)
        .complete(&UserAgent::new(), "alice")
        .await;
    assert!(matches!(outcome, Outcome::Client(_)), "{outcome:?}");
    begin(stack, &passing)
        .await
        .form("form:has([name=password])");
    stack.clock.advance(3601);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let before = stack.clock.now() - 3600;
    repo::clients::purge_documents(&tx, before).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    assert!(row(stack, &allowed).await.is_some());
    assert_eq!(row(stack, &passing).await, None);
}

async fn they_cannot_fill_the_database(stack: &Stack) {
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

async fn a_host_that_is_not_listed_is_not_asked(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    assert_unknown(&begin(stack, &id).await);
    assert!(server.visits().is_empty());
}

async fn ss_1_an_address_inside_is_never_asked(stack: &Stack) {
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

async fn off_means_unknown_and_unlisted(stack: &Stack) {
    let server = DocumentServer::start().await;
    let id = server.publish("/client.json", |_| {});
    assert_unknown(&begin(stack, &id).await);
    assert!(server.visits().is_empty());
    let document = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    assert!(
        document
            .get("client_id_metadata_document_supported")
            .is_none()
    );
}
