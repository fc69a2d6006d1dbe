//! Tests of sessions: browsers and clients in one list, ended one at a time or all others.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Session, SessionId};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, UserAgent, flows, flows_with};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Tokens, body, call, claims, get_as, problem, refresh, sign_in};

flows!(
    single_session_is_ended,
    all_other_sessions_are_ended,
    sessions_of_other_users_are_not_found,
    replayed_refresh_token_ends_session_with_reason,
    sessions_are_listed_in_pages,
);

flows_with!(GEOIP; session_shows_device_location_and_last_use);

/// The test database; `places.mmdb.txt` lists its content.
const GEOIP: &[(&str, &str)] = &[
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
    (
        "DOORWARD__GEOIP__DATABASE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/places.mmdb"),
    ),
];

async fn delete(stack: &Stack, token: &str, path: &str) -> doorward_testkit::Page {
    call(stack, "DELETE", path).bearer(token).send().await
}

fn id_of(token: &str) -> String {
    claims(token)["sid"].as_str().expect("sid").to_owned()
}

async fn single_session_is_ended(stack: &Stack) {
    let (mine, other) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let list = body(
        &get_as(stack, &mine.access, "/api/auth/sessions").await,
        200,
    );
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    assert_eq!(ids.len(), 2);
    let current: Vec<bool> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["current"].as_bool())
        .collect();
    assert_eq!(current.iter().filter(|it| **it).count(), 1);
    let path = format!("/api/auth/sessions/{}", id_of(&other.access));
    assert_eq!(delete(stack, &mine.access, &path).await.status, 204);
    problem(
        &refresh(stack, &other.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &get_as(stack, &other.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    body(&get_as(stack, &mine.access, "/api/auth/profile").await, 200);
    // The client may end its own session, too.
    let path = format!("/api/auth/sessions/{}", id_of(&mine.access));
    assert_eq!(delete(stack, &mine.access, &path).await.status, 204);
    problem(
        &get_as(stack, &mine.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
}

async fn all_other_sessions_are_ended(stack: &Stack) {
    let browser = UserAgent::new();
    let page = browser.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    browser.submit(&form.with("password", PASSWORD)).await;
    let (mine, other) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let bob = sign_in(stack, "bob").await;
    assert_eq!(
        delete(stack, &mine.access, "/api/auth/sessions")
            .await
            .status,
        204
    );
    let list = body(
        &get_as(stack, &mine.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    problem(
        &refresh(stack, &other.refresh).await,
        401,
        "invalid-refresh-token",
    );
    assert_eq!(browser.get(stack.at("/account")).await.status, 303);
    body(&refresh(stack, &bob.refresh).await, 200);
}

async fn replayed_refresh_token_ends_session_with_reason(stack: &Stack) {
    let first = sign_in(stack, "alice").await;
    let answer = body(&refresh(stack, &first.refresh).await, 200);
    let second = answer["refresh"].as_str().expect("a token").to_owned();
    body(&refresh(stack, &second).await, 200);
    // The successor was used, so this is not a retry after a lost response.
    problem(
        &refresh(stack, &first.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &get_as(stack, &first.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    let browser = UserAgent::new();
    let page = browser.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    browser.submit(&form.with("password", PASSWORD)).await;
    let page = browser.get(stack.at("/account/sessions/ended")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let received = page.texts_of(".rows p:not(.small)");
    let reason = "One of its keys was used twice. It was ended to protect you.";
    assert_eq!(received, [reason]);
}

async fn sessions_of_other_users_are_not_found(stack: &Stack) {
    let (alice, bob) = (sign_in(stack, "alice").await, sign_in(stack, "bob").await);
    for id in [
        id_of(&bob.access),
        "nonsense".to_owned(),
        "%FF".to_owned(),
        uuid::Uuid::new_v4().to_string(),
    ] {
        let page = delete(stack, &alice.access, &format!("/api/auth/sessions/{id}")).await;
        problem(&page, 404, "not-found");
    }
    body(&refresh(stack, &bob.refresh).await, 200);
    problem(
        &call(stack, "GET", "/api/auth/sessions").send().await,
        401,
        "invalid-token",
    );
}

/// Signs in as a client with this user agent from this address.
async fn sign_in_from(stack: &Stack, app: &str, ip: &str) -> Tokens {
    let request = call(stack, "POST", "/api/auth/login")
        .header("user-agent", app)
        .header("x-forwarded-for", ip);
    let body = json!({ "username": "alice", "password": PASSWORD });
    Tokens::of(&request.json(&body).send().await)
}

async fn session_shows_device_location_and_last_use(stack: &Stack) {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let munich = sign_in_from(stack, FIREFOX, "198.51.100.9").await;
    sign_in_from(stack, "curl/8", "10.1.2.3").await;
    stack.clock.advance(3_600);
    let mine = sign_in_from(stack, "tasks-app", "203.0.113.7").await;
    body(&refresh(stack, &munich.refresh).await, 200);
    let list = async |lang: &str| -> Vec<Value> {
        let request = call(stack, "GET", "/api/auth/sessions").bearer(&mine.access);
        let page = request.header("accept-language", lang).send().await;
        body(&page, 200).as_array().unwrap().clone()
    };
    let of = |list: &[Value], id: &str| -> Value {
        list.iter().find(|item| item["id"] == id).unwrap().clone()
    };
    let received = list("en").await;
    assert_eq!(received.len(), 3, "{received:?}");
    let firefox = of(&received, &id_of(&munich.access));
    assert_eq!(firefox["place"], "near Munich, Germany");
    assert_eq!(firefox["device"], "Firefox on Linux");
    assert_eq!(firefox["browser"], "Firefox");
    assert_eq!(firefox["system"], "Linux");
    assert_eq!(firefox["user_agent"], FIREFOX);
    assert_eq!(firefox["current"], false);
    // The session was used an hour after it started.
    assert_ne!(firefox["last_seen_at"], firefox["created_at"]);
    let own = of(&received, &id_of(&mine.access));
    assert_eq!(own["place"], "near Berlin, Germany");
    assert_eq!(
        (&own["current"], &own["browser"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(own["last_seen_at"], firefox["last_seen_at"]);
    // An address that the database does not contain has no location.
    let curl = received
        .iter()
        .find(|item| item["user_agent"] == "curl/8")
        .unwrap();
    assert_eq!(
        (&curl["ip"], &curl["place"]),
        (&json!("10.1.2.3"), &json!(null))
    );
    // The location is in the caller's language.
    let received = list("de").await;
    let firefox = of(&received, &id_of(&munich.access));
    assert_eq!(firefox["place"], "nahe München, Deutschland");
}

/// Inserts copies of the only session of alice.
async fn copy_session(stack: &Stack, count: u128) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id;
    let listed = repo::sessions::list_for_user(db.read(), alice, now).await;
    let model = listed.unwrap().remove(0);
    let tx = db.begin_write().await.unwrap();
    for number in 1..=count {
        let copy = Session {
            id: SessionId::from_uuid(Uuid::from_u128(number)),
            token_hash: TokenHash::digest(&number.to_string()),
            ..model.clone()
        };
        repo::sessions::insert(&tx, &copy).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn sessions_are_listed_in_pages(stack: &Stack) {
    let mine = sign_in(stack, "alice").await;
    // All of them were used last at the same time.
    copy_session(stack, 120).await;
    for (first, sizes) in [
        ("/api/auth/sessions?limit=50", vec![50, 50, 21]),
        ("/api/auth/sessions", vec![50, 50, 21]),
        ("/api/auth/sessions?limit=200", vec![121]),
    ] {
        let (mut ids, mut found, mut current) = (BTreeSet::new(), Vec::new(), 0);
        let mut next = Some(first.to_owned());
        while let Some(path) = next {
            let page = get_as(stack, &mine.access, &path).await;
            let list = body(&page, 200);
            let list = list.as_array().expect("a list");
            found.push(list.len());
            ids.extend(list.iter().map(|item| item["id"].to_string()));
            current += list.iter().filter(|item| item["current"] == true).count();
            next = page.header("link").map(|link| {
                let link = link.strip_prefix('<').expect("an address");
                let link = link.strip_suffix(">; rel=\"next\"").expect("the next page");
                link.strip_prefix(stack.issuer())
                    .expect("a path")
                    .to_owned()
            });
        }
        assert_eq!((found, ids.len(), current), (sizes, 121, 1), "{first}");
    }
    let path = "/api/auth/sessions?cursor=nonsense";
    problem(
        &get_as(stack, &mine.access, path).await,
        400,
        "invalid-input",
    );
    // A cursor belongs to its user.
    let page = get_as(stack, &mine.access, "/api/auth/sessions?limit=50").await;
    let link = page.header("link").expect("a next page").to_owned();
    let (_, path) = link.split_once(stack.issuer()).expect("an address");
    let (path, _) = path.split_once('>').expect("its end");
    let bob = sign_in(stack, "bob").await;
    problem(
        &get_as(stack, &bob.access, path).await,
        400,
        "invalid-input",
    );
}
