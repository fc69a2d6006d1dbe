//! Tests of administrators' changes to a user's account: the user is notified, pending links become
//! invalid, and no administrator learns a password.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, EmailPurpose, User};
use doorward_domain::secret::OpaqueToken;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, flows};
use serde_json::json;

use super::world::World;
use crate::support::{body, post, post_as, problem, refresh, sign_in};

flows!(
    administrator_sends_link_and_chooses_no_password,
    create_user_rejects_password,
    link_of_new_user_expires_after_day,
    reset_link_requires_active_user_and_permission,
    administrator_change_invalidates_pending_links,
    owner_is_reported,
    changed_email_address_is_reported_to_user,
    command_line_sends_same_notifications,
    administrator_leaves_out_notification,
    account_is_disabled_and_enabled_by_own_calls,
);

const ALICE: &str = "alice@example.org";
const NEW: &str = "quartz-bicycle-lemon-42";

/// Returns the token of the newest mail to an address.
async fn token_of(stack: &Stack, to: &str) -> String {
    let link = stack.mail(to).await.link(stack.issuer());
    let token = link.query_pairs().find(|(name, _)| name == "token");
    token.expect("a token").1.into_owned()
}

/// Advances the clock, because mails of the same second have no order.
async fn later(stack: &Stack) {
    stack.wait_for_jobs().await;
    stack.clock.advance(1);
}

async fn alice(world: &World<'_>) -> User {
    let found = repo::users::find_by_id(world.db.read(), world.people["alice"]).await;
    found.unwrap().unwrap()
}

async fn reset_link(stack: &Stack) -> String {
    let page = post(stack, "/api/auth/password/reset", json!({ "email": ALICE })).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    token_of(stack, ALICE).await
}

async fn choose(stack: &Stack, token: &str) -> doorward_testkit::Page {
    let body = json!({ "token": token, "password": NEW, "password_confirm": NEW });
    post(stack, "/api/auth/password/reset/confirm", body).await
}

async fn administrator_sends_link_and_chooses_no_password(stack: &Stack) {
    let world = World::new(stack).await;
    let own = format!("/api/admin/users/{}", world.id("alice"));
    let tokens = sign_in(stack, "alice").await;
    let known = json!({ "password": NEW });
    let page = world
        .change("admin", "PUT", &format!("{own}/password"), Some(&known))
        .await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert!(stack.mails(ALICE).await.is_empty());

    let place = format!("{own}/password-reset");
    let unseen = world.call("admin", "POST", &place, None).await;
    problem(&unseen, 428, "version-required");
    let page = world.change("admin", "POST", &place, None).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    // Tokens obtained with the former password are no longer accepted.
    problem(
        &refresh(stack, &tokens.refresh).await,
        401,
        "invalid-refresh-token",
    );
    let login = |password: &str| json!({ "username": "alice", "password": password });
    let page = post(stack, "/api/auth/login", login(PASSWORD)).await;
    problem(&page, 401, "sign-in-rejected");
    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.link(stack.issuer()).path(), "/reset-password");
    let token = token_of(stack, ALICE).await;
    let page = choose(stack, &token).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    body(&post(stack, "/api/auth/login", login(NEW)).await, 200);
    let events = stack.audited(AuditKind::UserChanged).await;
    assert_eq!(events[0].detail["change"], "password reset");
    assert_eq!(events[0].actor, Some(world.id("admin")));
}

const DORA: &str = "dora@example.org";

fn dora() -> serde_json::Value {
    json!({ "username": "dora", "email": DORA, "first_name": "Dora", "roles": ["developer"] })
}

