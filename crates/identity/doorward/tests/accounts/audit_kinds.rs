//! Tests that each required event is in the audit log exactly once and without a secret.

use std::path::Path;

use doorward_domain::model::{AuditKind, AuditKind as Kind};
use doorward_testkit::{Authorization, PASSWORD, Stack, UserAgent, flows};

use crate::support::{NEW_PASSWORD, register, sign_in};
use crate::two_factor::{HOME, enrol, enter, first_step};

mod produced;

use self::produced::PRODUCED;

flows!(
    user_flows_record_each_event_once,
    second_factor_flows_record_each_event_once,
    client_flows_record_each_event_once,
    password_and_email_flows_record_each_event_once,
);

/// A reader of the audit log that compares the new events with the expected kinds.
struct Log<'a> {
    stack: &'a Stack,
    seen: usize,
    all: String,
}

impl<'a> Log<'a> {
    async fn begin(stack: &'a Stack) -> Self {
        // Events of the same second have no order.
        stack.clock.advance(1);
        let seen = stack.audit_events().await.len();
        let all = String::new();
        Self { stack, seen, all }
    }

    async fn wrote(&mut self, expected: &[Kind]) {
        self.stack.wait_for_jobs().await;
        let mut events = self.stack.audit_events().await;
        let new = events.len() - self.seen;
        self.seen = events.len();
        events.truncate(new);
        let mut kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        kinds.sort_unstable();
        let mut expected: Vec<&str> = expected.iter().map(|kind| kind.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(kinds, expected, "{events:#?}");
        for event in &events {
            assert!(
                event.request_id.is_some() && event.ip.is_some(),
                "{event:?}"
            );
            let known = event.subject.is_some() || event.kind == Kind::LoginFailed;
            assert!(known, "no subject: {event:?}");
        }
        self.all.extend(format!("{events:?}").chars());
        self.stack.clock.advance(1);
    }

    /// Asserts that no event contains one of these secrets.
    fn holds_none_of(&self, secrets: &[String]) {
        for secret in secrets {
            assert!(!secret.is_empty() && !self.all.contains(secret), "{secret}");
        }
    }
}

async fn user_flows_record_each_event_once(stack: &Stack) {
    let mut log = Log::begin(stack).await;
    let (agent, other) = (UserAgent::new(), UserAgent::new());
    sign_in(stack, &agent, "alice", "canary wrong password").await;
    log.wrote(&[Kind::LoginFailed]).await;
    sign_in(stack, &agent, "no such person", "canary wrong password").await;
    log.wrote(&[Kind::LoginFailed]).await;
    sign_in(stack, &agent, "alice", PASSWORD).await;
    log.wrote(&[Kind::LoginSucceeded]).await;
    sign_in(stack, &other, "alice", PASSWORD).await;
    log.wrote(&[Kind::LoginSucceeded]).await;
    let page = agent.get(stack.at("/account/sessions")).await;
    agent.submit(&page.press("button[name=session]")).await;
    log.wrote(&[Kind::SessionEnded]).await;
    let form = agent.get(stack.at("/account/secure")).await.form("#secure");
    agent.submit(&form).await;
    log.wrote(&[Kind::ActivityDisowned]).await;
    let form = agent.get(stack.at("/logout")).await.form("#logout");
    agent.submit(&form.with("confirm", "yes")).await;
    log.wrote(&[Kind::LoggedOut]).await;
    register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
    log.wrote(&[Kind::UserRegistered]).await;
    let secrets = ["canary wrong password", PASSWORD, NEW_PASSWORD];
    log.holds_none_of(&secrets.map(str::to_owned));
}

async fn second_factor_flows_record_each_event_once(stack: &Stack) {
    let agent = UserAgent::new();
    let mut log = Log::begin(stack).await;
    let app = enrol(stack, &agent, "alice").await;
    log.wrote(&[Kind::LoginSucceeded, Kind::FactorAdded]).await;
    let other = UserAgent::new();
    let page = first_step(stack, &other, "alice").await;
    log.wrote(&[Kind::FirstStepPassed]).await;
    let wrong = app.wrong_code(stack);
    enter(&other, &page, &wrong).await;
    log.wrote(&[Kind::FactorFailed]).await;
    enter(&other, &page, &app.recovery[0]).await;
    log.wrote(&[Kind::RecoveryCodeUsed, Kind::LoginSucceeded])
        .await;
    let home = agent.get(stack.at(HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/codes']")).await;
    log.wrote(&[Kind::RecoveryCodesMade]).await;
    let codes = crate::two_factor::recovery_codes(&page);
    agent.submit(&home.form("form[action$='/2fa/off']")).await;
    log.wrote(&[Kind::FactorRemoved]).await;
    let key = app.secret.to_groups().replace(' ', "");
    log.holds_none_of(&[app.recovery, codes, vec![key, wrong]].concat());
}

async fn client_flows_record_each_event_once(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let client = &stack.seed.web;
    let request =
        || Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let mut log = Log::begin(stack).await;
    let page = agent.follow(agent.get(request().url()).await, "").await;
    agent
        .submit(
            &page
                .form("form[action='/consent']")
                .with("decision", "deny"),
        )
        .await;
    log.wrote(&[Kind::ConsentDenied]).await;
    let code = request().complete(&agent, "alice").await.code();
    log.wrote(&[Kind::ConsentGranted]).await;
    let tokens = stack.exchange(client, &code).await.json();
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    log.wrote(&[]).await;
    stack.exchange(client, &code).await;
    log.wrote(&[Kind::CodeReplayed]).await;
    let code = request().complete(&agent, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let second = tokens["refresh_token"].as_str().unwrap().to_owned();
    let next = stack.refresh(client, &second).await.json();
    let third = next["refresh_token"].as_str().unwrap().to_owned();
    log.wrote(&[]).await;
    stack.refresh(client, &third).await;
    stack.refresh(client, &second).await;
    log.wrote(&[Kind::RefreshReused]).await;
    let code_of_other = request().complete(&agent, "alice").await.code();
    let tokens = stack.exchange(client, &code_of_other).await.json();
    let token = tokens["refresh_token"].as_str().unwrap();
    stack
        .as_client("/oauth2/revoke", client, &[("token", token)])
        .await;
    log.wrote(&[Kind::TokenRevoked]).await;
    let page = agent.get(stack.at("/account/apps")).await;
    agent.submit(&page.press("button[name=client_id]")).await;
    log.wrote(&[Kind::ConsentRevoked]).await;
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    log.holds_none_of(&[code, first, second, third, token.to_owned(), access]);
}

async fn password_and_email_flows_record_each_event_once(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let mut log = Log::begin(stack).await;
    for (current, success) in [("canary wrong password", false), (PASSWORD, true)] {
        let page = agent.get(stack.at("/account/password")).await;
        let form = page
            .form("#new-password")
            .with("current_password", current)
            .with("password", NEW_PASSWORD)
            .with("password_confirm", NEW_PASSWORD);
        agent.submit(&form).await;
        log.wrote(&[Kind::PasswordChanged]).await;
        assert_eq!(
            stack.audited(Kind::PasswordChanged).await[0].success,
            success
        );
    }
    let page = agent.get(stack.at("/account/email")).await;
    let form = page.form("form:has([name=email])");
    let form = form
        .with("email", "moved@example.org")
        .with("current_password", NEW_PASSWORD);
    agent.submit(&form).await;
    log.wrote(&[Kind::EmailChangeRequested]).await;
    let anonymous_caller = UserAgent::new();
    let link = crate::password_reset::link(stack, "alice").await;
    log.wrote(&[Kind::PasswordResetRequested]).await;
    let page = anonymous_caller
        .follow(anonymous_caller.get(&link).await, "")
        .await;
    let form = page
        .form("#new-password")
        .with("password", "copper meadow 19 lantern frost")
        .with("password_confirm", "copper meadow 19 lantern frost");
    anonymous_caller.submit(&form).await;
    log.wrote(&[Kind::PasswordReset]).await;
    let token = link
        .query_pairs()
        .find(|(name, _)| name == "token")
        .unwrap()
        .1
        .into_owned();
    let secrets = [
        "canary wrong password",
        PASSWORD,
        NEW_PASSWORD,
        "copper meadow",
    ];
    log.holds_none_of(&[secrets.map(str::to_owned).to_vec(), vec![token]].concat());
}

const THIS_FILE: &str = "doorward/tests/accounts/audit_kinds.rs";

/// Event kinds that the tests of their flows check.
const CHECKED_BY_FLOW_TESTS: &[Kind] = &[
    Kind::ApiKeyCreated,
    Kind::ApiKeyFirstUsed,
    Kind::ApiKeyUsed,
    Kind::ApiKeyRefused,
    Kind::ApiKeyRevoked,
    Kind::AppPasswordCreated,
    Kind::AppPasswordUsed,
    Kind::AppPasswordRevoked,
    Kind::ProfileChanged,
    Kind::DataExported,
    Kind::DeletionRequested,
    Kind::DeletionCancelled,
    Kind::AccountDeleted,
];

#[test]
fn every_kind_is_produced_by_flow_and_by_test() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let flows = [
        "services",
        "oauth",
        "accounts",
        "first-party",
        "admin",
        "../features/impersonation",
        "../features/scim",
        "../features/sites",
        "../features/ldap-server",
    ];
    let flows = flows.map(|name| sources(&crates.join(name).join("src")));
    let flows = flows.concat();
    for kind in &AuditKind::ALL {
        if CHECKED_BY_FLOW_TESTS.contains(kind) {
            continue;
        }
        assert!(
            flows.contains(&format!("AuditKind::{kind:?}")),
            "no flow writes {kind:?}"
        );
        let row = PRODUCED.iter().find(|(produced, ..)| produced == kind);
        let (_, file, name) = row.unwrap_or_else(|| {
            panic!("{kind:?}: write a test that produces it and add it to PRODUCED")
        });
        let text = std::fs::read_to_string(crates.join(file)).unwrap();
        assert!(text.contains(name), "{kind:?}: no {name} in {file}");
    }
}

fn sources(directory: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .is_some_and(|name| name == "tests" || name == "tests.rs")
        {
            continue;
        }
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    all
}
