//! Executes the steps at the real server and observes their effects.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{User, UserId};
use doorward_domain::secret::TokenHash;
use doorward_store::{Db, repo};
use doorward_testkit::agent::encode;
use doorward_testkit::{CookieAgent, Page, Stack};
use url::Url;
use uuid::Uuid;

use crate::invariants::{self, Observed, Seen, Sent};
use crate::model::{Model, ModelBug, Purpose};
use crate::random::Random;
use crate::step::{BROWSERS, Browser, Code, Password, Step};
use crate::user::{WalkUser, password};

const SESSION: &str = "doorward_session";
const LINK: &str = "doorward_link";
/// The number of walks per user.
pub const WALKS: u64 = 5;
/// The time limit for an enqueued mail.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The walks on one stack, one user after the other.
pub struct Driver<'a> {
    stack: &'a Stack,
    db: Db,
    pattern: User,
    jars: [CookieAgent; BROWSERS],
    /// The anti-forgery token of each browser, valid as long as the browser's cookie.
    csrf: [String; BROWSERS],
    flaw: Option<ModelBug>,
    /// The number of effective steps by kind.
    pub done: BTreeMap<&'static str, u64>,
}

impl<'a> Driver<'a> {
    pub async fn start(stack: &'a Stack, flaw: Option<ModelBug>) -> Self {
        let db = stack.db().await;
        let pattern = repo::users::find_by_identifier(db.read(), "alice").await;
        let first = CookieAgent::new();
        let mut jars = [first.new_session(), first.new_session()];
        let mut csrf = Vec::new();
        for jar in &mut jars {
            let page = jar.get(stack.at("/login")).await;
            csrf.push(page.form("#login").value("csrf").unwrap().to_owned());
        }
        Self {
            stack,
            pattern: pattern.unwrap().unwrap(),
            db,
            jars,
            csrf: csrf.try_into().unwrap(),
            flaw,
            done: BTreeMap::new(),
        }
    }

    /// Runs the walks of one user, each from the state of the previous one.
    pub async fn live(&mut self, number: u64, mut random: Random) -> Result<(), String> {
        // The inbox can order at most a thousand mails of the same second.
        self.stack.clock.advance(1);
        let verified = random.percent(80);
        let mut person = self.register_user(number, verified).await;
        let mut model = Model::new(self.stack.clock.now(), verified, self.flaw);
        for jar in &mut self.jars {
            jar.cookies.retain(|name, _| name == "doorward_browser");
        }
        let mut trail = Vec::new();
        let mut seen = self.observe(&person, None).await;
        let mut first = Vec::new();
        if verified && random.percent(45) {
            first = vec![
                Step::ConfirmFactor(0, true, random.percent(60)),
                Step::StartFactor(0),
                Step::SignIn(0, Password::Present),
            ];
            if random.percent(40) {
                first.push(Step::SignIn(1, Password::Present));
            }
        }
        for walk in 0..WALKS {
            for _ in 0..first.len() + 2 + random.below(5) {
                let step = first.pop().unwrap_or_else(|| choose(&model, &mut random));
                let foreign = step.is_form() && random.percent(3);
                trail.push((walk, step, foreign));
                let error = |fault: String| format!("user {number}: {fault}\nsteps: {trail:?}");
                seen = self
                    .take(&mut person, &mut model, step, foreign, &seen)
                    .await
                    .map_err(error)?;
            }
        }
        let last = self.observe(&person, None).await;
        if (last.factor, last.unused_codes) == (seen.factor, seen.unused_codes) {
            Ok(())
        } else {
            Err(format!(
                "person {number}: a factor changed by itself: {last:#?}\nsteps: {trail:?}"
            ))
        }
    }

    async fn register_user(&self, number: u64, verified: bool) -> WalkUser {
        let name = format!("w{number}");
        let email = format!("{name}n0@example.org");
        let user = User {
            id: UserId::from_uuid(Uuid::new_v4()),
            username: name.clone(),
            username_key: name,
            email_key: email.clone(),
            email,
            email_verified: verified,
            ..self.pattern.clone()
        };
        let tx = self.db.begin_write().await.unwrap();
        repo::users::insert(&tx, &user).await.unwrap();
        tx.commit().await.unwrap();
        WalkUser::new(user.id, number)
    }

