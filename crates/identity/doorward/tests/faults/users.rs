//! Users beside the clients: the state that the server acknowledged to them, and the check of it
//! after a failure.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use doorward_domain::model::AuditKind;
use doorward_testkit::program::Program;
use doorward_testkit::{Authorization, Form, PASSWORD, Page, TestClient, UserAgent, agent};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use url::Url;

use super::app::token;

mod checks;

/// The maximum number of pages and redirects in a flow.
const HOPS: usize = 12;
const SIGN_IN: &str = "form:has([name=password]):has([name=identifier])";

/// The events that must occur at least once in a valid trial.
const KINDS: [AuditKind; 5] = [
    AuditKind::LoginSucceeded,
    AuditKind::PasswordChanged,
    AuditKind::LoggedOut,
    AuditKind::ConsentGranted,
    AuditKind::ConsentRevoked,
];

/// A user's action.
#[derive(Clone, Copy)]
enum Action {
    SignIn,
    ChangePassword,
    SignOut,
    /// Gives or revokes a consent.
    Decide,
}

/// The actions of a round, executed in random order.
const ROUND: [Action; 5] = [
    Action::SignIn,
    Action::ChangePassword,
    Action::SignOut,
    Action::Decide,
    Action::Decide,
];

/// The users, each with the actions that come first, so that a short trial covers all. No other
/// test signs in as them, because a new password ends every other session.
const USERS: [(&str, &[Action]); 2] = [
    (
        "nadia",
        &[Action::SignIn, Action::ChangePassword, Action::SignOut],
    ),
    ("oscar", &[Action::Decide, Action::Decide]),
];

/// The last request without a response, which may have happened or not.
enum Open {
    /// A password change to this password.
    Password(String),
    /// A sign-out of this sign-in.
    SignOut(Tokens),
    /// A consent given or revoked.
    Decision,
}

/// The tokens of a first-party client that sends the password itself.
struct Tokens {
    access: String,
    refresh: String,
}

/// The number of events by kind.
type Counts = BTreeMap<&'static str, usize>;

/// All users beside the clients.
pub struct Users(Vec<TrialUser>);

impl Users {
    /// Creates the accounts.
    pub async fn new(program: &Program) -> Self {
        let mut all = Vec::new();
        for (name, first) in USERS {
            all.push(TrialUser::new(program, name, first).await);
        }
        Self(all)
    }

    /// Starts the users, each with a separate random generator, until `over` is set or a request
    /// gets no response.
    pub fn begin(mut self, chance: &mut StdRng, over: &Arc<AtomicBool>) -> JoinHandle<Self> {
        let over = Arc::clone(over);
        let chances = self
            .0
            .iter()
            .map(|_| StdRng::seed_from_u64(chance.random()));
        let chances: Vec<_> = chances.collect();
        tokio::spawn(async move {
            let mut acting = Vec::new();
            for (person, chance) in self.0.iter_mut().zip(chances) {
                acting.push(person.act_until(&over, chance));
            }
            join_all(acting).await;
            self
        })
    }

    /// Checks the stored state of each user, including the audit log of this database.
    pub async fn verify(&mut self, database: &str, when: &str) {
        let all = self.0.iter_mut();
        join_all(all.map(|person| person.verify(database, when))).await;
    }

    /// Returns the number of acknowledgements.
    pub fn acknowledged(&self) -> usize {
        KINDS.into_iter().map(|kind| self.of(kind)).sum()
    }

    /// Returns true if every action happened at least once; otherwise the trial says nothing about
    /// it.
    pub fn is_complete(&self) -> bool {
        KINDS.into_iter().all(|kind| self.of(kind) > 0)
    }

    fn of(&self, kind: AuditKind) -> usize {
        let counts = self.0.iter().map(|person| &person.acknowledged);
        counts.filter_map(|all| all.get(kind.as_str())).sum()
    }
}

/// A user with a browser, a first-party client and a third-party client.
struct TrialUser {
    name: &'static str,
    id: String,
    origin: String,
    own_app: String,
    other_app: TestClient,
    /// The user agent of the first-party client, without the browser's cookies.
    device: UserAgent,
    browser: UserAgent,
    /// True if the browser is signed in; `None` if unknown.
    in_browser: Option<bool>,
    password: String,
    /// The replaced passwords.
    former: Vec<String>,
    /// The active sign-ins; the last one is in use.
    live: Vec<Tokens>,
    /// The ended sign-ins.
    dead: Vec<Tokens>,
    /// True if the third-party client has a consent.
    consented: bool,
    open: Option<Open>,
    round: Vec<Action>,
    /// The acknowledged events.
    acknowledged: Counts,
    /// The events that the audit log must contain.
    log: Counts,
}

