//! Executes the steps at a running server and compares their effects with the model and the two
//! invariants.

use std::collections::BTreeMap;

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::recover;
use doorward_domain::model::{SubjectKind, User};
use doorward_store::{Db, repo};
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::upstream::Upstream;
use doorward_testkit::{Authenticator, Authorization, CookieAgent, Stack, UserAgent, jwt, seed};
use serde_json::json;

use super::model::{Mail, Model, ModelBug, SignInMethod, Step};
use super::user::{New, Observed, WalkUser};
use crate::random::Random;

/// The number of a user's steps before the final sign-in with each method.
pub const WALK_STEPS: usize = 40;
/// The number of attempts to reach the identity provider before the walk starts.
const ATTEMPTS: usize = 10;
/// The seconds after which the server fetches a provider's metadata again.
const RETRY: i64 = 6;
/// The role that requires two factors.
pub const ROLE: &str = "manager";
/// The role that `doorward recover` requires.
const ADMIN: &str = "admin";

/// The walks on one stack, one user after the other.
pub struct Driver<'a> {
    pub(super) stack: &'a Stack,
    pub(super) db: Db,
    pub(super) upstream: Upstream,
    /// A browser that has opened a page, without a session.
    pub(super) entry: CookieAgent,
    pub(super) csrf: String,
    pub(super) agent: UserAgent,
    /// A passkey of the previous user.
    pub(super) stranger: Option<Authenticator>,
    pattern: User,
    mail: Mail,
    /// True if the client requires two factors.
    by_client: bool,
    flaw: Option<ModelBug>,
    /// The state observed after the last step.
    seen: Option<Observed>,
    /// The number of effective steps by kind, and of successful sign-ins by method.
    pub done: BTreeMap<String, u64>,
    pub steps: usize,
}

impl<'a> Driver<'a> {
    pub async fn start(stack: &'a Stack, mail: Mail, flaw: Option<ModelBug>) -> Self {
        let upstream = Upstream::start(stack.clock.now());
        stack.put_provider("acme", &upstream.spec()).await;
        let by_client = matches!(mail, Mail::Codes | Mail::Fails);
        let id = &stack.seed.trusted.id;
        stack
            .change_client(id, |client| client.require_mfa = by_client)
            .await;
        let db = stack.db().await;
        let pattern = repo::users::find_by_identifier(db.read(), "alice").await;
        let mut entry = CookieAgent::new();
        let page = entry.get(stack.at("/login")).await;
        let csrf = page.form("#login").value("csrf").unwrap().to_owned();
        let driver = Self {
            stack,
            pattern: pattern.unwrap().unwrap(),
            db,
            upstream,
            entry,
            csrf,
            agent: UserAgent::new(),
            stranger: None,
            mail,
            by_client,
            flaw,
            seen: None,
            done: BTreeMap::new(),
            steps: 0,
        };
        driver.reach_provider().await;
        driver
    }

    /// Makes the server fetch the provider's metadata. On a busy machine, the first fetch may
    /// exceed the server's time limit; later ones use the cache.
    async fn reach_provider(&self) {
        for _ in 0..ATTEMPTS {
            let mut jar = self.entry.clone();
            let page = self.post(&mut jar, "/login/with/acme", &[]).await;
            if page.header("refresh").is_some() {
                return;
            }
            println!("the provider is not reached: {}", page.dump());
            self.stack.clock.advance(RETRY);
        }
        panic!("the provider is not reached");
    }

