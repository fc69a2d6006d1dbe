//! Tests of a passkey as the second factor, and of paths that require a second factor (SP 800-63B-4
//! §3.2.2, ASVS 5.0 §6.3.4, §7.5.1).

use doorward_admin::operator::AdminContext;
use doorward_admin::users;
use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{Authenticator, Authorization, Stack, UserAgent, jwt};
use serde_json::json;

use crate::passkey::{KEYS, LOCALHOST, add, answered, make, options, present, present_saying};
use crate::support::{is_signed_in, location};
use crate::two_factor::{self, CODE, HOME, first_step, password};
use doorward_testkit::flows_with;

flows_with!(
    LOCALHOST;
    passkey_is_accepted_beside_code,
    wrong_passkey_counts_like_wrong_code,
    rejects_foreign_passkey_and_foreign_origin,
    passkey_steps_up_session,
    administrator_resets_lost_factors,
);
flows_with!(FACTOR_REQUIRED; passkey_satisfies_required_second_factor);

const FACTOR_REQUIRED: &[(&str, &str)] =
    &[LOCALHOST[0], ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "*")];

/// Enrolls an authenticator app and a passkey for this user.
async fn both(stack: &Stack, who: &str) -> (two_factor::App, Authenticator) {
    let (agent, mut device) = (UserAgent::new(), Authenticator::synced());
    let app = two_factor::enrol(stack, &agent, who).await;
    add(stack, &agent, &mut device).await;
    (app, device)
}

async fn passkey_is_accepted_beside_code(stack: &Stack) {
    let (_, mut device) = both(stack, "alice").await;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let request = request.with("scope", "openid");
    let page = request.start(&agent).await.expect_page();
    let page = password(&agent, &page, "alice").await;
    let page = request.follow(&agent, page).await.expect_page();
    assert_eq!(page.url.path(), "/login/2fa");
    assert!(page.has(CODE), "{}", page.dump());
    let allowed = options(&page)["allowCredentials"].clone();
    assert_eq!(allowed.as_array().unwrap().len(), 1, "{allowed}");
    let page = present(&agent, &page, &mut device).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = stack.exchange(&stack.seed.trusted, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    assert_eq!(claims["acr"], "aal2", "{claims}");
    assert_eq!(claims["amr"], json!(["pwd", "swk", "user", "mfa"]));
    let done = stack.audited(AuditKind::LoginSucceeded).await;
    let by_passkey =
        |item: &&doorward_domain::model::AuditEvent| item.detail["method"] == "passkey";
    assert_eq!(done.iter().filter(by_passkey).count(), 1, "{done:?}");
}

async fn wrong_passkey_counts_like_wrong_code(stack: &Stack) {
    let (app, mut device) = both(stack, "alice").await;
    let agent = UserAgent::new();
    let mut page = first_step(stack, &agent, "alice").await;
    // Test limits are a hundred thousand times the production limits, so the counter is read
    // instead.
    for _ in 0..3 {
        page = present_saying(&agent, &page, &device, |said| said.spoils_signature = true).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert!(page.text().contains("That passkey was not accepted."));
    }
    let failed = stack.audited(AuditKind::FactorFailed).await;
    let attempts = failed.iter().map(|failed| failed.detail["tries"].as_u64());
    let mut attempts: Vec<_> = attempts.collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [Some(1), Some(2), Some(3)]);
    assert!(!is_signed_in(stack, &agent).await);
    let page = present(&agent, &page, &mut device).await;
    assert_eq!(location(&page), "/account");
    // The authenticator app's code still works.
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let page = two_factor::enter(&agent, &page, &app.next_code(stack)).await;
    assert_eq!(location(&page), "/account");
}

