//! Tests of the personal data export and of account deletion (ASVS 5.0 §7.5.3).

use std::time::{Duration, Instant};

use crate::profile::signed_in;
use crate::support::{is_signed_in, location, register, sign_in};
use crate::two_factor;
use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{AuditKind, GrantId, SubjectKind, UserId};
use doorward_store::repo;
use doorward_testkit::{
    Authorization, PASSWORD, Page, Stack, UserAgent, both_backends, flows, flows_with,
};
use serde_json::{Value, json};

both_backends!(
    export_of_many_rows_is_streamed,
    of_concurrent_cancel_and_delete_only_first_wins
);
flows!(
    export_contains_all_data_and_no_secret,
    export_and_deletion_require_recent_authentication,
    password_alone_is_no_recent_authentication_with_factor,
    pending_deletion_blocks_sign_in_and_tokens,
    deletion_can_be_cancelled_within_grace_period,
    waiting_client_gets_code_after_cancelled_deletion,
    deletion_requires_correct_user_name,
    account_is_deleted_after_grace_period,
);
flows_with!(LIMITS; exports_of_account_are_limited);

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const DAY: i64 = 24 * 60 * 60;
const GRACE: i64 = 14 * DAY;
const ALICE: &str = "alice@example.org";

async fn ask_for_copy(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at("/account/data")).await;
    agent.submit(&page.form("#data-export")).await
}

pub async fn ask_for_deletion(stack: &Stack, agent: &UserAgent, typed: &str) -> Page {
    let page = agent.get(stack.at("/account/data")).await;
    let form = page.form("#data-delete").with("username", typed);
    agent.submit(&form).await
}

/// Returns a browser signed in as alice, whose account deletion is pending.
async fn with_pending_deletion(stack: &Stack) -> UserAgent {
    let agent = signed_in(stack, "alice").await;
    let page = ask_for_deletion(stack, &agent, "alice").await;
    assert_eq!(location(&page), "/account/keep");
    agent
}

pub async fn alice(stack: &Stack) -> Option<UserId> {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), "alice").await;
    db.close().await.expect("close");
    found.expect("a query").map(|user| user.id)
}

pub async fn events(stack: &Stack, kind: AuditKind) -> usize {
    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 1000)
        .await
        .expect("a log");
    db.close().await.expect("close");
    events.iter().filter(|event| event.kind == kind).count()
}

async fn export_contains_all_data_and_no_secret(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&agent, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let offer = agent.get(stack.at(two_factor::HOME)).await;
    let (app, _) = two_factor::set_up(stack, &agent, &offer).await;
    let home = agent.get(stack.at("/account")).await;
    assert!(home.has("nav a[href='/account/data']"));

    let page = ask_for_copy(stack, &agent).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json");
    assert_eq!(
        page.header("content-disposition"),
        Some("attachment; filename=\"personal-data.json\"")
    );
    assert!(
        page.header("cache-control")
            .expect("a rule")
            .contains("no-store")
    );
    let copy = page.json();
    let id = alice(stack).await.expect("alice").to_string();
    assert_eq!(copy["account"]["id"], id);
    assert_eq!(copy["account"]["username"], "alice");
    assert_eq!(copy["account"]["email"], ALICE);
    assert_eq!(copy["profile"]["given_name"], "Alice");
    assert_eq!(copy["profile"]["address"]["locality"], "Berlin");
    assert_eq!(
        copy["profile"]["email_preferences"],
        json!({"product_news": false, "newsletter": false})
    );
    assert_eq!(copy["picture"], Value::Null);
    assert_eq!(copy["sessions"].as_array().expect("sessions").len(), 1);
    assert_eq!(copy["sessions"][0]["browser"], "doorward-testkit");
    assert_eq!(copy["sessions"][0]["ip"], "127.0.0.1");
    assert_eq!(copy["apps"][0]["client_id"], client.id.as_str());
    assert_eq!(copy["grants"][0]["scope"], "openid offline_access");
    assert_eq!(copy["roles"][0]["role"], "developer");
    assert!(copy["second_factor"]["authenticator_app"]["confirmed_at"].is_string());
    assert_eq!(copy["second_factor"]["recovery_codes_left"], 10);
    assert_eq!(copy["second_factor"]["trusted_devices"], json!([]));
    for list in [
        "api_keys",
        "organizations",
        "invitations",
        "groups",
        "mailed_links",
        "sign_in_attempts",
    ] {
        assert!(copy[list].is_array(), "{list}");
    }
    let kinds: Vec<_> = copy["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| event["kind"].as_str().expect("a kind"))
        .collect();
    for kind in [
        "login.succeeded",
        "factor.added",
        "consent.granted",
        "data.exported",
    ] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let secret = app.secret.to_groups().replace(' ', "");
    holds_no_secret(stack, &page.text(), &[refresh, &app.recovery[0], &secret]).await;
    assert_eq!(stack.mail(ALICE).await.subject, "Your data was downloaded");
    assert_eq!(events(stack, AuditKind::DataExported).await, 1);
}

/// Asserts that the export has no secret, no hash and no data of other users.
async fn holds_no_secret(stack: &Stack, copy: &str, secrets: &[&str]) {
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "alice").await;
    let user = user.expect("a query").expect("alice");
    db.close().await.expect("close");
    let hash = user.password_hash.expect("a hash");
    let words = [hash.as_str(), PASSWORD, "argon2", "hash", "sealed", "bob"];
    for secret in secrets.iter().chain(&words) {
        assert!(!copy.contains(secret), "{secret} in {copy}");
    }
}

