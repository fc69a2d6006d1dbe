//! Signed-in browsers: tasks, forms, refresh, sign-out.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::json;
use url::Url;

use super::{Browser, between, page};
use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, header};

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn tasks_are_added_done_reopened_and_deleted(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let csrf = browser.csrf().await;
    let csrf = ("csrf", csrf.as_str());
    let title = "\"><svg onload=alert(1)> 🦀";
    let fields = [
        csrf,
        ("title", title),
        ("priority", "high"),
        ("due_date", "2026-12-24"),
    ];
    let response = browser.post("/web/tasks", &fields).await;
    assert_eq!(header(&response, "location"), "/web/?notice=added");
    let text = page(browser.get("/web/?notice=added").await, 200).await;
    assert!(
        text.contains("Task added.") && text.contains("24 Dec 2026"),
        "{text}"
    );
    assert!(
        text.contains("High priority") && !text.contains("<svg onload"),
        "{text}"
    );

    let id = between(&text, "action=\"/web/tasks/", "/status").to_owned();
    let alice = fixture.person("alice", DEVELOPER);
    let path = format!("/api/tasks/{id}");
    for (status, notice) in [("done", "completed"), ("todo", "reopened")] {
        let fields = [csrf, ("status", status)];
        let response = browser
            .post(&format!("/web/tasks/{id}/status"), &fields)
            .await;
        assert_eq!(
            header(&response, "location"),
            format!("/web/?notice={notice}")
        );
        let task: serde_json::Value = alice.get(&path).await.json().await.unwrap();
        assert_eq!(
            (&task["status"], &task["title"]),
            (&json!(status), &json!(title))
        );
    }
    let response = browser
        .post(&format!("/web/tasks/{id}/delete"), &[csrf])
        .await;
    assert_eq!(header(&response, "location"), "/web/?notice=deleted");
    assert_eq!(alice.get(&path).await.status(), StatusCode::NOT_FOUND);
    page(
        browser
            .post(&format!("/web/tasks/{id}/delete"), &[csrf])
            .await,
        404,
    )
    .await;
}

#[actix_web::test]
async fn invalid_form_keeps_input_and_names_errors() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let csrf = browser.csrf().await;
    let long = "x".repeat(201);
    let fields = [
        ("csrf", csrf.as_str()),
        ("title", &long),
        ("due_date", "tomorrow"),
    ];
    let text = page(browser.post("/web/tasks", &fields).await, 422).await;
    assert!(text.contains("<title>Error: Your tasks") && text.contains("role=\"alert\""));
    assert!(
        text.contains("aria-invalid=\"true\" aria-describedby=\"title-error\""),
        "{text}"
    );
    assert!(text.contains(&long) && text.contains("value=\"tomorrow\""));
    let fields = [("csrf", csrf.as_str()), ("title", "")];
    page(browser.post("/web/tasks", &fields).await, 422).await;
    let fields = [("csrf", csrf.as_str()), ("title", "a\0b")];
    assert!(
        browser
            .post("/web/tasks", &fields)
            .await
            .status()
            .is_client_error()
    );
}

#[actix_web::test]
async fn long_list_has_pages() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let alice = fixture.person("alice", DEVELOPER);
    for number in 0..60 {
        alice
            .create(json!({"title": format!("number {number}.")}))
            .await;
    }
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("number 59.") && !text.contains("number 9."));
    let older = between(&text, "rel=\"next\" href=\"", "\"").to_owned();
    let text = page(browser.get(&older).await, 200).await;
    assert!(text.contains("number 9.") && !text.contains("number 10."));
    let stale = browser.get("/web/?cursor=nonsense").await;
    assert_eq!(header(&stale, "location"), "/web/");
}

#[rstest]
#[case::no_token("", Some("same-origin"), None)]
#[case::foreign_token(
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    Some("same-origin"),
    None
)]
#[case::cross_site("good", Some("cross-site"), None)]
#[case::same_site("good", Some("same-site"), None)]
#[case::typed("good", Some("none"), None)]
#[case::foreign_origin("good", None, Some("https://evil.example"))]
#[case::null_origin("good", None, Some("null"))]
#[case::neither("good", None, None)]
#[actix_web::test]
async fn cross_site_form_changes_nothing(
    #[case] csrf: &str,
    #[case] site: Option<&str>,
    #[case] origin: Option<&str>,
) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let good = browser.csrf().await;
    let csrf = if csrf == "good" { &good } else { csrf };
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    let id = path.strip_prefix("/api/tasks/").unwrap();
    for path in [
        "/web/tasks".to_owned(),
        "/web/logout".to_owned(),
        format!("/web/tasks/{id}/status"),
        format!("/web/tasks/{id}/delete"),
    ] {
        let fields = [("csrf", csrf), ("title", "forged"), ("status", "done")];
        let mut request = fixture.request(Method::POST, &path).form(&fields);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        page(browser.send(request).await, 403).await;
    }
    assert_eq!(alice.titles("/api/tasks/?status=todo").await, ["t"]);
    assert!(
        browser
            .get("/web/")
            .await
            .text()
            .await
            .unwrap()
            .contains("Sign out")
    );
}