impl TrialUser {
    async fn new(program: &Program, name: &'static str, first: &[Action]) -> Self {
        let (device, own_app) = (UserAgent::new(), program.seed.app.id.clone());
        let body = json!({
            "username": name, "email": format!("{name}@example.org"), "client_id": own_app,
            "password": PASSWORD, "password_confirm": PASSWORD,
        });
        let request = device.http().post(program.at("/api/auth/register"));
        let page = answer(request.json(&body)).await.expect("an answer");
        has_status(&page, 201);
        Self {
            name,
            id: token(&page.json(), "id"),
            origin: program.issuer.clone(),
            own_app,
            other_app: program.seed.web.clone(),
            device,
            browser: UserAgent::new(),
            in_browser: Some(false),
            password: PASSWORD.to_owned(),
            former: Vec::new(),
            live: Vec::new(),
            dead: Vec::new(),
            consented: false,
            open: None,
            round: first.to_vec(),
            acknowledged: Counts::new(),
            log: Counts::new(),
        }
    }

    /// Counts an event.
    fn done(&mut self, kind: AuditKind) {
        for counts in [&mut self.acknowledged, &mut self.log] {
            *counts.entry(kind.as_str()).or_default() += 1;
        }
    }

    async fn act_until(&mut self, over: &AtomicBool, mut chance: StdRng) {
        while !over.load(Ordering::Relaxed) {
            if self.act(&mut chance).await.is_none() {
                // Later actions could not be checked.
                return;
            }
        }
    }

    /// Executes an action; returns `None` without a response, and repeats the action later.
    async fn act(&mut self, chance: &mut StdRng) -> Option<()> {
        if self.round.is_empty() {
            self.round.extend(ROUND);
        }
        let next = chance.random_range(0..self.round.len());
        match self.round[next] {
            Action::SignIn => self.sign_in().await?,
            Action::ChangePassword => self.change_password(chance.random()).await?,
            Action::SignOut => self.sign_out().await?,
            Action::Decide if self.consented => self.withdraw().await?,
            Action::Decide => self.allow().await?,
        }
        self.round.swap_remove(next);
        Some(())
    }

    async fn sign_in(&mut self) -> Option<()> {
        let page = self.try_password(&self.password).await?;
        let tokens = tokens_of(&page);
        let tokens = tokens.unwrap_or_else(|| panic!("{}: the password is rejected", self.name));
        self.done(AuditKind::LoginSucceeded);
        self.live.push(tokens);
        Some(())
    }

    async fn change_password(&mut self, number: u32) -> Option<()> {
        if self.live.is_empty() {
            self.sign_in().await?;
        }
        let new = format!("copper meadow {number} lantern frost");
        let body = json!({ "current_password": self.password, "password": new });
        let request = self.post("/api/auth/password/change", &body);
        let access = &self.live.last().expect("a sign-in").access;
        let request = request.bearer_auth(access);
        self.open = Some(Open::Password(new.clone()));
        has_status(&answer(request).await?, 204);
        self.open = None;
        self.has_changed_to(new);
        Some(())
    }

    /// Records a password change, which ends every other sign-in.
    fn has_changed_to(&mut self, new: String) {
        let own = self.live.pop();
        self.dead.append(&mut self.live);
        self.live.extend(own);
        self.in_browser = Some(false);
        self.former.push(std::mem::replace(&mut self.password, new));
        self.done(AuditKind::PasswordChanged);
    }

    async fn sign_out(&mut self) -> Option<()> {
        if self.live.is_empty() {
            self.sign_in().await?;
        }
        let tokens = self.live.pop().expect("a sign-in");
        let body = json!({ "refresh": tokens.refresh, "client_id": self.own_app });
        let request = self.post("/api/auth/logout", &body);
        self.open = Some(Open::SignOut(tokens));
        has_status(&answer(request).await?, 204);
        if let Some(Open::SignOut(tokens)) = self.open.take() {
            self.dead.push(tokens);
        }
        self.done(AuditKind::LoggedOut);
        Some(())
    }