async fn export_and_deletion_require_recent_authentication(stack: &Stack) {
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/account/data")).await;
    assert_eq!(location(&page), "/login?next=/account/data");
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at("/account/data")).await;
    let (copy, end) = (page.form("#data-export"), page.form("#data-delete"));
    stack.clock.advance(15 * 60 + 1);
    let page = agent.get(stack.at("/account/data")).await;
    assert!(
        !page.has("#data-export") && !page.has("#data-delete"),
        "{}",
        page.dump()
    );
    assert!(page.has("a[href='/login?next=/account/data']"));
    for form in [copy, end.with("username", "alice")] {
        let page = agent.submit(&form).await;
        assert_eq!(location(&page), "/login?next=/account/data");
    }
    assert_eq!(events(stack, AuditKind::DataExported).await, 0);
    assert_eq!(events(stack, AuditKind::DeletionRequested).await, 0);
    // The reauthentication returns to the page.
    let page = agent.get(stack.at("/login?next=/account/data")).await;
    let form = page.form("#login").with("password", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/data");
    assert_eq!(ask_for_copy(stack, &agent).await.status, 200);
}

/// Checks that a recent password authentication is not enough if a second factor is enrolled
/// (GHSA-hp74-gm6m-2qm5).
async fn password_alone_is_no_recent_authentication_with_factor(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at("/account/data")).await;
    let forms = [
        page.form("#data-export"),
        page.form("#data-delete").with("username", "alice"),
    ];
    // Enrolled in another session that keeps the other sessions: this session has authenticated by
    // password only.
    let other = signed_in(stack, "alice").await;
    let offer = other.get(stack.at(two_factor::HOME)).await;
    let page = other
        .submit(&offer.form("form[action$='/2fa/start']"))
        .await;
    let page = other.follow(page, "").await;
    let key = page.text_of("#key").expect("the key").replace(' ', "");
    let secret = TotpSecret::from_base32(&key).expect("base32");
    let code = secret.code_at(stack.clock.now());
    let form = page.form(two_factor::CODE).with("code", &code);
    assert_eq!(other.submit(&form.with("end_others", "")).await.status, 200);
    assert!(
        is_signed_in(stack, &agent).await,
        "still signed in by password"
    );
    for form in forms {
        let page = agent.submit(&form).await;
        assert_eq!(location(&page), "/login?next=/account/data");
    }
    let page = agent.get(stack.at("/account/data")).await;
    assert!(!page.has("#data-export"), "{}", page.dump());
    assert_eq!(events(stack, AuditKind::DataExported).await, 0);
    assert_eq!(events(stack, AuditKind::DeletionRequested).await, 0);
}

