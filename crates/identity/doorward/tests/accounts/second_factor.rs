//! Tests of the authenticator code after the password (ASVS 5.0 §7.2.4).

use doorward_access::clock::Clock as _;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, Page, Stack, UserAgent, both_backends, flows, stack};
use futures_util::future::join_all;
use serde_json::json;

use crate::two_factor::{
    CODE, enrol, enter, first_step, is_account, is_signed_in, recovery_codes, sign_in,
};

both_backends!(
    of_32_concurrent_submits_in_sign_in_only_first_succeeds,
    of_32_sign_ins_with_same_code_only_first_succeeds,
    of_32_sign_ins_with_same_recovery_code_only_first_succeeds,
);
flows!(
    code_follows_password,
    code_works_once,
    recovery_code_works_once,
    codes_of_other_users_are_rejected,
    pending_sign_in_is_bound_to_browser,
    waiting_sign_in_ends,
    secrets_are_encrypted_or_hashed_in_database,
);

async fn code_follows_password(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    let field = "input[name=code][autocomplete=one-time-code][inputmode=numeric]";
    assert!(page.has(field), "{}", page.dump());
    assert!(
        !is_signed_in(stack, &agent).await,
        "the password alone does not sign in"
    );

    let empty = enter(&agent, &page, "").await;
    assert_eq!(empty.status, 422, "{}", empty.dump());
    for wrong in [app.wrong_code(stack).as_str(), "12345", "nonsense"] {
        let answer = enter(&agent, &page, wrong).await;
        assert_eq!(answer.status, 401, "{}", answer.dump());
        assert!(
            answer.has("[role=alert]") && answer.has(CODE),
            "{}",
            answer.dump()
        );
        assert!(!is_signed_in(stack, &agent).await);
    }
    // Spaces in the code are ignored (WCAG 2.2 §3.3.8).
    let code = app.next_code(stack);
    let answer = enter(&agent, &page, &format!(" {} {} ", &code[..3], &code[3..])).await;
    assert_eq!(answer.status, 303, "{}", answer.dump());
    assert!(is_account(&agent.follow(answer, "").await));
    // The form is submitted again: the attempt has ended, and the session stays.
    let again = enter(&agent, &page, &app.next_code(stack)).await;
    assert_eq!(again.status, 400, "{}", again.dump());
    assert!(is_signed_in(stack, &agent).await);
}

async fn code_works_once(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    // The code that confirmed the enrollment is consumed as well.
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.code(stack)).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let code = app.next_code(stack);
    assert!(is_account(
        &sign_in(stack, &UserAgent::new(), "alice", &code).await
    ));
    let page = sign_in(stack, &UserAgent::new(), "alice", &code).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // The code is within the tolerance of one time step, but already used.
    stack.clock.advance(30);
    let page = sign_in(stack, &UserAgent::new(), "alice", &code).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.code(stack)).await;
    assert!(is_account(&page), "{}", page.dump());
}

fn begins_a_session(answer: &Page) -> bool {
    let cookies = answer.headers.get_all("set-cookie").iter();
    answer.status == 303
        && cookies
            .filter_map(|cookie| cookie.to_str().ok())
            .any(|cookie| cookie.starts_with("doorward_session="))
}

async fn of_32_concurrent_submits_in_sign_in_only_first_succeeds(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let code = app.next_code(stack);
    let answers = join_all((0..32).map(|_| enter(&agent, &page, &code))).await;
    let begun = answers
        .iter()
        .filter(|answer| begins_a_session(answer))
        .count();
    assert_eq!(
        begun,
        1,
        "{:?}",
        answers.iter().map(|one| one.status).collect::<Vec<_>>()
    );
    assert!(
        answers
            .iter()
            .all(|one| one.status == 303 || one.status == 400)
    );
}

async fn of_32_sign_ins_with_same_code_only_first_succeeds(stack: &Stack) {
    let trial = Trial::new("R5", "authenticator app");
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let rounds = trial.size(1, 2_000);
    for round in 0..rounds {
        let code = app.next_code(stack);
        assert_eq!(parallel(stack, &code).await, 1, "round {round}");
    }
    trial.done(json!({ "rounds": rounds, "at_once": 32, "succeeded": rounds }));
}

/// Signs in from 32 browsers with one code at the same time; returns the number that succeeded.
async fn parallel(stack: &Stack, code: &str) -> usize {
    let agents = [(); 32].map(|()| UserAgent::new());
    let mut pages = Vec::new();
    for agent in &agents {
        pages.push(first_step(stack, agent, "alice").await);
    }
    let attempts = agents.iter().zip(&pages);
    let answers = join_all(attempts.map(|(agent, page)| enter(agent, page, code))).await;
    answers
        .iter()
        .filter(|answer| begins_a_session(answer))
        .count()
}