    /// Returns the stored state; reads the second factor only after a step that may affect it, and
    /// at the end of each walk.
    async fn observe(&self, person: &WalkUser, before: Option<(&Observed, Step)>) -> Observed {
        let read = self.db.read();
        let now = self.stack.clock.now();
        let user = repo::users::find_by_id(read, person.id).await;
        let user = user.unwrap().unwrap();
        let sessions = repo::sessions::list_for_user(read, person.id, now).await;
        let sessions = sessions.unwrap();
        let (factor, unused) = match before {
            Some((before, step)) if !step.is_about_factor() => (before.factor, before.unused_codes),
            _ => {
                let factor = repo::totp_factors::find(read, person.id).await.unwrap();
                let unused = repo::recovery_codes::count_unused(read, person.id).await;
                let confirmed = factor.is_some_and(|factor| factor.is_confirmed());
                (confirmed, unused.unwrap())
            }
        };
        let mut link_used = [false; BROWSERS];
        for (used, token) in link_used.iter_mut().zip(&person.followed) {
            if let Some(token) = token {
                let link = repo::email_tokens::find(read, &TokenHash::digest(token)).await;
                *used = link.unwrap().is_none_or(|link| link.used_at.is_some());
            }
        }
        let tab = |browser: Browser| {
            let hash = TokenHash::digest(self.jars[browser].cookies.get(SESSION)?);
            let session = sessions.iter().find(|session| session.token_hash == hash)?;
            Some(Seen {
                strong: session.authentication.acr == "aal2",
                auth_time: session.authentication.auth_time,
            })
        };
        Observed {
            password_hash: user.password_hash.unwrap_or_default(),
            email: user.email,
            verified: user.email_verified,
            factor,
            unused_codes: unused,
            sessions: sessions.len(),
            tabs: [tab(0), tab(1)],
            link_used,
        }
    }

    /// Executes one step, and compares its effect with the rules and the model.
    async fn take(
        &mut self,
        person: &mut WalkUser,
        model: &mut Model,
        step: Step,
        foreign: bool,
        before: &Observed,
    ) -> Result<Observed, String> {
        if let Step::SendCode {
            code: Code::Next, ..
        } = step
        {
            model.now = model.next_code_at();
        }
        if let Step::Wait(seconds) = step {
            self.stack.clock.advance(seconds);
        } else {
            self.stack.clock.advance(model.now - self.stack.clock.now());
        }
        let former = model.clone();
        if !foreign {
            model.apply(step);
        }
        let mut sent = Sent {
            foreign,
            ..Sent::default()
        };
        let page = self.send(person, &former, step, &mut sent).await;
        if let Some(page) = &page
            && page.status >= 500
        {
            return Err(format!("{step:?}: {}", page.dump()));
        }
        self.collect(person, model).await?;
        let after = self.observe(person, Some((before, step))).await;
        invariants::check(before, step, sent, &after)?;
        self.learn(person, step, sent, page.as_ref(), (before, &after))
            .await;
        if let Some(difference) = differs(&after, model, before, &former, person) {
            let page = page.map(|page| {
                let heading = page.text_of("h1").unwrap_or_default();
                format!("{} {} {heading}", page.status, page.url.path())
            });
            return Err(format!("{step:?} {sent:?} {page:?}: {difference}"));
        }
        let waits = page.as_ref().is_some_and(|page| attempt_of(page).is_some());
        if waits != (model.waiting() > former.waiting()) {
            return Err(format!("{step:?}: a sign-in waits for a code: {waits}"));
        }
        if *model != former {
            *self.done.entry(step.name()).or_default() += 1;
        }
        Ok(after)
    }

    /// Sends the request of a step; returns `None` for steps without a request.
    async fn send(
        &mut self,
        person: &mut WalkUser,
        model: &Model,
        step: Step,
        sent: &mut Sent,
    ) -> Option<Page> {
        let browser = step.browser();
        if let Some((path, fields)) = person.form(step, model, sent) {
            let csrf = &self.csrf[if sent.foreign { 1 - browser } else { browser }];
            let own = fields.iter().map(|(name, value)| (*name, value.as_str()));
            let body = encode(own.chain([("csrf", csrf.as_str())]));
            let url = Url::parse(&self.stack.at(&path)).unwrap();
            return Some(self.jars[browser].post(&url, body).await);
        }
        let link = match step {
            Step::Strengthen(_) => self.stack.at("/login/2fa?next=/account"),
            Step::Follow(_, number) => {
                let number = number % person.links.len().max(1);
                person.links.get(number)?.to_string()
            }
            Step::FollowForged(_) => {
                let forged = format!("/reset-password?token={}", "A".repeat(43));
                self.stack.at(&forged)
            }
            _ => return None,
        };
        let page = self.jars[browser].get(link).await;
        person.followed[browser] = self.jars[browser].cookies.get(LINK).cloned();
        Some(page)
    }