async fn pending_deletion_blocks_sign_in_and_tokens(stack: &Stack) {
    let elsewhere = signed_in(stack, "alice").await;
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&elsewhere, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let agent = with_pending_deletion(stack).await;
    let page = agent.get(stack.at("/account/keep")).await;
    assert!(
        page.text().contains("Your account will be deleted on"),
        "{}",
        page.dump()
    );
    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.subject, "Your account will be deleted");
    assert!(mail.text.contains("Keep my account") && mail.text.contains("/account/keep"));
    assert_eq!(events(stack, AuditKind::DeletionRequested).await, 1);
    // All other sessions and tokens end at once.
    assert!(!is_signed_in(stack, &elsewhere).await);
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let refused = stack.refresh(client, refresh).await;
    assert_eq!(refused.member("error").as_deref(), Some("invalid_grant"));
    let access = tokens["access_token"].as_str().expect("a token");
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    assert_eq!(agent.send(request.bearer_auth(access)).await.status, 401);
    // Every account page redirects to the page that offers to cancel the deletion, also after a new
    // sign-in.
    let again = UserAgent::new();
    sign_in(stack, &again, "alice", PASSWORD).await;
    for agent in [&agent, &again] {
        for place in [
            "/account",
            "/account/profile",
            "/account/data",
            "/account/password",
            two_factor::HOME,
        ] {
            let page = agent.get(stack.at(place)).await;
            assert_eq!(location(&page), "/account/keep", "{place}");
        }
    }
    // No client gets a code, interactively or silently.
    let client = &stack.seed.trusted;
    let page = again
        .get(Authorization::new(stack.issuer(), client).url())
        .await;
    assert!(
        location(&page).starts_with("/account/keep?flow="),
        "{}",
        page.dump()
    );
    let silent = Authorization::new(stack.issuer(), client).with("prompt", "none");
    let answer = silent.start(&again).await.expect_client();
    assert_eq!(answer["error"], "interaction_required");
    assert!(!answer.contains_key("code"));
    // Signing out works.
    let page = again.get(stack.at("/account/keep")).await;
    let page = again
        .submit(&page.form("form[action='/logout']").with("confirm", "yes"))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn deletion_can_be_cancelled_within_grace_period(stack: &Stack) {
    with_pending_deletion(stack).await;
    stack.clock.advance(13 * DAY);
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.follow(page, "").await;
    let page = agent.submit(&page.form("#keep")).await;
    assert_eq!(location(&page), "/account?done=kept");
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("Your account stays"),
        "{}",
        page.dump()
    );
    assert_eq!(stack.mail(ALICE).await.subject, "Your account stays");
    assert_eq!(events(stack, AuditKind::DeletionCancelled).await, 1);
    // There is no deletion left to cancel, and the account survives the deadline.
    assert_eq!(
        location(&agent.get(stack.at("/account/keep")).await),
        "/account"
    );
    stack.clock.advance(30 * DAY);
    let _replica = stack.sweeper().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(alice(stack).await.is_some());
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    assert_eq!(stack.exchange(client, &code).await.status, 200);
}

async fn waiting_client_gets_code_after_cancelled_deletion(stack: &Stack) {
    with_pending_deletion(stack).await;
    let agent = UserAgent::new();
    let client = &stack.seed.trusted;
    let page = agent
        .get(Authorization::new(stack.issuer(), client).url())
        .await;
    let page = agent.follow(page, "").await;
    let form = page
        .form("#login")
        .with("identifier", "alice")
        .with("password", PASSWORD);
    let page = agent.submit(&form).await;
    assert!(location(&page).starts_with("/account/keep?flow="));
    let page = agent.follow(page, "").await;
    let page = agent.submit(&page.form("#keep")).await;
    let back = page.location().expect("a location");
    assert!(back.as_str().starts_with(&client.redirect_uri), "{back}");
    assert!(back.query_pairs().any(|(name, _)| name == "code"), "{back}");
}

async fn deletion_requires_correct_user_name(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    for (typed, values) in [("", "Type your username"), ("bob", "not your username")] {
        let page = ask_for_deletion(stack, &agent, typed).await;
        assert_eq!(page.status, 422, "{}", page.dump());
        let message = page.text_of("#username-error").expect("a message");
        assert!(message.contains(values), "{message}");
    }
    assert!(is_signed_in(stack, &agent).await);
    // The user name with the spaces and the capital that a telephone keyboard adds.
    let page = ask_for_deletion(stack, &agent, " Alice ").await;
    assert_eq!(location(&page), "/account/keep");
}

