//! The checks of a user's state after a failure.

use std::collections::BTreeMap;

use doorward_domain::model::AuditKind;
use doorward_testkit::rows;
use serde_json::json;

use super::{Open, Tokens, TrialUser, answer, client_result, has_status, tokens_of};

impl TrialUser {
    /// Checks everything that was acknowledged, and determines the result of the open request.
    pub(super) async fn verify(&mut self, database: &str, when: &str) {
        let when = format!("{when}: {}", self.name);
        // Events of these checks do not count as acknowledged under load.
        let acknowledged = self.acknowledged.clone();
        let fresh = self.check_password(&when).await;
        self.check_sign_ins(&when).await;
        self.check_consent(&when).await;
        self.check_log(database, &when).await;
        self.acknowledged = acknowledged;
        self.open = None;
        self.live = vec![fresh];
    }

    /// Checks that exactly one password signs in: the acknowledged one.
    async fn check_password(&mut self, when: &str) -> Tokens {
        if let Some(Open::Password(new)) = &self.open {
            let new = new.clone();
            let former = self.signs_in(&self.password.clone()).await.is_some();
            let later = self.signs_in(&new).await.is_some();
            assert_ne!(
                former, later,
                "{when}: both of two passwords work, or neither"
            );
            if later {
                self.has_changed_to(new);
            }
        }
        for former in std::mem::take(&mut self.former) {
            let counts = self.signs_in(&former).await.is_some();
            assert!(!counts, "{when}: a password change is lost");
        }
        let fresh = self.signs_in(&self.password.clone()).await;
        fresh.unwrap_or_else(|| panic!("{when}: the acknowledged password is rejected"))
    }

    async fn signs_in(&mut self, password: &str) -> Option<Tokens> {
        let page = self.try_password(password).await.expect("an answer");
        let tokens = tokens_of(&page);
        if tokens.is_some() {
            self.done(AuditKind::LoginSucceeded);
        }
        tokens
    }

    async fn check_sign_ins(&mut self, when: &str) {
        for tokens in &self.live {
            assert!(self.counts(tokens).await, "{when}: a sign-in is lost");
        }
        for tokens in std::mem::take(&mut self.dead) {
            assert!(!self.counts(&tokens).await, "{when}: a sign-out is lost");
        }
        if let Some(Open::SignOut(tokens)) = &self.open
            && !self.counts(tokens).await
        {
            self.done(AuditKind::LoggedOut);
        }
    }

    /// Returns true if a sign-in is active; both tokens must agree.
    async fn counts(&self, tokens: &Tokens) -> bool {
        let profile = format!("{}/api/auth/profile", self.origin);
        let profile = self.device.http().get(profile);
        let body = json!({ "token": tokens.refresh, "client_id": self.own_app });
        let verify = self.post("/api/auth/token/verify", &body);
        let mut seen = Vec::new();
        for request in [profile.bearer_auth(&tokens.access), verify] {
            seen.push(answer(request).await.expect("an answer").status);
        }
        match seen[..] {
            [200, 200] => true,
            [401, 401] => false,
            _ => panic!(
                "{}: only one token of a sign-in is active: {seen:?}",
                self.name
            ),
        }
    }

    /// Checks the browser session and the third-party client's consent.
    async fn check_consent(&mut self, when: &str) {
        let mut received = self.ask_quietly().await;
        if received == "login_required" {
            let known = self.in_browser;
            assert_ne!(known, Some(true), "{when}: the browser's session is lost");
            let home = format!("{}/account", self.origin);
            has_status(&self.visit(&home).await.expect("an answer"), 200);
            received = self.ask_quietly().await;
        } else {
            let known = self.in_browser;
            assert_ne!(
                known,
                Some(false),
                "{when}: the session survived a password change"
            );
            self.in_browser = Some(true);
        }
        let consented = match received.as_str() {
            "code" => true,
            "consent_required" => false,
            _ => panic!("{when}: {received}"),
        };
        if matches!(self.open, Some(Open::Decision)) && consented != self.consented {
            self.decided(consented);
        }
        let known = self.consented;
        assert_eq!(consented, known, "{when}: a consent decision is lost");
    }

    /// Returns the response to a request with `prompt=none`.
    async fn ask_quietly(&mut self) -> String {
        let request = self.authorization().with("prompt", "none");
        let page = self.visit(request.url().as_str()).await;
        client_result(&page.expect("an answer"))
    }

    /// Checks that the audit log contains all acknowledged events.
    async fn check_log(&self, database: &str, when: &str) {
        let query = format!(
            "SELECT kind || ' ' || count(*) AS text FROM audit_events \
             WHERE subject = '{}' AND success GROUP BY kind",
            self.id
        );
        let found = rows::query_text(database, &query).await;
        let found: BTreeMap<&str, usize> = found
            .iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(kind, count)| (kind, count.parse().expect("a number")))
            .collect();
        for (kind, &known) in &self.log {
            let written = found.get(*kind).copied().unwrap_or_default();
            assert!(
                written >= known,
                "{when}: the log has {written} of {known} {kind} events"
            );
        }
    }
}
