//! People beside the apps: what the server has acknowledged to them, and whether that is so when all is well
//! again.

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

mod judgement;

/// More pages and redirects than any way here has.
const HOPS: usize = 12;
const SIGN_IN: &str = "form:has([name=password]):has([name=identifier])";

/// What has to happen at least once in a trial that says anything.
const KINDS: [AuditKind; 5] = [
    AuditKind::LoginSucceeded,
    AuditKind::PasswordChanged,
    AuditKind::LoggedOut,
    AuditKind::ConsentGranted,
    AuditKind::ConsentRevoked,
];

/// What somebody does next.
#[derive(Clone, Copy)]
enum Act {
    SignIn,
    ChangePassword,
    SignOut,
    /// Allows an app something, or takes that back.
    Decide,
}

/// What is done in any order before anything is done again.
const ROUND: [Act; 5] = [
    Act::SignIn,
    Act::ChangePassword,
    Act::SignOut,
    Act::Decide,
    Act::Decide,
];

/// Nobody else is signed in as they are, for a new password ends every other session; and what they do first,
/// so that a short trial has something of everything.
const PEOPLE: [(&str, &[Act]); 2] = [
    ("nadia", &[Act::SignIn, Act::ChangePassword, Act::SignOut]),
    ("oscar", &[Act::Decide, Act::Decide]),
];

/// What was asked for last and went unanswered: it may have happened or not.
enum Open {
    /// To change the password to this one.
    Password(String),
    /// To sign out of this sign-in.
    SignOut(Tokens),
    /// To allow an app something, or to take that back.
    Decision,
}

/// A sign-in of an app that asks for the password itself.
struct Tokens {
    access: String,
    refresh: String,
}

/// How many of each kind of event.
type Counts = BTreeMap<&'static str, usize>;

/// Everybody who acts beside the apps.
pub struct People(Vec<Person>);

impl People {
    /// Makes their accounts.
    pub async fn new(program: &Program) -> Self {
        let mut all = Vec::new();
        for (name, first) in PEOPLE {
            all.push(Person::new(program, name, first).await);
        }
        Self(all)
    }

    /// They act, each with a chance of its own, until it is over or an answer stays away.
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

    /// Holds what is there against what was acknowledged, in this database, too.
    pub async fn judge(&mut self, database: &str, when: &str) {
        let all = self.0.iter_mut();
        join_all(all.map(|person| person.judge(database, when))).await;
    }

    /// How many answers said that something was done.
    pub fn acknowledged(&self) -> usize {
        KINDS.into_iter().map(|kind| self.of(kind)).sum()
    }

    /// Whether everything was done at least once: a trial in which something was not says nothing about it.
    pub fn did_everything(&self) -> bool {
        KINDS.into_iter().all(|kind| self.of(kind) > 0)
    }

    fn of(&self, kind: AuditKind) -> usize {
        let counts = self.0.iter().map(|person| &person.acknowledged);
        counts.filter_map(|all| all.get(kind.as_str())).sum()
    }
}

/// Somebody with a browser, an app of the operator's own and one of somebody else's.
struct Person {
    name: &'static str,
    id: String,
    origin: String,
    own_app: String,
    other_app: TestClient,
    /// Where the own app runs; it keeps no cookies of the browser.
    device: UserAgent,
    browser: UserAgent,
    /// Whether the browser is signed in, where that is certain.
    in_browser: Option<bool>,
    password: String,
    /// Passwords that were replaced.
    former: Vec<String>,
    /// Sign-ins that count; the last one is used.
    live: Vec<Tokens>,
    /// Those that were ended.
    dead: Vec<Tokens>,
    /// Whether the other app is allowed what it asks for.
    consented: bool,
    open: Option<Open>,
    round: Vec<Act>,
    /// What was acknowledged while they acted.
    acknowledged: Counts,
    /// What the audit log has to hold.
    log: Counts,
}

impl Person {
    async fn new(program: &Program, name: &'static str, first: &[Act]) -> Self {
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

    /// Something is done.
    fn done(&mut self, kind: AuditKind) {
        for counts in [&mut self.acknowledged, &mut self.log] {
            *counts.entry(kind.as_str()).or_default() += 1;
        }
    }

    async fn act_until(&mut self, over: &AtomicBool, mut chance: StdRng) {
        while !over.load(Ordering::Relaxed) {
            if self.act(&mut chance).await.is_none() {
                // What comes after it could not be judged.
                return;
            }
        }
    }

    /// Does one thing; nothing comes back where an answer stays away, and it is done again another time.
    async fn act(&mut self, chance: &mut StdRng) -> Option<()> {
        if self.round.is_empty() {
            self.round.extend(ROUND);
        }
        let next = chance.random_range(0..self.round.len());
        match self.round[next] {
            Act::SignIn => self.sign_in().await?,
            Act::ChangePassword => self.change_password(chance.random()).await?,
            Act::SignOut => self.sign_out().await?,
            Act::Decide if self.consented => self.withdraw().await?,
            Act::Decide => self.allow().await?,
        }
        self.round.swap_remove(next);
        Some(())
    }

    async fn sign_in(&mut self) -> Option<()> {
        let page = self.try_password(&self.password).await?;
        let tokens = tokens_of(&page);
        let tokens = tokens.unwrap_or_else(|| panic!("{}: the password is refused", self.name));
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

    /// The new one counts, and every other sign-in is over.
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
        let page = self.go_on(page).await?;
        assert_eq!(told_to_the_app(&page), "code", "{}", page.shown());
        self.open = None;
        self.decided(true);
        Some(())
    }

    async fn withdraw(&mut self) -> Option<()> {
        let page = self.visit(&format!("{}/account", self.origin)).await?;
        let button = format!("button[name=client_id][value={}]", self.other_app.id);
        let form = page.press(&button);
        self.open = Some(Open::Decision);
        let page = self.submit(&form).await?;
        let to = location(&page);
        assert_eq!(to.query(), Some("done=app"), "{}", page.shown());
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

    /// What the other app asks for.
    fn authorization(&self) -> Authorization {
        Authorization::new(&self.origin, &self.other_app)
    }

    async fn visit(&mut self, address: &str) -> Option<Page> {
        let page = answer(self.browser.http().get(address)).await?;
        self.go_on(page).await
    }

    /// Follows redirects and signs in where asked, up to another page or to the app.
    async fn go_on(&mut self, mut page: Page) -> Option<Page> {
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
                assert!(page.is_redirect(), "{}", page.shown());
                self.in_browser = Some(true);
                self.done(AuditKind::LoginSucceeded);
            } else {
                has_status(&page, 200);
                return Some(page);
            }
        }
        panic!("there is no end: {}", page.shown());
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

/// The whole answer, or none where the server was not there or said that something is away (503).
async fn answer(request: RequestBuilder) -> Option<Page> {
    let page = Page::of(request).await.ok()?;
    Some(page).filter(|page| page.status != 503)
}

#[track_caller]
fn has_status(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.shown());
}

/// The tokens of a sign-in, or none where the password is refused.
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
    to.unwrap_or_else(|| panic!("no redirect: {}", page.shown()))
}

/// `code`, or the error.
fn told_to_the_app(page: &Page) -> String {
    let to = location(page);
    let mut pairs = to.query_pairs();
    let told = pairs.find_map(|(name, value)| match &*name {
        "code" => Some("code".to_owned()),
        "error" => Some(value.into_owned()),
        _ => None,
    });
    told.unwrap_or_else(|| panic!("{}", page.shown()))
}