    /// Runs the steps of one user, and then signs in with each remaining method.
    pub async fn live(&mut self, number: u64, mut random: Random) -> Result<(), String> {
        let mut model = Model {
            mail: self.mail,
            now: self.stack.clock.now(),
            demanded: false,
            verified: random.percent(60),
            password: random.percent(50).then_some(0),
            passkeys: 0,
            app: None,
            links: 0,
            session: None,
            flaw: self.flaw,
        };
        // A user without a password was created by a linked account.
        model.links = usize::from(model.password.is_none() || random.percent(30));
        let new = New {
            number,
            pattern: &self.pattern,
            issuer: self.upstream.issuer(),
        };
        self.seen = None;
        let mut person = WalkUser::make(self.stack, &self.db, &self.entry, &model, new).await;
        let mut trail = Vec::new();
        for _ in 0..WALK_STEPS {
            let step = choose(&model, &mut random);
            trail.push(step);
            let existing = self.take(&mut person, &mut model, step).await;
            existing.map_err(|error| format!("user {number}: {error}\nsteps: {trail:?}"))?;
        }
        for way in model.methods() {
            trail.push(Step::SignIn(way));
            // An earlier method may have consumed the last recovery code.
            if model.is_possible(Step::SignIn(way)) {
                let existing = self.take(&mut person, &mut model, Step::SignIn(way)).await;
                existing.map_err(|error| format!("user {number}: {error}\nsteps: {trail:?}"))?;
            }
        }
        if !self.mail.arrives() && random.percent(25) {
            self.recover(&mut person, &mut model).await?;
        }
        self.stranger = person.keys.pop().or(self.stranger.take());
        Ok(())
    }

    /// Executes one step, and compares its effect with the model and the invariants.
    async fn take(
        &mut self,
        person: &mut WalkUser,
        model: &mut Model,
        step: Step,
    ) -> Result<(), String> {
        let issuer = self.upstream.issuer().to_owned();
        let before = match self.seen.take() {
            Some(seen) => seen,
            None => Observed::read(&self.db, person, &issuer, model.now).await,
        };
        // Each code of the app is valid once per time step of 30 seconds.
        let pause = match step {
            Step::Wait => super::model::MAX_AUTH_AGE + 1,
            _ => 30,
        };
        self.stack.clock.advance(pause);
        model.now += pause;
        let former = model.clone();
        let stays = model.apply(step);
        self.send(person, &former, step).await;
        self.steps += 1;
        let after = Observed::read(&self.db, person, &issuer, model.now).await;
        self.seen = Some(after.clone());
        sound(&before, step, &after)?;
        differs(&former, &before, model, &after)
            .map_or(Ok(()), |error| Err(format!("{step:?}: {error}")))?;
        if let Step::SignIn(way) = step {
            *self.done.entry(way.name()).or_default() += 1;
            self.ask_for_tokens(person, model, way).await?;
        }
        if let Some(stays) = stays {
            *self.done.entry(stays.to_owned()).or_default() += 1;
        }
        if *model != former {
            *self.done.entry(step.name().to_owned()).or_default() += 1;
        }
        // Invariant (a): there is a sign-in method.
        if model.methods().is_empty() {
            if self.mail != Mail::Fails {
                return Err(format!("{step:?}: no sign-in method is left: {model:?}"));
            }
            self.recover(person, model).await?;
        }
        Ok(())
    }

    /// Checks invariant (b): a client's tokens state no stronger authentication than the session
    /// has, and none are issued for a weaker one than required.
    async fn ask_for_tokens(
        &self,
        person: &mut WalkUser,
        model: &Model,
        way: SignInMethod,
    ) -> Result<(), String> {
        let client = &self.stack.seed.trusted;
        let request = Authorization::new(self.stack.issuer(), client);
        let mut page = person.jar.get(request.url()).await;
        let code = loop {
            let Some(place) = page.location() else {
                break None;
            };
            if place.as_str().starts_with(&client.redirect_uri) {
                let mut pairs = place.query_pairs();
                let code = pairs.find(|(name, _)| name == "code");
                break code.map(|(_, code)| code.into_owned());
            }
            page = person.jar.get(place).await;
        };
        let session = model.session.as_ref().expect("signed in");
        let may = session.strong || !model.demands_two(self.by_client);
        let Some(code) = code else {
            let asked = ["/login/2fa", "/account/security/2fa"].contains(&page.url.path());
            return match (may, asked) {
                (false, true) => Ok(()),
                _ => Err(format!("{way:?}: no code: {}", page.dump())),
            };
        };
        if !may {
            return Err(format!("{way:?}: a code for one factor: {model:?}"));
        }
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let place = self.stack.at("/oauth2/token");
        let request = client.request(self.agent.http(), &place, &fields);
        let page = self.agent.send(request).await;
        let token = page.member("id_token");
        let claims = jwt::claims(&token.ok_or_else(|| page.dump())?);
        let acr = if session.strong { "aal2" } else { "aal1" };
        let same = claims["acr"] == acr
            && claims["amr"] == json!(session.methods)
            && claims["auth_time"] == session.at;
        same.then_some(())
            .ok_or_else(|| format!("{way:?}: {claims} for {session:?}"))
    }