async fn rejects_foreign_passkey_and_foreign_origin(stack: &Stack) {
    let (_, device) = both(stack, "alice").await;
    let (_, bobs) = both(stack, "bob").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let reject = present(&agent, &page, &mut bobs.clone()).await;
    assert_eq!(reject.status, 401, "{}", reject.dump());
    // Bob's passkey with alice's user handle.
    let reject = present_saying(&agent, &page, &bobs, |said| {
        said.user_handle = Some(device.user_handle.clone());
    })
    .await;
    assert_eq!(reject.status, 401, "{}", reject.dump());
    // The challenge of the sign-in page is not accepted here.
    let login = agent.get(stack.at("/login")).await;
    let answer = device.clone().sign(&options(&login), stack.issuer());
    let ceremony = login.form("#login").value("ceremony").unwrap().to_owned();
    let form = answered(&page, &answer).with("ceremony", &ceremony);
    assert_eq!(agent.submit(&form).await.status, 401);
    // Nor is the challenge of another pending sign-in of the same user.
    let other = UserAgent::new();
    let theirs = first_step(stack, &other, "alice").await;
    let answer = device.clone().sign(&options(&theirs), stack.issuer());
    let ceremony = theirs
        .form("#passkey")
        .value("ceremony")
        .unwrap()
        .to_owned();
    let form = answered(&page, &answer).with("ceremony", &ceremony);
    assert_eq!(agent.submit(&form).await.status, 401);
    assert!(!is_signed_in(stack, &agent).await);
    let page = present(&agent, &page, &mut device.clone()).await;
    assert_eq!(location(&page), "/account");
}

/// Checks that a passkey steps up a session when a client requires more than the password (RFC 9470
/// §5).
async fn passkey_steps_up_session(stack: &Stack) {
    let mut device = Authenticator::on_a_device();
    crate::passkey::enrol(stack, &UserAgent::new(), "alice", &mut device).await;
    let agent = UserAgent::new();
    first_step(stack, &agent, "alice").await;
    assert!(
        is_signed_in(stack, &agent).await,
        "no second factor is required"
    );
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let request = request.with("scope", "openid").with("acr_values", "aal2");
    let page = request.start(&agent).await.expect_page();
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    assert!(!page.has(CODE), "{}", page.dump());
    let page = present(&agent, &page, &mut device).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = stack.exchange(&stack.seed.trusted, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    assert_eq!(claims["amr"], json!(["pwd", "hwk", "user", "mfa"]));
    assert_eq!(stack.audited(AuditKind::SteppedUp).await.len(), 1);
}

async fn passkey_satisfies_required_second_factor(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let request = request.with("scope", "openid");
    let page = request.start(&agent).await.expect_page();
    let page = password(&agent, &page, "alice").await;
    let page = request.follow(&agent, page).await.expect_page();
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let offer = page.link_of(&format!("a.primary[href^='{KEYS}']")).unwrap();
    let page = agent.get(offer).await;
    let mut device = Authenticator::synced();
    let page = make(&agent, &page, &mut device).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = stack.exchange(&stack.seed.trusted, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").unwrap());
    assert_eq!(claims["acr"], "aal2", "{claims}");

    // From now on, the password is only the first of two factors.
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    assert!(!is_signed_in(stack, &agent).await);
    let page = present(&agent, &page, &mut device).await;
    assert_eq!(location(&page), "/account");
    assert!(is_signed_in(stack, &agent).await);
    // The passkey alone counts as both factors.
    let agent = UserAgent::new();
    let page = crate::passkey::sign_in(stack, &agent, &mut device).await;
    assert_eq!(location(&page), "/account");
    assert!(is_signed_in(stack, &agent).await);
}

async fn administrator_resets_lost_factors(stack: &Stack) {
    let agent = UserAgent::new();
    let mut device = Authenticator::synced();
    crate::passkey::enrol(stack, &agent, "alice", &mut device).await;
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let user = repo::users::find_by_identifier(db.read(), "alice").await;
    let user = user.unwrap().unwrap();
    users::reset_mfa(&operator, &user).await.unwrap();
    assert!(users::reset_mfa(&operator, &user).await.is_err(), "once");
    db.close().await.unwrap();
    assert!(!is_signed_in(stack, &agent).await);
    let page = crate::passkey::sign_in(stack, &agent, &mut device).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(first_step(stack, &agent, "alice").await.status, 200);
}