    /// Waits for the mails that the model expects.
    async fn collect(&self, person: &mut WalkUser, model: &Model) -> Result<(), String> {
        while person.links.len() < model.links.len() {
            let expected = &model.links[person.links.len()];
            let place = match expected.purpose {
                Purpose::Verify => "/verify-email?token=",
                Purpose::Reset => "/reset-password?token=",
                Purpose::Move => "/account/email/confirm?token=",
                Purpose::TakeBack => "/account/email/undo?token=",
            };
            let (to, place) = (person.email(expected.address), self.stack.at(place));
            let start = Instant::now();
            let link = loop {
                let mails = repo::dev_mail::list(self.db.read(), 20).await.unwrap();
                let own = mails.iter().filter(|mail| mail.recipient == to);
                let lines = own.flat_map(|mail| mail.text.lines());
                let mut new = lines
                    .filter(|line| line.starts_with(&place))
                    .map(|line| Url::parse(line).unwrap())
                    .filter(|link| !person.links.contains(link));
                if let Some(link) = new.next() {
                    break link;
                }
                if start.elapsed() > TIMEOUT {
                    return Err(format!("no mail: {expected:?} to {to}"));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            };
            person.links.push(link);
        }
        Ok(())
    }

    /// Updates what the user knows after the observed effects.
    async fn learn(
        &mut self,
        person: &mut WalkUser,
        step: Step,
        sent: Sent,
        page: Option<&Page>,
        (before, after): (&Observed, &Observed),
    ) {
        let browser = step.browser();
        if before.password_hash != after.password_hash {
            person.waits = [false; BROWSERS];
            // Passwords are numbered: any password that was set is followed by the next number.
            let times = (0..100).find(|times| password(*times) == person.password);
            person.password = password(times.unwrap() + 1);
        }
        if let Some(attempt) = page.and_then(attempt_of) {
            person.attempts[browser] = Some(attempt);
            person.waits[browser] = matches!(step, Step::SignIn(..)) && sent.password;
        }
        if let Step::SendCode { code, .. } = step
            && page.is_some_and(Page::is_redirect)
        {
            person.waits[browser] = false;
            if code == Code::Next {
                let now = self.stack.clock.now();
                person.last_code = person.app.as_ref().map(|app| app.code_at(now));
            }
        }
        if after.unused_codes < before.unused_codes && after.factor {
            let used = person.unused.pop();
            person.used.extend(used);
        }
        let Some(page) = page else { return };
        let leads_to = page.location();
        let set_up = leads_to.filter(|place| place.path().ends_with("/2fa/set-up"));
        if let Some(place) = set_up {
            let shown = self.jars[browser].get(place).await;
            let key = shown.text_of("#key").unwrap_or_default();
            person.shown = TotpSecret::from_base32(&key);
        }
        if matches!(step, Step::ConfirmFactor(..) | Step::NewCodes(_)) && page.status == 200 {
            let codes = page.text_of("ul.pair").unwrap_or_default();
            person.unused = codes.split(' ').map(str::to_owned).collect();
            person.used.clear();
            if let Some(app) = person.shown.take() {
                person.app = Some(app);
            }
        }
        if !after.factor {
            person.app = None;
            person.unused.clear();
        }
    }
}

/// Returns the ID of the pending sign-in that a response redirects to.
fn attempt_of(page: &Page) -> Option<String> {
    let place = page
        .location()
        .filter(|place| place.path() == "/login/2fa")?;
    let mut pairs = place.query_pairs();
    let found = pairs.find(|(name, _)| name == "attempt")?;
    Some(found.1.into_owned())
}

/// Selects a step: mostly one that succeeds in the model, preferring rare ones; sometimes any step.
fn choose(model: &Model, random: &mut Random) -> Step {
    if random.percent(35) {
        return Step::any(random);
    }
    let leads = |step: &Step| {
        let again = match *step {
            Step::Wait(_) => true,
            Step::SignIn(browser, _) => model.session_of(browser).is_some(),
            Step::AskReset(_) => model.awaits(Purpose::Reset),
            Step::AskMove(..) => model.awaits(Purpose::Move),
            Step::Follow(_, number) => !model.is_good(number),
            _ => false,
        };
        let mut next = model.clone();
        next.apply(*step);
        !again && next != *model
    };
    let steps: Vec<Step> = (0..40).map(|_| Step::any(random)).collect();
    let leading = steps.iter().copied().filter(leads);
    // The first of the rarest steps.
    let chosen = leading.min_by_key(|step| std::cmp::Reverse(step.rarity()));
    chosen.unwrap_or(steps[0])
}

/// Returns the difference between the observed state and the model.
fn differs(
    seen: &Observed,
    model: &Model,
    before: &Observed,
    former: &Model,
    person: &WalkUser,
) -> Option<String> {
    let tab = |browser| {
        model.session_of(browser).map(|session| Seen {
            strong: session.strong,
            auth_time: session.auth_time,
        })
    };
    let same_password = seen.password_hash == before.password_hash;
    let expected = Observed {
        password_hash: if same_password == (model.password == former.password) {
            seen.password_hash.clone()
        } else {
            format!("set {} times", model.password)
        },
        email: person.email(model.address),
        verified: model.verified,
        factor: model.factor.is_some(),
        unused_codes: model.factor.as_ref().map_or(0, |factor| factor.unused),
        sessions: model.alive(),
        tabs: [tab(0), tab(1)],
        link_used: seen.link_used,
    };
    (expected != *seen).then(|| format!("expected {expected:#?}\nseen {seen:#?}"))
}