async fn recovery_code_works_once(stack: &Stack) {
    let owner = UserAgent::new();
    let app = enrol(stack, &owner, "alice").await;
    assert_eq!(app.recovery.len(), 10);
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let way = format!("{}&way=recovery", page.url);
    let page = agent.get(way).await;
    assert!(
        !page.has("[inputmode=numeric]"),
        "recovery codes contain letters: {}",
        page.dump()
    );
    let answer = enter(&agent, &page, &app.recovery[0].to_uppercase()).await;
    assert!(is_account(&agent.follow(answer, "").await));
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.recovery[0]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // The field for the app's code accepts recovery codes, too.
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.recovery[1]).await;
    assert!(is_account(&page), "{}", page.dump());

    // New recovery codes invalidate the old ones.
    let home = agent.get(stack.at("/account/security/2fa")).await;
    assert!(
        home.text().contains("8 recovery codes are left"),
        "{}",
        home.dump()
    );
    let fresh = new_recovery_codes(stack, &agent).await;
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.recovery[2]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = sign_in(stack, &UserAgent::new(), "alice", &fresh[0]).await;
    assert!(is_account(&page), "{}", page.dump());
}

async fn of_32_sign_ins_with_same_recovery_code_only_first_succeeds(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let mut codes = app.recovery.clone();
    let trial = Trial::new("R5", "recovery code");
    let rounds = trial.size(1, 2_000);
    for _ in 0..rounds {
        if codes.is_empty() {
            let owner = UserAgent::new();
            let page = sign_in(stack, &owner, "alice", &app.next_code(stack)).await;
            assert!(is_account(&page), "{}", page.dump());
            codes = new_recovery_codes(stack, &owner).await;
        }
        let code = codes.pop().expect("a code");
        assert_eq!(parallel(stack, &code).await, 1);
        // Even the test limits allow only this many sign-ins in a minute.
        stack.clock.advance(60);
    }
    trial.done(json!({ "rounds": rounds, "at_once": 32, "succeeded": rounds }));
}

/// Generates new recovery codes in a signed-in browser and returns them.
async fn new_recovery_codes(stack: &Stack, owner: &UserAgent) -> Vec<String> {
    let home = owner.get(stack.at("/account/security/2fa")).await;
    let form = home.form("form[action$='/2fa/codes']");
    recovery_codes(&owner.submit(&form).await)
}

