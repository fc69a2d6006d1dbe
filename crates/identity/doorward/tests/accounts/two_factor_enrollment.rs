//! Tests of enrolling and removing the second factor (ASVS 5.0 §7.4.3, §7.5.1).

use doorward_domain::model::AuditKind;
use doorward_testkit::{
    Authorization, Backend, Outcome, Stack, UserAgent, both_backends, flows, flows_with, stack,
};

use crate::two_factor::{
    CODE, HOME, enrol, enter, first_step, is_account, is_signed_in, password, recovery_codes,
    set_up, sign_in,
};

both_backends!(of_concurrent_first_codes_only_first_counts,);
flows!(
    enrollment_takes_effect_after_first_code,
    recovery_codes_are_shown_once,
    enrollment_ends_other_sessions,
    enrollment_requires_recent_authentication,
    password_alone_is_no_recent_two_factor_authentication,
    second_factor_can_be_removed,
    removal_of_unconfirmed_factor_changes_nothing,
    set_up_takes_half_hour,
    enrollment_requires_session,
    operator_resets_lost_factor,
);
flows_with!(LIMITS; wrong_first_codes_are_counted_and_written_down);

const LIMITS: &[(&str, &str)] = crate::rate_limit::support::LIMITS;

async fn enrollment_takes_effect_after_first_code(stack: &Stack) {
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert!(is_account(&page), "{}", page.dump());
    // The account page needs one link, one button and one code.
    assert!(
        page.has("a[href='/account/security/2fa']"),
        "{}",
        page.dump()
    );
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    assert!(page.has("svg.qr[role=img] path[d]"), "{}", page.dump());
    assert_eq!(
        page.text_of("#key").unwrap().len(),
        32 + 7,
        "groups of four"
    );
    // The secret is shown, but the factor is not confirmed yet.
    let other = first_step(stack, &UserAgent::new(), "alice").await;
    assert!(is_account(&other), "{}", other.dump());
    for (typed, status) in [("", 422), ("000000", 401), ("12345", 401)] {
        let answer = enter(&agent, &page, typed).await;
        assert_eq!(answer.status, status, "{typed}: {}", answer.dump());
        assert!(answer.has("svg.qr") && answer.has("[role=alert]"));
    }
    let before = agent.get(stack.at(HOME)).await;
    let (_, shown) = set_up(stack, &agent, &before).await;
    assert_eq!(recovery_codes(&shown).len(), 10);
    assert_eq!(
        shown.header("cache-control"),
        Some("no-store"),
        "{}",
        shown.dump()
    );
    let account = agent.get(stack.at("/account")).await;
    assert!(
        account.text().contains("You have not said yet"),
        "{}",
        account.dump()
    );
    let form = shown.form("form[action$='/2fa/saved']").with("saved", "on");
    let page = agent.follow(agent.submit(&form).await, "").await;
    assert_eq!(page.url.path(), HOME);
    let account = agent.get(stack.at("/account")).await;
    assert!(
        !account.text().contains("You have not said yet"),
        "{}",
        account.dump()
    );
    // Submitting the form again enrolls nothing new.
    let again = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    assert_eq!(again.location().unwrap().path(), HOME, "{}", again.dump());
}

async fn recovery_codes_are_shown_once(stack: &Stack) {
    let agent = UserAgent::new();
    let app = enrol(stack, &agent, "alice").await;
    for path in ["/account", HOME, "/account/security/2fa/set-up"] {
        let page = agent.follow(agent.get(stack.at(path)).await, "").await;
        let text = page.text();
        assert!(
            !app.recovery.iter().any(|code| text.contains(code)),
            "{text}"
        );
        assert!(!text.contains(app.secret.to_groups().as_str()), "{text}");
    }
    let file = agent.get(stack.at(HOME)).await;
    let shown = agent.submit(&file.form("form[action$='/2fa/codes']")).await;
    let codes = recovery_codes(&shown);
    assert!(codes.iter().all(|code| !app.recovery.contains(code)));
    // The recovery codes are downloadable without script or server.
    let link = format!("a[download][href*='{}%0A{}']", codes[0], codes[1]);
    assert!(shown.has(&link), "{}", shown.dump());
}

async fn enrollment_ends_other_sessions(stack: &Stack) {
    let [one, other] = [UserAgent::new(), UserAgent::new()];
    first_step(stack, &other, "alice").await;
    assert!(is_signed_in(stack, &other).await);
    enrol(stack, &one, "alice").await;
    assert!(is_signed_in(stack, &one).await);
    assert!(
        !is_signed_in(stack, &other).await,
        "the checkbox ended the other sessions"
    );
}