    /// Recovers the account like `doorward recover` for an administrator.
    async fn recover(&mut self, person: &mut WalkUser, model: &mut Model) -> Result<(), String> {
        self.assign(person, ADMIN).await;
        self.seen = None;
        let user = repo::users::find_by_id(self.db.read(), person.id).await;
        let user = user.unwrap().expect("the user");
        let operator = AdminContext::command_line(&self.db, &self.stack.clock);
        let created = recover::administrator(&operator, &user).await;
        let created = created.map_err(|error| format!("no recovery: {error}"))?;
        model.recover();
        person.app = None;
        person.unused.clear();
        person.keys.clear();
        let path = format!("/reset-password?token={}", created.token.expose());
        let number = model.password.expect("a password");
        self.set_password(&self.stack.at(&path), number).await;
        *self.done.entry("recover".to_owned()).or_default() += 1;
        let way = SignInMethod {
            first: super::model::First::Password,
            second: None,
        };
        Box::pin(self.take(person, model, Step::SignIn(way))).await
    }

    async fn assign(&self, person: &WalkUser, role: &str) {
        let (now, id) = (self.stack.clock.now(), person.id.to_string());
        let tx = self.db.begin_write().await.unwrap();
        seed::assign(&tx, SubjectKind::User, &id, role, now).await;
        tx.commit().await.unwrap();
    }

    /// Assigns or removes the role that requires two factors.
    pub(super) async fn set_requirement(&self, person: &WalkUser, demanded: bool) {
        if demanded {
            return self.assign(person, ROLE).await;
        }
        let tx = self.db.begin_write().await.unwrap();
        let id = person.id.to_string();
        let existing = repo::roles::unassign(&tx, SubjectKind::User, &id, ROLE, None).await;
        assert!(existing.unwrap(), "the role");
        tx.commit().await.unwrap();
    }
}

/// Selects a possible step; mostly signs in first.
fn choose(model: &Model, random: &mut Random) -> Step {
    if model.session.is_none() && random.percent(70) {
        return Step::SignIn(random.one_of(&model.methods()));
    }
    loop {
        let step = Step::any(model, random);
        if model.is_possible(step) {
            return step;
        }
    }
}

/// Checks the rules that are independent of the model: no sign-in without the enrolled factors, and
/// a change of the sign-in methods needs a session with them.
fn sound(before: &Observed, step: Step, after: &Observed) -> Result<(), String> {
    let error = |said: &str| Err(format!("{said}: {step:?}\n{before:?}\n{after:?}"));
    let signs_in = matches!(step, Step::SignIn(_));
    match (&before.session, &after.session) {
        (None, Some(_)) if !signs_in => return error("a session without a sign-in"),
        (_, Some(session)) if session.strong != session.methods.contains(&"mfa") => {
            return error("level and methods of a session disagree");
        }
        (_, Some(session)) if signs_in && before.app.is_some() && !session.strong => {
            return error("a sign-in with one of two factors");
        }
        _ => {}
    }
    let held = |item: &Observed| (item.passkeys, item.app.is_some(), item.links);
    if held(before) != held(after) {
        let strong = before.session.as_ref().map(|session| session.strong);
        if strong.is_none() || (before.app.is_some() && strong == Some(false)) {
            return error("a change without the enrolled factors");
        }
    }
    Ok(())
}

/// Returns the difference between the observed state and the model.
fn differs(former: &Model, before: &Observed, model: &Model, after: &Observed) -> Option<String> {
    let expected = Observed {
        password: if (former.password == model.password) == (before.password == after.password) {
            after.password.clone()
        } else {
            model.password.map(|number| format!("number {number}"))
        },
        verified: model.verified,
        passkeys: model.passkeys,
        app: model.app,
        links: model.links,
        session: model.session.clone(),
    };
    (expected != *after).then(|| format!("expected {expected:#?}\nseen {after:#?}"))
}