async fn codes_of_other_users_are_rejected(stack: &Stack) {
    let alice = enrol(stack, &UserAgent::new(), "alice").await;
    let bob = enrol(stack, &UserAgent::new(), "bob").await;
    stack.clock.advance(30);
    for code in [bob.code(stack), bob.recovery[0].clone()] {
        let page = sign_in(stack, &UserAgent::new(), "alice", &code).await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    let page = sign_in(stack, &UserAgent::new(), "bob", &bob.recovery[0]).await;
    assert!(
        is_account(&page),
        "the code was not consumed in alice's account: {}",
        page.dump()
    );
    let page = sign_in(stack, &UserAgent::new(), "alice", &alice.code(stack)).await;
    assert!(is_account(&page), "{}", page.dump());
}

async fn pending_sign_in_is_bound_to_browser(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    let thief = UserAgent::new();
    let stolen = thief.get(page.url.clone()).await;
    assert_eq!(stolen.status, 400, "{}", stolen.dump());
    // The form of the attacker's own sign-in with the attempt ID of alice's.
    let own = first_step(stack, &thief, "alice").await;
    let attempt = page.form(CODE).value("attempt").unwrap().to_owned();
    let form = own.form(CODE).with("attempt", &attempt);
    let answer = thief
        .submit(&form.with("code", &app.next_code(stack)))
        .await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(!is_signed_in(stack, &thief).await);
    let answer = enter(&agent, &page, &app.code(stack)).await;
    assert!(
        is_account(&agent.follow(answer, "").await),
        "the user's sign-in continues"
    );
}

async fn waiting_sign_in_ends(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    stack.clock.advance(600);
    let answer = enter(&agent, &page, &app.code(stack)).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(!is_signed_in(stack, &agent).await);
    // The account is disabled between the two factors.
    let page = first_step(stack, &agent, "alice").await;
    stack.disable_user("alice").await;
    let answer = enter(&agent, &page, &app.next_code(stack)).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(!is_signed_in(stack, &agent).await);
}

async fn secrets_are_encrypted_or_hashed_in_database(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let db = stack.db().await;
    let user = doorward_store::repo::users::find_by_identifier(db.read(), "alice").await;
    let id = user.unwrap().unwrap().id;
    let found = doorward_store::repo::totp_factors::find(db.read(), id).await;
    let factor = found.unwrap().unwrap();
    let key = app.secret.to_groups().replace(' ', "");
    let sealed = String::from_utf8_lossy(&factor.secret_sealed).into_owned();
    assert!(factor.secret_sealed.len() > 40 && !sealed.contains(&key));
    let events = doorward_store::repo::audit::list(db.read(), None, 100)
        .await
        .unwrap();
    let log = format!("{events:?}");
    assert!(log.contains("FactorAdded"), "{log}");
    assert!(
        !log.contains(&key) && !log.contains(&app.recovery[0]),
        "{log}"
    );
    db.close().await.unwrap();
}

// --- counting -----------------------------------------------------------------------------------

/// The production limits.
const STRICT: [(&str, &str); 1] = [("DOORWARD__LIMITS__MULTIPLIER", "1")];

macro_rules! strict {
    ($($check:ident),+ $(,)?) => {
        $(
            mod $check {
                #[test]
                fn sqlite_memory() {
                    super::stack::run_with(super::Backend::SqliteMemory, &super::STRICT, super::$check);
                }

                #[test]
                fn postgres_redis() {
                    super::stack::run_with(super::Backend::PostgresRedis, &super::STRICT, super::$check);
                }
            }
        )+
    };
}

strict!(
    wrong_codes_are_counted_for_user,
    pending_sign_in_allows_ten_attempts,
    recovery_code_is_required_after_hundred_failures,
);

/// Sets the counter of wrong codes, as that many attempts would have.
async fn set_failures(stack: &Stack, who: &str, failures: u32) {
    use doorward_store::repo::{totp_factors, users};
    let db = stack.db().await;
    let user = users::find_by_identifier(db.read(), who)
        .await
        .unwrap()
        .unwrap();
    let tx = db.begin_write().await.unwrap();
    totp_factors::forgive(&tx, user.id).await.unwrap();
    for _ in 0..failures {
        let counted = totp_factors::record_attempt(&tx, user.id, u32::MAX, stack.clock.now()).await;
        assert!(counted.unwrap().is_some());
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn wrong_codes_are_counted_for_user(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    stack.clock.advance(30);
    // Two browsers and two spellings of the name: one account has five sign-ins per minute of real
    // time.
    let mut agent = UserAgent::new();
    let mut page = first_step(stack, &agent, "ALICE").await;
    for number in 1..=5 {
        if number == 3 {
            agent = UserAgent::new();
            page = first_step(stack, &agent, "Alice@Example.ORG").await;
        }
        let answer = enter(&agent, &page, &app.wrong_code(stack)).await;
        assert_eq!(answer.status, 401, "{number}: {}", answer.dump());
        stack.clock.advance(10);
    }
    let answer = enter(&agent, &page, &app.code(stack)).await;
    let status = answer.status;
    assert_eq!(
        status,
        429,
        "the correct code is rejected, too: {}",
        answer.dump()
    );
    let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    stack.clock.advance(seconds);
    let answer = enter(&agent, &page, &app.code(stack)).await;
    assert!(is_account(&agent.follow(answer, "").await));
    // A successful sign-in resets the counter.
    stack.clock.advance(60);
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice@example.org").await;
    let answer = enter(&agent, &page, &app.wrong_code(stack)).await;
    assert_eq!(answer.status, 401, "{}", answer.dump());
    let answer = enter(&agent, &page, &app.next_code(stack)).await;
    let page = agent.follow(answer, "").await;
    assert!(is_account(&page), "{}", page.dump());
}

async fn pending_sign_in_allows_ten_attempts(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    stack.clock.advance(30);
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    for number in 1..=10 {
        // The counter is reset each time, so that only the attempts of this sign-in count.
        set_failures(stack, "alice", 0).await;
        let answer = enter(&agent, &page, &app.wrong_code(stack)).await;
        let expected = if number < 10 { 401 } else { 400 };
        assert_eq!(answer.status, expected, "{number}: {}", answer.dump());
    }
    set_failures(stack, "alice", 0).await;
    let answer = enter(&agent, &page, &app.code(stack)).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(!is_signed_in(stack, &agent).await);
    stack.clock.advance(60);
    let page = sign_in(stack, &agent, "alice", &app.code(stack)).await;
    assert!(is_account(&page), "a new sign-in succeeds: {}", page.dump());
}

async fn recovery_code_is_required_after_hundred_failures(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    stack.clock.advance(30);
    set_failures(stack, "alice", 100).await;
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.code(stack)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    stack.clock.advance(86_400);
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.code(stack)).await;
    assert_eq!(page.status, 403, "the attempt stays ended: {}", page.dump());
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.recovery[0]).await;
    assert!(is_account(&page), "{}", page.dump());
    stack.clock.advance(60);
    let page = sign_in(stack, &UserAgent::new(), "alice", &app.code(stack)).await;
    assert!(
        is_account(&page),
        "the app's codes work again: {}",
        page.dump()
    );
}