#[actix_web::test]
async fn older_browser_is_checked_by_origin() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let csrf = browser.csrf().await;
    let request = fixture
        .request(Method::POST, "/web/tasks")
        .header("origin", &fixture.url);
    let request = request.form(&[("csrf", csrf.as_str()), ("title", "t")]);
    assert_eq!(browser.send(request).await.status(), StatusCode::SEE_OTHER);
    let request = fixture
        .request(Method::POST, "/web/tasks")
        .header("origin", &fixture.url);
    page(
        browser.send(request.json(&json!({"csrf": csrf}))).await,
        415,
    )
    .await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn old_access_token_is_refreshed_once_for_all_requests(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    fixture.clock.advance(271);
    // One response only: a second refresh would be rejected and end the session.
    fixture
        .issuer
        .queue_response(200, browser.tokens("refresh-2"));
    let requests = (0..20).map(|_| {
        let mut tab = Browser::new(&fixture);
        tab.cookies = browser.cookies.clone();
        async move { tab.get("/web/").await.text().await.unwrap() }
    });
    for text in join_all(requests).await {
        assert!(text.contains("No tasks here yet"), "{text}");
    }
    let sent = fixture.issuer.take_requests();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("grant_type=refresh_token") && sent[0].contains("refresh-1"));
    // The next refresh uses the successor.
    fixture.clock.advance(300);
    fixture
        .issuer
        .queue_response(200, browser.tokens("refresh-3"));
    page(browser.get("/web/").await, 200).await;
    assert!(fixture.issuer.take_requests()[0].contains("refresh-2"));
}

#[actix_web::test]
async fn token_rejected_by_api_is_refreshed() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    let request = browser.begin().await;
    let id_token = fixture
        .issuer
        .id_token(&request["nonce"], &json!({}), crate::fixture::NOW);
    let revoked = json!({"access_token": "revoked", "token_type": "Bearer", "expires_in": 300,
                         "refresh_token": "refresh-1", "id_token": id_token});
    fixture.issuer.queue_response(200, revoked);
    browser.come_back(&request).await;
    fixture
        .issuer
        .queue_response(200, browser.tokens("refresh-2"));
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("No tasks here yet"));
}

#[actix_web::test]
async fn ended_grant_requires_sign_in() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    fixture.clock.advance(300);
    let response = browser.get("/web/").await;
    assert_eq!(header(&response, "location"), "/web/?notice=ended");
    let text = page(browser.get("/web/?notice=ended").await, 200).await;
    assert!(text.contains("Your session has ended") && text.contains("href=\"/web/login\""));
}

#[actix_web::test]
async fn issuer_in_trouble_ends_no_session() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    fixture.clock.advance(280);
    fixture
        .issuer
        .queue_response(503, json!({"error": "temporarily_unavailable"}));
    page(browser.get("/web/").await, 502).await;
    fixture
        .issuer
        .queue_response(200, browser.tokens("refresh-2"));
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("Sign out"));
}

#[actix_web::test]
async fn signing_out_ends_session_here_and_at_issuer() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    let csrf = browser.csrf().await;
    let stolen = browser.cookies.clone();
    let response = browser
        .post("/web/logout", &[("csrf", csrf.as_str())])
        .await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let url = Url::parse(header(&response, "location")).unwrap();
    assert_eq!(url.path(), "/logout");
    let sent: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(
        sent["post_logout_redirect_uri"],
        format!("{}/web/", fixture.url)
    );
    assert_eq!(sent["client_id"], "tasks-web");
    assert!(sent["id_token_hint"].starts_with("eyJ"));
    assert!(!browser.is_signed_in());
    let requests = fixture.issuer.take_requests();
    assert!(
        requests[0].starts_with("revoke ") && requests[0].contains("refresh-1"),
        "{requests:?}"
    );

    // A copy of the cookie is no longer valid.
    let mut thief = Browser::new(&fixture);
    thief.cookies = stolen;
    assert!(
        page(thief.get("/web/").await, 200)
            .await
            .contains("href=\"/web/login\"")
    );

    let elsewhere = page(browser.get("/web/?state=guessed").await, 200).await;
    assert!(!elsewhere.contains("You are signed out."));
    let back = browser.get(&format!("/web/?state={}", sent["state"])).await;
    assert!(page(back, 200).await.contains("You are signed out."));
}

#[actix_web::test]
async fn session_ends_after_twelve_hours() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let mut browser = Browser::new(&fixture);
    browser.sign_in().await;
    fixture.clock.advance(12 * 3600);
    let text = page(browser.get("/web/").await, 200).await;
    assert!(text.contains("href=\"/web/login\""));
}

#[actix_web::test]
async fn style_sheet_may_be_kept_for_ever() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    assert_eq!(header(&fixture.get("/").await, "location"), "/web/");
    let text = page(fixture.get("/web/").await, 200).await;
    let path = between(&text, "<link rel=\"stylesheet\" href=\"", "\"");
    let response = fixture.get(path).await;
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
    assert!(header(&response, "cache-control").contains("immutable"));
    assert!(response.text().await.unwrap().len() < 8 * 1024);
    page(fixture.get("/web/tasks.0000000000000000.css").await, 404).await;
}
