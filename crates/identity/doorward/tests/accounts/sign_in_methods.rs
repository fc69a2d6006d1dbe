//! Tests every sign-in method under every policy for each kind of user: the resulting token claims,
//! or the exact rejection (ASVS 5.0 §6.3.4).
//!
//! A new method needs a variant of [`SignInMethod`], its steps in [`World::walk`], a line in
//! [`TABLE`] and one in [`RESTRICTED_USERS`].

mod provider;
mod table;

use doorward_access::clock::Clock as _;
use doorward_testkit::stack::HOST;
use doorward_testkit::upstream::Upstream;
use doorward_testkit::{
    Authenticator, Authorization, Outcome, PASSWORD, Page, Stack, UserAgent, flows_with, jwt,
};
use serde_json::{Value, json};

use self::table::SignInResult::{self, No, One, Refused, Two};
use self::table::{RESTRICTED_USERS, TABLE, UNMET};
use crate::email_code::{ask_at, code_of};
use crate::passkey::{self, present};
use crate::two_factor::{self, App, password};

flows_with!(
    SETTINGS;
    mf_6_each_method_states_factors_under_each_policy,
    ineligible_user_is_rejected_by_each_method,
);

/// Enables every method, requires verified addresses, and requires two factors for managers.
const SETTINGS: &[(&str, &str)] = &[
    (HOST, "localhost"),
    ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
    ("DOORWARD__MFA__REQUIRED_FOR_ROLES", ROLE),
    ("DOORWARD__MFA__PASSKEY_FOR_ROLES", PASSKEY_ROLE),
];
const ROLE: &str = "manager";
/// The role that requires a passkey.
const PASSKEY_ROLE: &str = "reader";
const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#;

/// The users: with one factor, with an authenticator app, with a passkey.
const PLAIN: &str = "bob";
const WITH_APP: &str = "alice";
const WITH_KEY: &str = "admin";

/// A sign-in method: the user, and the response to each page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SignInMethod {
    Password,
    PasswordAndApp,
    PasswordAndRecovery,
    PasswordAndPasskey,
    Passkey,
    Email,
    EmailAndApp,
    EmailAndPasskey,
    /// An identity provider.
    Provider,
    ProviderAndApp,
    ProviderAndPasskey,
    /// The JSON API, which issues access tokens only.
    Json,
    JsonAndApp,
}

impl SignInMethod {
    const fn user(self) -> &'static str {
        match self {
            Self::Password | Self::Email | Self::Provider | Self::Json => PLAIN,
            Self::PasswordAndApp
            | Self::PasswordAndRecovery
            | Self::EmailAndApp
            | Self::ProviderAndApp
            | Self::JsonAndApp => WITH_APP,
            Self::PasswordAndPasskey
            | Self::Passkey
            | Self::EmailAndPasskey
            | Self::ProviderAndPasskey => WITH_KEY,
        }
    }
}

/// The requirement on the authentication.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Policy {
    Nothing,
    /// `acr_values=aal2`: a voluntary requirement.
    Wished,
    /// An essential `acr`.
    Essential,
    /// `max_age`, after a sign-in that is older.
    Fresh,
    /// The client requires a second factor.
    ByClient,
    /// A role of the user requires a second factor.
    ByRole,
    /// A role of the user requires a passkey.
    PasskeyByRole,
}

const POLICIES: [Policy; 7] = [
    Policy::Nothing,
    Policy::Wished,
    Policy::Essential,
    Policy::Fresh,
    Policy::ByClient,
    Policy::ByRole,
    Policy::PasskeyByRole,
];

/// The users with their authenticators.
struct World<'a> {
    stack: &'a Stack,
    app: App,
    key: Authenticator,
    recovery: std::vec::IntoIter<String>,
    upstream: Upstream,
    /// The time of the last authentication.
    proved_at: i64,
}

impl<'a> World<'a> {
    async fn new(stack: &'a Stack) -> Self {
        let users = [PLAIN, WITH_APP, WITH_KEY];
        let upstream = provider::link_all(stack, &users).await;
        let app = two_factor::enrol(stack, &UserAgent::new(), WITH_APP).await;
        let mut key = Authenticator::synced();
        passkey::enrol(stack, &UserAgent::new(), WITH_KEY, &mut key).await;
        Self {
            stack,
            recovery: app.recovery.clone().into_iter(),
            app,
            key,
            upstream,
            proved_at: 0,
        }
    }