async fn create_user_rejects_password(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/users";
    for known in [json!(NEW), json!(""), json!(7)] {
        let mut new = dora();
        let code = if known.is_string() {
            "invalid"
        } else {
            "wrong_type"
        };
        new["password"] = known;
        let received = problem(
            &world.call("admin", "POST", list, Some(&new)).await,
            400,
            "invalid-input",
        );
        assert_eq!(received["errors"][0]["field"], "password", "{received}");
        assert_eq!(received["errors"][0]["code"], code, "{received}");
    }
    assert!(stack.mails(DORA).await.is_empty());
    let (new, fields) = (dora(), [("idempotency-key", "dora")]);
    let created = world.call_with("admin", "POST", list, Some(&new), &fields);
    let created = body(&created.await, 201);
    assert_eq!(created["link_mailed"], true, "{created}");
    assert_eq!(created["email_verified"], false, "{created}");
    let again = world.call_with("admin", "POST", list, Some(&new), &fields);
    assert_eq!(body(&again.await, 201), created);
    let mails = stack.mails(DORA).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your new account");
    assert_eq!(mails[0].link(stack.issuer()).path(), "/reset-password");
    // Before the password is set, no sign-in succeeds.
    for guess in ["", "dora", PASSWORD, NEW] {
        let login = json!({ "username": "dora", "password": guess });
        let page = post(stack, "/api/auth/login", login).await;
        assert!(matches!(page.status, 400 | 401), "{}", page.dump());
    }
    let token = token_of(stack, DORA).await;
    assert_eq!(choose(stack, &token).await.status, 204);
    let login = json!({ "username": "dora", "password": NEW });
    body(&post(stack, "/api/auth/login", login).await, 200);
    problem(&choose(stack, &token).await, 400, "link-over");
    let place = format!("{list}/{}", created["id"].as_str().unwrap());
    let shown = body(&world.call("admin", "GET", &place, None).await, 200);
    // The user of the link has access to the mailbox, so the address is verified.
    assert_eq!(shown["email_verified"], true, "{shown}");
    assert_eq!(shown.get("link_mailed"), None, "{shown}");
}

async fn link_of_new_user_expires_after_day(stack: &Stack) {
    let world = World::new(stack).await;
    let new = dora();
    let created = world.call("admin", "POST", "/api/admin/users", Some(&new));
    body(&created.await, 201);
    let token = token_of(stack, DORA).await;
    stack.clock.advance(24 * 60 * 60 - 1);
    let weak = json!({ "token": token, "password": "short", "password_confirm": "short" });
    let page = post(stack, "/api/auth/password/reset/confirm", weak).await;
    problem(&page, 400, "invalid-input");
    stack.clock.advance(1);
    problem(&choose(stack, &token).await, 400, "link-over");
    // The user can request another link, as the mail says.
    let page = post(stack, "/api/auth/password/reset", json!({ "email": DORA })).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    let token = token_of(stack, DORA).await;
    assert_eq!(choose(stack, &token).await.status, 204);
}

async fn reset_link_requires_active_user_and_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/users/{}/password-reset", world.id("alice"));
    stack.disable_user("alice").await;
    let page = world.change("admin", "POST", &path, None).await;
    problem(&page, 400, "invalid-input");
    let admin = format!("/api/admin/users/{}/password-reset", world.id("admin"));
    let page = world.change("helper", "POST", &admin, None).await;
    let received = problem(&page, 403, "permission-denied");
    assert_eq!(received["rule"], "more_powerful");
    assert!(stack.mails(ALICE).await.is_empty());
}

/// The administrator's operations, with the subject of the notification.
const CHANGES: [(&str, &str, &str); 3] = [
    ("POST", "/password-reset", "Choose a new password"),
    (
        "DELETE",
        "/second-factor",
        "Two-step sign-in was turned off",
    ),
    ("PATCH", "", "Your account was disabled"),
];