async fn enrollment_requires_recent_authentication(stack: &Stack) {
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    stack.clock.advance(15 * 60 + 1);
    let page = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/login", "{}", page.dump());
    let form = page.form("form:has([name=password])");
    assert_eq!(form.value("identifier"), Some("alice"));
    assert_eq!(form.value("next"), Some(HOME));
    let page = agent
        .follow(password(&agent, &page, "alice").await, "")
        .await;
    assert_eq!(page.url.path(), HOME, "back on the page: {}", page.dump());
    set_up(stack, &agent, &page).await;
}

async fn password_alone_is_no_recent_two_factor_authentication(stack: &Stack) {
    let agent = UserAgent::new();
    let app = enrol(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    stack.clock.advance(15 * 60 + 1);
    for form in ["form[action$='/2fa/off']", "form[action$='/2fa/codes']"] {
        let page = agent.follow(agent.submit(&home.form(form)).await, "").await;
        assert_eq!(page.url.path(), "/login", "{}", page.dump());
        let page = agent
            .follow(password(&agent, &page, "alice").await, "")
            .await;
        assert_eq!(
            page.url.path(),
            "/login/2fa",
            "the password is only one factor"
        );
        let still = agent.follow(agent.submit(&home.form(form)).await, "").await;
        assert_eq!(still.url.path(), "/login", "{}", still.dump());
    }
    let page = agent
        .get(stack.at("/login?next=/account/security/2fa"))
        .await;
    let page = agent
        .follow(password(&agent, &page, "alice").await, "")
        .await;
    let page = agent
        .follow(enter(&agent, &page, &app.code(stack)).await, "")
        .await;
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let shown = agent.submit(&page.form("form[action$='/2fa/codes']")).await;
    assert_eq!(recovery_codes(&shown).len(), 10);
}

async fn second_factor_can_be_removed(stack: &Stack) {
    let [agent, other] = [UserAgent::new(), UserAgent::new()];
    let app = enrol(stack, &agent, "alice").await;
    let page = sign_in(stack, &other, "alice", &app.next_code(stack)).await;
    assert!(is_account(&page), "{}", page.dump());
    // A pending sign-in that waits for a code ends with the removal.
    let third = UserAgent::new();
    let waiting = first_step(stack, &third, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/off']")).await;
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("Two-step sign-in is off"),
        "{}",
        page.dump()
    );
    assert!(is_signed_in(stack, &agent).await && !is_signed_in(stack, &other).await);
    let answer = enter(&third, &waiting, &app.recovery[0]).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(is_account(&first_step(stack, &third, "alice").await));
}

/// Checks that removing an unconfirmed factor changes nothing; the random walk test found this.
async fn removal_of_unconfirmed_factor_changes_nothing(stack: &Stack) {
    let [agent, other] = [UserAgent::new(), UserAgent::new()];
    first_step(stack, &other, "alice").await;
    first_step(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let start = home.form("form[action$='/2fa/start']");
    let csrf = start.value("csrf").unwrap().to_owned();
    let page = agent.follow(agent.submit(&start).await, "").await;
    let fields = [("csrf", csrf.as_str()), ("end_others", "on")];
    let off = agent.post(stack.at(&format!("{HOME}/off")), &fields).await;
    assert_eq!(
        off.location().unwrap().query(),
        Some("done=over"),
        "{}",
        off.dump()
    );
    assert!(is_signed_in(stack, &other).await, "no session ended");
    // The displayed secret still waits for its first code.
    let again = agent.get(page.url.clone()).await;
    assert_eq!(again.text_of("#key"), page.text_of("#key"));
}

async fn set_up_takes_half_hour(stack: &Stack) {
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    stack.clock.advance(30 * 60);
    // The user has signed in again: the displayed secret is invalid.
    let login = agent
        .get(stack.at("/login?next=/account/security/2fa"))
        .await;
    agent
        .follow(password(&agent, &login, "alice").await, "")
        .await;
    let answer = enter(&agent, &page, "123456").await;
    let location = answer.location().unwrap();
    assert_eq!(location.query(), Some("done=over"), "{}", answer.dump());
}

async fn of_concurrent_first_codes_only_first_counts(stack: &Stack) {
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    let key = page.text_of("#key").unwrap();
    let secret = doorward_domain::credentials::totp::TotpSecret::from_base32(&key).unwrap();
    let code = {
        use doorward_access::clock::Clock as _;
        secret.code_at(stack.clock.now())
    };
    let attempts = (0..8).map(|_| enter(&agent, &page, &code));
    let answers = futures_util::future::join_all(attempts).await;
    let shown = answers
        .iter()
        .filter(|answer| answer.has("ul.pair"))
        .count();
    assert_eq!(shown, 1, "one set of recovery codes");
}

async fn enrollment_requires_session(stack: &Stack) {
    let agent = UserAgent::new();
    let login = agent.get(stack.at("/login")).await;
    let csrf = login.form("form#login").value("csrf").unwrap().to_owned();
    for path in ["start", "confirm", "codes", "saved", "off"] {
        let fields = [("csrf", csrf.as_str()), ("code", "123456")];
        let page = agent
            .post(stack.at(&format!("{HOME}/{path}")), &fields)
            .await;
        assert_eq!(page.location().unwrap().path(), "/login", "{}", page.dump());
        let page = agent.get(stack.at(&format!("{HOME}/{path}"))).await;
        assert_eq!(page.status, 405, "{}", page.dump());
        // Without the anti-forgery token of a page, the request is rejected.
        let page = agent
            .post(stack.at(&format!("{HOME}/{path}")), &[("code", "1")])
            .await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    for path in ["", "/set-up"] {
        let page = agent.get(stack.at(&format!("{HOME}{path}"))).await;
        assert_eq!(page.location().unwrap().path(), "/login", "{}", page.dump());
    }
}

/// Checks that wrong enrollment codes are counted and audited like all other codes.
async fn wrong_first_codes_are_counted_and_written_down(stack: &Stack) {
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = agent.follow(page, "").await;
    for _ in 0..5 {
        let answer = enter(&agent, &page, "12345").await;
        assert_eq!(answer.status, 401, "{}", answer.dump());
    }
    let answer = enter(&agent, &page, "12345").await;
    assert_eq!(answer.status, 429, "{}", answer.dump());
    assert_eq!(answer.header("retry-after"), Some("60"));
    let failed = stack.audited(AuditKind::FactorFailed).await;
    assert_eq!(failed.len(), 5);
    assert_eq!(failed[0].detail["at"], "set-up");
}

async fn operator_resets_lost_factor(stack: &Stack) {
    use doorward_admin::operator::{AdminContext, AdminError};
    use doorward_admin::users;
    let agent = UserAgent::new();
    let app = enrol(stack, &agent, "alice").await;
    let third = UserAgent::new();
    let waiting = first_step(stack, &third, "alice").await;
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let alice = users::get(&operator, "alice").await.unwrap();
    users::reset_mfa(&operator, &alice).await.unwrap();
    assert!(
        !is_signed_in(stack, &agent).await,
        "every session has ended"
    );
    let answer = enter(&third, &waiting, &app.recovery[0]).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(is_account(&first_step(stack, &third, "alice").await));
    let again = users::reset_mfa(&operator, &alice).await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    db.close().await.unwrap();
}

// --- policy -------------------------------------------------------------------------------------

const FACTOR_REQUIRED: [(&str, &str); 1] = [("DOORWARD__MFA__REQUIRED_FOR_ROLES", "manager,admin")];

mod demanded_by_role {
    #[test]
    fn sqlite_memory() {
        super::stack::run_with(
            super::Backend::SqliteMemory,
            &super::FACTOR_REQUIRED,
            super::demanded_by_role,
        );
    }

    #[test]
    fn postgres_redis() {
        super::stack::run_with(
            super::Backend::PostgresRedis,
            &super::FACTOR_REQUIRED,
            super::demanded_by_role,
        );
    }
}

async fn demanded_by_role(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let page = request.start(&agent).await.expect_page();
    let page = password(&agent, &page, "mona").await;
    let page = request.follow(&agent, page).await.expect_page();
    assert_eq!(
        page.url.path(),
        HOME,
        "the factor must be enrolled first: {}",
        page.dump()
    );
    assert!(
        page.text().contains("needs two-step sign-in"),
        "{}",
        page.dump()
    );
    // No account page bypasses the enrollment.
    let account = agent
        .follow(agent.get(stack.at("/account")).await, "")
        .await;
    assert_eq!(account.url.path(), HOME, "{}", account.dump());
    let around = request.start(&agent).await.expect_page();
    assert_eq!(around.url.path(), HOME, "{}", around.dump());
    let quiet = request.clone().with("prompt", "none").start(&agent).await;
    assert_eq!(quiet.expect_client()["error"], "interaction_required");

    let (app, shown) = set_up(stack, &agent, &page).await;
    let form = shown.form("form[action$='/2fa/saved']").with("saved", "on");
    let page = agent.submit(&form).await;
    let outcome = request.follow(&agent, page).await;
    assert!(
        matches!(outcome, Outcome::Client(_)),
        "the client's request continues: {outcome:?}"
    );
    outcome.code();

    let home = agent.get(stack.at(HOME)).await;
    assert!(
        home.find_form("form[action$='/2fa/off']").is_none(),
        "{}",
        home.dump()
    );
    let form = home.form("form[action$='/2fa/codes']");
    let csrf = form.value("csrf").unwrap();
    let off = agent
        .post(stack.at("/account/security/2fa/off"), &[("csrf", csrf)])
        .await;
    assert_eq!(off.location().unwrap().query(), Some("done=required"));

    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "mona").await;
    assert!(page.has(CODE), "{}", page.dump());
    let page = enter(&agent, &page, &app.next_code(stack)).await;
    assert!(is_account(&agent.follow(page, "").await));

    // Alice is a developer: her role requires no second factor.
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert!(is_account(&page), "{}", page.dump());
}
