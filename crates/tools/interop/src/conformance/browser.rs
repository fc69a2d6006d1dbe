//! Scripts for the browser of the suite: what it types and clicks on Doorward's pages, which work
//! without scripts.

use serde_json::{Map, Value, json};

/// Password of both users.
pub const PASSWORD: &str = "correct horse battery staple 7351";
/// Modules in which the user signs in twice; a picture shows that the page appears again.
const SECOND_SIGN_IN: [&str; 2] = ["oidcc-prompt-login", "oidcc-max-age-1"];
/// Modules whose authorization request ends on an error page.
const REJECTED: [&str; 4] = [
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-ensure-redirect-uri-in-authorization-request",
    "oidcc-redirect-uri-query-added",
    "oidcc-redirect-uri-query-mismatch",
];
/// Modules that show the client's metadata on the consent page.
const METADATA: [&str; 3] = [
    "oidcc-registration-logo-uri",
    "oidcc-registration-policy-uri",
    "oidcc-registration-tos-uri",
];
/// Modules whose logout request is rejected or confirmed, and leads nowhere.
const LOGOUT_REJECTED: [&str; 5] = [
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-modified-id-token-hint",
    "oidcc-rp-initiated-logout-bad-id-token-hint",
    "oidcc-rp-initiated-logout-no-id-token-hint",
];
/// Modules whose logout request has no redirect URI.
const LOGOUT_STAYS: [&str; 3] = [
    "oidcc-rp-initiated-logout-no-params",
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-only-state",
];
/// Modules that open a pushed request that has expired or belongs to another client.
const UNUSABLE_REQUEST: [&str; 2] = [
    "fapi2-security-profile-final-par-attempt-to-use-expired-request_uri",
    "fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client",
];
const REUSED_REQUEST: &str = "fapi2-security-profile-final-par-attempt-reuse-request_uri";
const REOPENED_REQUEST: &str =
    "fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds";
const DENIAL: &str = "fapi2-security-profile-final-user-rejects-authentication";

/// The scripts for the pages of one issuer.
pub struct Scripts {
    origin: String,
}

impl Scripts {
    /// Creates the scripts for an issuer.
    pub const fn new(origin: String) -> Self {
        Self { origin }
    }

    /// Returns the scripts of a plan of OpenID Connect: for every module, and the other ones for
    /// single modules.
    pub fn openid(&self) -> (Value, Value) {
        let scripts = json!([self.authorization(), self.logout()]);
        let mut others = Map::new();
        let again = [self.sign_in("alice", true), self.consent("allow")];
        let again = self.at_authorization(&self.to_callback(&again));
        for module in SECOND_SIGN_IN {
            others.insert(module.to_owned(), json!({"browser": [&again]}));
        }
        let rejected = [self.page("return address|cannot read|redirect_uri")];
        for module in REJECTED {
            let script = self.at_authorization(&rejected);
            others.insert(module.to_owned(), json!({"browser": [script]}));
        }
        // The page of the consent, not that of the sign-in, shows the metadata.
        let metadata = [self.sign_in("alice", false), self.page("allow")];
        for module in METADATA {
            let script = self.at_authorization(&metadata);
            others.insert(module.to_owned(), json!({"browser": [script]}));
        }
        let rejected = "return address|cannot read|could not read|sign out|signed out";
        for module in LOGOUT_REJECTED {
            let script = self.at_logout(&[self.page(rejected)]);
            let scripts = json!({"browser": [self.authorization(), script]});
            others.insert(module.to_owned(), scripts);
        }
        for module in LOGOUT_STAYS {
            let script = self.at_logout(&[self.confirmation(), self.page("signed out")]);
            let scripts = json!({"browser": [self.authorization(), script]});
            others.insert(module.to_owned(), scripts);
        }
        (scripts, Value::Object(others))
    }