    /// Advances the clock before an authentication, so that `auth_time` identifies it.
    fn later(&mut self) {
        self.stack.clock.advance(7);
        self.proved_at = self.stack.clock.now();
    }

    fn next_code(&mut self) -> String {
        let code = self.app.next_code(self.stack);
        self.proved_at = self.stack.clock.now();
        code
    }

    /// Returns the authorization request for a policy.
    fn request(&self, policy: Policy) -> Authorization {
        let request = Authorization::new(self.stack.issuer(), &self.stack.seed.trusted);
        match policy {
            Policy::Wished => request.with("acr_values", "aal2"),
            Policy::Essential => request.with("claims", ESSENTIAL),
            Policy::Fresh => request.with("max_age", "60"),
            Policy::Nothing | Policy::ByClient | Policy::ByRole | Policy::PasskeyByRole => request,
        }
    }

    /// Signs in by one method under one policy.
    async fn walk(&mut self, way: SignInMethod, policy: Policy) -> SignInResult {
        if matches!(way, SignInMethod::Json | SignInMethod::JsonAndApp) {
            return self.by_json(way).await;
        }
        let (agent, request) = (UserAgent::new(), self.request(policy));
        if policy == Policy::Fresh {
            // An earlier sign-in that is too old for `max_age`.
            let page = self
                .authenticate(way, &agent, &self.request(Policy::Nothing))
                .await;
            self.request(Policy::Nothing)
                .follow(&agent, page)
                .await
                .code();
            self.stack.clock.advance(61);
        }
        let page = self.authenticate(way, &agent, &request).await;
        if page.status >= 400 {
            return Refused(page.status);
        }
        match request.follow(&agent, page).await {
            Outcome::Page(page) => {
                let known = [
                    "/account/security/2fa",
                    "/account/security/passkeys",
                    "/verify-email",
                ];
                let known = known.into_iter().find(|path| page.url.path() == *path);
                SignInResult::Page(known.unwrap_or_else(|| panic!("{}", page.dump())))
            }
            Outcome::Client(answer) if answer.contains_key("error") => {
                assert_eq!(answer["error"], "unmet_authentication_requirements");
                UNMET
            }
            outcome @ Outcome::Client(_) => {
                self.stack.clock.advance(5);
                let client = &self.stack.seed.trusted;
                let tokens = self.stack.exchange(client, &outcome.code()).await;
                assert_eq!(tokens.status, 200, "{}", tokens.dump());
                let [id, access] = ["id_token", "access_token"]
                    .map(|name| jwt::claims(&tokens.member(name).expect("a token")));
                for claim in ["acr", "amr", "auth_time"] {
                    assert_eq!(id[claim], access[claim], "{claim}: {id} {access}");
                }
                self.read(&id)
            }
        }
    }

    /// Authenticates from the authorization request to the last prompt; returns the last response.
    async fn authenticate(
        &mut self,
        way: SignInMethod,
        agent: &UserAgent,
        request: &Authorization,
    ) -> Page {
        let page = request.start(agent).await.expect_page();
        self.stack.wait_for_jobs().await;
        let mut page = match way {
            SignInMethod::Passkey => {
                self.later();
                present(agent, &page, &mut self.key).await
            }
            SignInMethod::Email | SignInMethod::EmailAndApp | SignInMethod::EmailAndPasskey => {
                let href = page.link_of("a[href^='/login/email']").expect("the offer");
                let page = agent.get(href).await;
                let page = ask_at(agent, &page, way.user()).await;
                let page = agent.follow(page, "").await;
                let mails = self
                    .stack
                    .mails(&format!("{}@example.org", way.user()))
                    .await;
                let code = mails
                    .iter()
                    .find(|mail| mail.subject.contains("is your code"));
                let code = code.map_or_else(|| "0000 0000".to_owned(), code_of);
                self.later();
                two_factor::enter(agent, &page, &code).await
            }
            SignInMethod::Provider
            | SignInMethod::ProviderAndApp
            | SignInMethod::ProviderAndPasskey => {
                self.later();
                self.upstream.set_time(self.proved_at);
                let who = way.user();
                let claims = json!({ "sub": who, "email": format!("{who}@upstream.example") });
                self.upstream.set_claims(claims);
                let button = page.press("[formaction='/login/with/acme']");
                let going = agent.submit(&button).await;
                let there = going
                    .link_of("main a.btn.primary")
                    .expect("a link to the provider");
                let back = agent.get(there).await;
                agent
                    .get(back.header("location").expect("a redirect to the callback"))
                    .await
            }
            _ => {
                self.later();
                password(agent, &page, way.user()).await
            }
        };
        if page.status < 400 && page.location().is_some_and(|to| to.path() == "/login/2fa") {
            page = agent.follow(page, "").await;
            page = match way {
                SignInMethod::PasswordAndRecovery => {
                    self.later();
                    let code = self.recovery.next().expect("a code");
                    two_factor::enter(agent, &page, &code).await
                }
                SignInMethod::PasswordAndPasskey
                | SignInMethod::EmailAndPasskey
                | SignInMethod::ProviderAndPasskey => {
                    // The time of the first factor counts: the whole authentication is no more
                    // recent.
                    present(agent, &page, &mut self.key).await
                }
                SignInMethod::ProviderAndApp => {
                    // The identity provider's token states when it authenticated the user.
                    let seen = self.proved_at;
                    let code = self.next_code();
                    self.proved_at = seen;
                    two_factor::enter(agent, &page, &code).await
                }
                _ => {
                    let code = self.next_code();
                    two_factor::enter(agent, &page, &code).await
                }
            };
        }
        page
    }