/// Waits until the cleanup of a new process has deleted the account.
pub async fn gone(stack: &Stack) {
    let start = Instant::now();
    while alice(stack).await.is_some() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the account was not deleted"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn account_is_deleted_after_grace_period(stack: &Stack) {
    let agent = with_pending_deletion(stack).await;
    let id = alice(stack).await.expect("alice");
    stack.clock.advance(GRACE - 60);
    let early = stack.sweeper().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        alice(stack).await.is_some(),
        "not deleted a minute before the deadline"
    );
    drop(early);
    stack.clock.advance(60);
    let _replica = stack.sweeper().await;
    gone(stack).await;
    assert_eq!(stack.mail(ALICE).await.subject, "Your account is deleted");
    assert_eq!(
        sign_in(stack, &UserAgent::new(), "alice", PASSWORD)
            .await
            .status,
        401
    );
    assert_eq!(agent.get(stack.at("/account/keep")).await.status, 303);
    // The audit log stays and refers to the user by ID.
    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 1000)
        .await
        .expect("a log");
    let subject = id.to_string();
    let roles = repo::roles::assignments(db.read(), SubjectKind::User, &subject).await;
    assert!(roles.expect("a query").is_empty());
    db.close().await.expect("close");
    let about: Vec<_> = events
        .iter()
        .filter(|event| event.subject == Some(id.to_string()))
        .collect();
    assert!(
        about
            .iter()
            .any(|event| event.kind == AuditKind::AccountDeleted)
    );
    assert!(
        about
            .iter()
            .any(|event| event.kind == AuditKind::LoginSucceeded)
    );
    for event in about {
        let shown = format!("{event:?}").to_lowercase();
        assert!(!shown.contains("alice"), "{shown}");
    }
    // User name and address are free.
    let page = register(stack, &UserAgent::new(), "alice", ALICE).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert_ne!(alice(stack).await, Some(id), "a different user ID");
}

async fn of_concurrent_cancel_and_delete_only_first_wins(stack: &Stack) {
    with_pending_deletion(stack).await;
    stack.clock.advance(GRACE);
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.get(stack.at("/account/keep")).await;
    let Some(form) = page.find_form("#keep") else {
        // A cleanup of this stack was faster.
        return gone(stack).await;
    };
    // Sixteen requests cancel the deletion while eight processes clean up.
    let mut keeps = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (agent, form) = (agent.clone(), form.clone());
        keeps.spawn(async move { agent.submit(&form).await.status });
    }
    let mut replicas = Vec::new();
    for _ in 0..8 {
        replicas.push(stack.sweeper().await);
    }
    keeps.join_all().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(replicas);
    let kept = events(stack, AuditKind::DeletionCancelled).await;
    let deleted = events(stack, AuditKind::AccountDeleted).await;
    assert_eq!(kept + deleted, 1, "kept {kept}, deleted {deleted}");
    assert_eq!(alice(stack).await.is_some(), kept == 1);
}

async fn add_grants(stack: &Stack, number: u64) {
    let db = stack.db().await;
    let user = alice(stack).await.expect("alice");
    let now = stack.clock.now();
    let grants = repo::grants::list_for_user(db.read(), user, now).await;
    let grant = grants.unwrap().remove(0);
    let tx = db.begin_write().await.unwrap();
    for _ in 0..number {
        let mut copy = grant.clone();
        copy.id = GrantId::generate(now, &mut rand::rng());
        copy.code = None;
        repo::grants::insert(&tx, &copy).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Checks that an export is sent in parts, complete and each row once: without a length.
async fn export_of_many_rows_is_streamed(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    add_grants(stack, 1000).await;
    let page = ask_for_copy(stack, &agent).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("content-length"), None);
    let copy = page.json();
    let grants = copy["grants"].as_array().expect("grants");
    let ids: std::collections::BTreeSet<_> = grants.iter().map(|it| it["id"].to_string()).collect();
    assert_eq!((ids.len(), grants.len()), (1001, 1001));
    assert!(copy["sign_in_attempts"].is_array(), "the last list");
}

/// Checks three exports in a day for each account.
async fn exports_of_account_are_limited(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    for _ in 0..3 {
        assert_eq!(ask_for_copy(stack, &agent).await.status, 200);
    }
    let page = ask_for_copy(stack, &agent).await;
    assert_eq!(page.status, 429, "{}", page.dump());
    assert!(page.header("retry-after").is_some());
    let bob = signed_in(stack, "bob").await;
    assert_eq!(
        ask_for_copy(stack, &bob).await.status,
        200,
        "another account"
    );
    assert_eq!(events(stack, AuditKind::DataExported).await, 4);
}