    /// Returns the scripts of a plan of FAPI 2.0: for every module, and the other ones for single
    /// modules.
    pub fn fapi(&self) -> (Value, Value) {
        let mut others = Map::new();
        // No consent of this user may exist.
        let denial = [self.sign_in("bob", false), self.consent("deny")];
        let denial = self.at_authorization(&self.to_callback(&denial));
        others.insert(DENIAL.to_owned(), json!({"browser": [denial]}));
        let mut once = self.authorization();
        once["match-limit"] = json!(1);
        let mut rejected = self
            .page("cannot read|request_uri|expired|sign in again|already signed in|used before");
        rejected["optional"] = json!(true);
        let mut callback = callback();
        callback["optional"] = json!(true);
        let unusable = self.at_authorization(&[rejected, callback]);
        let reused = json!({"browser": [once, &unusable]});
        others.insert(REUSED_REQUEST.to_owned(), reused);
        let mut opened = self.at_authorization(&[]);
        opened["match-limit"] = json!(1);
        let reopened = json!({"browser": [opened, self.authorization()]});
        others.insert(REOPENED_REQUEST.to_owned(), reopened);
        for module in UNUSABLE_REQUEST {
            others.insert(module.to_owned(), json!({"browser": [&unusable]}));
        }
        (json!([self.authorization()]), Value::Object(others))
    }

    fn authorization(&self) -> Value {
        let tasks = [self.sign_in("alice", false), self.consent("allow")];
        self.at_authorization(&self.to_callback(&tasks))
    }

    fn logout(&self) -> Value {
        let onward = self.task(
            "Onward",
            &json!([["click", "css", "a[data-onward]", "optional"]]),
        );
        let back = json!({
            "task": "Back at the client",
            "match": "*/test/*/post_logout_redirect*",
            "commands": [],
        });
        self.at_logout(&[self.confirmation(), onward, back])
    }

    fn at_authorization(&self, tasks: &[Value]) -> Value {
        json!({"match": format!("{}/*authorize*", self.origin), "tasks": tasks})
    }

    fn at_logout(&self, tasks: &[Value]) -> Value {
        json!({"match": format!("{}/*logout*", self.origin), "tasks": tasks})
    }

    /// Adds the way from Doorward to the client's callback.
    fn to_callback(&self, tasks: &[Value]) -> Vec<Value> {
        let button = "form[data-autosubmit] button";
        let post = json!([["click", "css", button, "optional"]]);
        let end = [self.task("Form post without script", &post), callback()];
        tasks.iter().cloned().chain(end).collect()
    }

    fn sign_in(&self, user: &str, has_picture: bool) -> Value {
        let mut commands = Vec::new();
        if has_picture {
            let picture = "update-image-placeholder-optional";
            commands.push(json!(["wait", "xpath", "//*", 10, "(?i)sign in", picture]));
        }
        let identifier = format!("{user}@example.com");
        let button = "//form[@id='login']//button[contains(@class,'primary')]";
        commands.extend([
            json!(["text", "name", "identifier", identifier, "optional"]),
            json!(["text", "name", "password", PASSWORD, "optional"]),
            json!(["click", "xpath", button, "optional"]),
        ]);
        self.task("Sign in", &Value::Array(commands))
    }

    fn consent(&self, decision: &str) -> Value {
        let button = format!("button[name='decision'][value='{decision}']");
        self.task("Consent", &json!([["click", "css", button, "optional"]]))
    }

    fn confirmation(&self) -> Value {
        let button = "#logout button.primary";
        self.task("Sign out", &json!([["click", "css", button, "optional"]]))
    }

    /// Expects a page with this text, and takes a picture of it for the reviewer.
    fn page(&self, pattern: &str) -> Value {
        let pattern = format!("(?i){pattern}");
        let picture = "update-image-placeholder";
        json!({
            "task": "Expect a page",
            "match": format!("{}/*", self.origin),
            "commands": [["wait", "xpath", "//*", 10, pattern, picture]],
        })
    }

    /// A task for a page that need not appear.
    fn task(&self, name: &str, commands: &Value) -> Value {
        json!({
            "task": name,
            "optional": true,
            "match": format!("{}/*", self.origin),
            "commands": commands,
        })
    }
}

fn callback() -> Value {
    json!({
        "task": "Verify Complete",
        "match": "*/test/*/callback*",
        "commands": [["wait", "id", "submission_complete", 10]],
    })
}