    async fn allow(&mut self) -> Option<()> {
        let page = self.visit(self.authorization().url().as_str()).await?;
        let form = page.form("form:has([name=decision])");
        self.open = Some(Open::Decision);
        let page = self.submit(&form.with("decision", "allow")).await?;
        let page = self.continue_flow(page).await?;
        assert_eq!(client_result(&page), "code", "{}", page.dump());
        self.open = None;
        self.decided(true);
        Some(())
    }

    async fn withdraw(&mut self) -> Option<()> {
        let page = self.visit(&format!("{}/account/apps", self.origin)).await?;
        let button = format!("button[name=client_id][value={}]", self.other_app.id);
        let form = page.press(&button);
        self.open = Some(Open::Decision);
        let page = self.submit(&form).await?;
        let to = location(&page);
        assert_eq!(to.query(), Some("done=app"), "{}", page.dump());
        self.open = None;
        self.decided(false);
        Some(())
    }

    fn decided(&mut self, consented: bool) {
        self.consented = consented;
        self.done(if consented {
            AuditKind::ConsentGranted
        } else {
            AuditKind::ConsentRevoked
        });
    }

    async fn try_password(&self, password: &str) -> Option<Page> {
        let body =
            json!({ "username": self.name, "password": password, "client_id": self.own_app });
        answer(self.post("/api/auth/login", &body)).await
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.device.http().post(format!("{}{path}", self.origin));
        request.json(body)
    }

    /// Returns the third-party client's authorization request.
    fn authorization(&self) -> Authorization {
        Authorization::new(&self.origin, &self.other_app)
    }

    async fn visit(&mut self, address: &str) -> Option<Page> {
        let page = answer(self.browser.http().get(address)).await?;
        self.continue_flow(page).await
    }

    /// Follows redirects and signs in if required, up to another page or the client.
    async fn continue_flow(&mut self, mut page: Page) -> Option<Page> {
        for _ in 0..HOPS {
            if page.is_redirect() {
                let to = location(&page);
                if !to.as_str().starts_with(&self.origin) {
                    return Some(page);
                }
                page = answer(self.browser.http().get(to)).await?;
            } else if let Some(form) = page.find_form(SIGN_IN) {
                let form = form.with("identifier", self.name);
                self.in_browser = None;
                page = self.submit(&form.with("password", &self.password)).await?;
                assert!(page.is_redirect(), "{}", page.dump());
                self.in_browser = Some(true);
                self.done(AuditKind::LoginSucceeded);
            } else {
                has_status(&page, 200);
                return Some(page);
            }
        }
        panic!("too many redirects and pages: {}", page.dump());
    }

    async fn submit(&self, form: &Form) -> Option<Page> {
        let fields = form.fields.iter();
        let fields = fields.map(|(name, value)| (name.as_str(), value.as_str()));
        let request = self.browser.http().post(form.action.clone());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", &self.origin);
        answer(request.body(agent::encode(fields))).await
    }
}

/// Returns the response, or `None` if the server was unavailable or responded with 503.
async fn answer(request: RequestBuilder) -> Option<Page> {
    let page = Page::fetch(request).await.ok()?;
    Some(page).filter(|page| page.status != 503)
}

#[track_caller]
fn has_status(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.dump());
}

/// Returns the tokens of a sign-in, or `None` if the password was rejected.
fn tokens_of(page: &Page) -> Option<Tokens> {
    if page.status == 401 {
        return None;
    }
    has_status(page, 200);
    let body = page.json();
    let [access, refresh] = ["access", "refresh"].map(|name| token(&body, name));
    Some(Tokens { access, refresh })
}

#[track_caller]
fn location(page: &Page) -> Url {
    let to = page.location();
    to.unwrap_or_else(|| panic!("no redirect: {}", page.dump()))
}

/// Returns `code`, or the error code of the response to the client.
fn client_result(page: &Page) -> String {
    let to = location(page);
    let mut pairs = to.query_pairs();
    let error = pairs.find_map(|(name, value)| match &*name {
        "code" => Some("code".to_owned()),
        "error" => Some(value.into_owned()),
        _ => None,
    });
    error.unwrap_or_else(|| panic!("{}", page.dump()))
}