/// Stores a confirmed authenticator app with a made-up secret.
async fn enroll_factor(world: &World<'_>, user: &User) {
    use doorward_domain::model::TotpFactor;
    let tx = world.db.begin_write().await.unwrap();
    let factor = TotpFactor {
        user_id: user.id,
        secret_sealed: vec![1; 48],
        confirmed_at: Some(1),
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: 1,
    };
    assert!(
        repo::totp_factors::insert_unconfirmed(&tx, &factor)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

async fn act(world: &World<'_>, method: &str, path: &str) {
    let path = format!("/api/admin/users/{}{path}", world.id("alice"));
    let off = json!({ "disabled": true });
    let body = (method == "PATCH").then_some(&off);
    let page = world.change("admin", method, &path, body).await;
    assert!(page.status < 300, "{method} {path}: {}", page.dump());
}

async fn enable(world: &World<'_>) {
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let on = json!({ "disabled": false });
    let page = world.change("admin", "PATCH", &path, Some(&on)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn administrator_change_invalidates_pending_links(stack: &Stack) {
    let world = World::new(stack).await;
    let person = alice(&world).await;
    for (method, path, _) in CHANGES {
        later(stack).await;
        let access = sign_in(stack, "alice").await.access;
        let reset = reset_link(stack).await;
        let ask = json!({ "email": "moved@example.org", "current_password": PASSWORD });
        let page = post_as(stack, &access, "/api/auth/email/change", ask).await;
        assert_eq!(page.status, 202, "{}", page.dump());
        let change = token_of(stack, "moved@example.org").await;
        let undo = undo_link(&world, &person).await;
        enroll_factor(&world, &person).await;
        later(stack).await;
        act(&world, method, path).await;
        if method == "PATCH" {
            enable(&world).await;
        }
        let page = choose(stack, &reset).await;
        problem(&page, 400, "link-over");
        let token = json!({ "token": change });
        let page = post(stack, "/api/auth/email/change/confirm", token).await;
        problem(&page, 400, "link-over");
        // The link that undoes an address change stays valid, because it protects the user.
        let left = repo::email_tokens::find(world.db.read(), &undo.hash()).await;
        assert_eq!(left.unwrap().unwrap().used_at, None, "{method} {path}");
        restore(&world, &person).await;
    }
}

/// Stores a link that undoes an address change.
async fn undo_link(world: &World<'_>, user: &User) -> OpaqueToken {
    use doorward_domain::model::EmailToken;
    let (token, now) = (
        OpaqueToken::generate(&mut rand::rng()),
        world.stack.clock.now(),
    );
    let tx = world.db.begin_write().await.unwrap();
    let link = EmailToken {
        hash: token.hash(),
        user_id: user.id,
        purpose: EmailPurpose::Undo,
        email: "former@example.org".to_owned(),
        created_at: now,
        expires_at: now + 3600,
        used_at: None,
    };
    repo::email_tokens::insert(&tx, &link).await.unwrap();
    tx.commit().await.unwrap();
    token
}

/// Restores the account for the next operation.
async fn restore(world: &World<'_>, user: &User) {
    let tx = world.db.begin_write().await.unwrap();
    repo::totp_factors::remove(&tx, user.id).await.unwrap();
    let phc = user.password_hash.as_deref().unwrap();
    let now = world.stack.clock.now();
    repo::users::update_password(&tx, user.id, phc, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn owner_is_reported(stack: &Stack) {
    let world = World::new(stack).await;
    let person = alice(&world).await;
    for (method, path, subject) in CHANGES {
        enroll_factor(&world, &person).await;
        later(stack).await;
        act(&world, method, path).await;
        let mail = stack.mail(ALICE).await;
        assert_eq!(mail.subject, subject, "{}", mail.text);
        // The mail does not contain the administrator's IP address.
        let words = mail.text.replace(stack.issuer(), "");
        assert!(!words.contains("127.0.0.1"), "{}", mail.text);
        let tx = world.db.begin_write().await.unwrap();
        repo::totp_factors::remove(&tx, person.id).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(
        stack.mails(ALICE).await.len(),
        CHANGES.len(),
        "one mail for each change"
    );
    // A user who is already disabled is not notified again.
    act(&world, "PATCH", "").await;
    assert_eq!(stack.mails(ALICE).await.len(), CHANGES.len());
}

async fn changed_email_address_is_reported_to_user(stack: &Stack) {
    let world = World::new(stack).await;
    let reset = reset_link(stack).await;
    later(stack).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let moved = json!({ "email": "elsewhere@example.org", "email_verified": true });
    let page = world.change("admin", "PATCH", &path, Some(&moved)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.subject, "Your email address was changed");
    assert!(mail.text.contains("e…@example.org"), "{}", mail.text);
    problem(&choose(stack, &reset).await, 400, "link-over");
}

async fn command_line_sends_same_notifications(stack: &Stack) {
    use doorward_admin::operator::AdminContext;
    use doorward_admin::users;
    use doorward_services::outbox::MailOutbox;
    let world = World::new(stack).await;
    let person = alice(&world).await;
    let (config, jobs) = stack.mail_parts();
    let operator = AdminContext::command_line(&world.db, &stack.clock)
        .with_outbox(MailOutbox::for_background(&config, &jobs));
    let mut received = Vec::new();
    for deed in 0..3 {
        later(stack).await;
        stack.clock.advance(3601);
        let reset = reset_link(stack).await;
        later(stack).await;
        match deed {
            0 => {
                let phc = person.password_hash.clone().unwrap();
                users::set_password(&operator, person.id, phc).await
            }
            1 => {
                enroll_factor(&world, &person).await;
                users::reset_mfa(&operator, &person).await
            }
            _ => users::disable(&operator, person.id).await,
        }
        .unwrap();
        received.push(stack.mail(ALICE).await.subject);
        let link =
            repo::email_tokens::find(world.db.read(), &OpaqueToken::parse(&reset).unwrap().hash())
                .await;
        assert!(link.unwrap().unwrap().used_at.is_some(), "{deed}");
    }
    assert_eq!(
        received,
        [
            "Your password was changed",
            "Two-step sign-in was turned off",
            "Your account was disabled",
        ]
    );
}

/// Only the role `admin` leaves out a mail, and the audit log records it.
async fn administrator_leaves_out_notification(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/users/{}", world.id("carol"));
    let change = json!({ "email": "al@new.example", "email_verified": true, "notify": false });
    let page = world.change("helper", "PATCH", &path, Some(&change)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let page = world.change("admin", "PATCH", &path, Some(&change)).await;
    assert_eq!(body(&page, 200)["email"], "al@new.example");
    assert!(stack.mails("carol@example.org").await.is_empty());
    let events = stack.audited(AuditKind::UserChanged).await;
    assert_eq!(events[0].detail["notified"], false);

    let profile = json!({ "locale": "pt-br", "zoneinfo": "Europe/Berlin" });
    let page = world.change("helper", "PATCH", &path, Some(&profile)).await;
    let user = body(&page, 200);
    assert_eq!(
        json!([user["locale"], user["zoneinfo"]]),
        json!(["pt-BR", "Europe/Berlin"])
    );
    for (name, wrong) in [("locale", "Deutsch"), ("zoneinfo", "Berlin/Mitte")] {
        let change = json!({ name: wrong });
        let page = world.change("helper", "PATCH", &path, Some(&change)).await;
        let rejected = problem(&page, 400, "invalid-input");
        assert_eq!(rejected["errors"][0]["field"], name, "{rejected}");
    }
}

async fn account_is_disabled_and_enabled_by_own_calls(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let disable = format!("{alice}/disable");
    let page = world.call("admin", "POST", &disable, None).await;
    problem(&page, 428, "version-required");
    let page = world.change("admin", "POST", &disable, None).await;
    let off = body(&page, 200);
    assert_eq!(off["disabled"], true, "{off}");
    assert!(off["ended"]["sessions"].is_u64(), "{off}");
    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.subject, "Your account was disabled");
    // A user name names the account as well.
    let page = world.change("admin", "POST", "/api/admin/users/alice/enable", None);
    let on = body(&page.await, 200);
    assert_eq!(on["disabled"], false, "{on}");
    assert_eq!(on.get("ended"), None, "{on}");
    let verify = format!("{alice}/verify-email");
    let page = world.change("admin", "POST", &verify, None).await;
    assert_eq!(body(&page, 200)["email_verified"], true);
    let own = format!("/api/admin/users/{}/disable", world.id("admin"));
    let page = world.change("admin", "POST", &own, None).await;
    let received = problem(&page, 403, "permission-denied");
    assert_eq!(received["rule"], "not_to_oneself");
    for change in ["disabled", "enabled", "email verified"] {
        assert!(
            world.has_event("user.changed", "admin", change).await,
            "{change}"
        );
    }
}