    async fn by_json(&mut self, way: SignInMethod) -> SignInResult {
        let mut body = json!({ "username": way.user(), "password": PASSWORD });
        self.later();
        if way == SignInMethod::JsonAndApp {
            body["code"] = self.next_code().into();
        }
        let agent = UserAgent::new();
        let request = agent.http().post(self.stack.at("/api/auth/login"));
        let page = agent.send(request.json(&body)).await;
        if page.status != 200 {
            return Refused(page.status);
        }
        self.read(&jwt::claims(&page.member("access").expect("a token")))
    }

    /// Returns the outcome that the claims state.
    fn read(&self, claims: &Value) -> SignInResult {
        assert_eq!(claims["auth_time"], self.proved_at, "{claims}");
        let methods = claims["amr"].as_array().expect("amr");
        let methods: Vec<&str> = methods.iter().filter_map(Value::as_str).collect();
        let methods = methods.join(" ");
        let known = TABLE.iter().flat_map(|(_, row)| row);
        let of = known
            .copied()
            .find(|then| match (then, claims["acr"].as_str()) {
                (One(known), Some("aal1")) | (Two(known), Some("aal2")) => *known == methods,
                _ => false,
            });
        of.unwrap_or_else(|| panic!("no row of the table has these claims: {claims}"))
    }
}

async fn mf_6_each_method_states_factors_under_each_policy(stack: &Stack) {
    let mut world = World::new(stack).await;
    let apps = [stack.seed.trusted.id.clone(), stack.seed.app.id.clone()];
    for (column, policy) in POLICIES.into_iter().enumerate() {
        let by_client = policy == Policy::ByClient;
        if by_client || policy == Policy::ByRole {
            for id in &apps {
                stack
                    .change_client(id, |app| app.require_mfa = by_client)
                    .await;
            }
        }
        if policy == Policy::ByRole {
            for who in [PLAIN, WITH_APP, WITH_KEY] {
                stack.give_role(who, ROLE).await;
            }
        }
        if policy == Policy::PasskeyByRole {
            for who in [PLAIN, WITH_APP, WITH_KEY] {
                stack.give_role(who, PASSKEY_ROLE).await;
            }
        }
        for (way, row) in TABLE {
            if row[column] != No {
                assert_eq!(
                    world.walk(way, policy).await,
                    row[column],
                    "{way:?}, {policy:?}"
                );
            }
        }
    }
}

async fn ineligible_user_is_rejected_by_each_method(stack: &Stack) {
    let mut world = World::new(stack).await;
    for who in [PLAIN, WITH_APP, WITH_KEY] {
        stack.set_email_verified(who, false).await;
    }
    for (way, _, unproved) in RESTRICTED_USERS {
        let then = world.walk(way, Policy::Nothing).await;
        assert_eq!(then, unproved, "{way:?}, unverified address");
    }
    for who in [PLAIN, WITH_APP, WITH_KEY] {
        stack.set_email_verified(who, true).await;
        stack.disable_user(who).await;
    }
    for (way, disabled, _) in RESTRICTED_USERS {
        let then = world.walk(way, Policy::Nothing).await;
        assert_eq!(then, disabled, "{way:?}, disabled account");
    }
}
