//! The actions of a user on the server's pages.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_store::repo;
use doorward_store::repo::dev_mail::StoredMail;
use doorward_testkit::agent::encode;
use doorward_testkit::{Authenticator, CookieAgent, Page};
use serde_json::{Value, json};
use url::Url;

use super::driver::Driver;
use super::model::{First, Less, Model, Second, SignInMethod, Step};
use super::user::{WalkUser, session};
use crate::user::password;

const FACTOR: &str = "/account/security/2fa";
const KEYS: &str = "/account/security/passkeys";
const BUTTON: &str = "[data-passkey]";
/// The time limit for an enqueued mail.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Driver<'_> {
    /// Posts a form with the anti-forgery token.
    pub async fn post(&self, jar: &mut CookieAgent, path: &str, fields: &[(&str, &str)]) -> Page {
        let own = fields.iter().copied().chain([("csrf", self.csrf.as_str())]);
        let url = Url::parse(&self.stack.at(path)).unwrap();
        let page = jar.post(&url, encode(own)).await;
        assert!(page.status < 500, "{}", page.dump());
        page
    }

    /// Executes a step; a sign-in replaces the user's browser.
    pub async fn send(&mut self, person: &mut WalkUser, before: &Model, step: Step) {
        match step {
            Step::SignIn(way) => {
                if way.first == First::Reset {
                    self.reset(person, before).await;
                }
                let number = match way.first {
                    First::Reset => before.password.map_or(0, |number| number + 1),
                    _ => before.password.unwrap_or_default(),
                };
                let mut jar = self.entry.clone();
                let page = self.first(person, &mut jar, way, number).await;
                self.second(person, &mut jar, way, &page).await;
                person.jar = jar;
            }
            Step::SignOut => {
                let mut jar = person.jar.clone();
                self.post(&mut jar, "/logout", &[("confirm", "yes")]).await;
                // The old session cookie must be invalid.
            }
            Step::Try(less) => self.attempt(person, before, less).await,
            Step::Demand(demanded) => self.set_requirement(person, demanded).await,
            Step::Wait => {}
            _ => {
                let mut jar = person.jar.clone();
                self.change(person, &mut jar, before, step).await;
                person.jar = jar;
            }
        }
    }

    async fn change(
        &mut self,
        person: &mut WalkUser,
        jar: &mut CookieAgent,
        before: &Model,
        step: Step,
    ) {
        match step {
            Step::AddPasskey => self.add_passkey(person, jar).await,
            Step::RemovePasskey(number) => {
                let stored = repo::passkeys::list(self.db.read(), person.id)
                    .await
                    .unwrap();
                let own = |item: &&doorward_domain::model::Passkey| {
                    item.credential_id == person.keys[number].credential_id
                };
                let id = stored.iter().find(own).expect("the passkey").id.to_string();
                let path = format!("{KEYS}/remove");
                let page = self.post(jar, &path, &[("passkey", &id)]).await;
                if done(&page, "removed") {
                    person.removed_key = Some(person.keys.remove(number));
                }
            }
            Step::AddApp => self.add_app(person, jar).await,
            Step::RemoveApp => {
                let page = self.post(jar, &format!("{FACTOR}/off"), &[]).await;
                if done(&page, "off") {
                    person.app = None;
                    person.dead = person.unused.pop();
                    person.unused.clear();
                }
            }
            Step::NewCodes => {
                let page = self.post(jar, &format!("{FACTOR}/codes"), &[]).await;
                keep_codes(person, &page);
            }
            Step::AddLink => {
                let subject = format!("{}-{}", person.name, person.known);
                let path = "/account/providers/add";
                let page = self.post(jar, path, &[("provider", "acme")]).await;
                if page.status == 200 && self.complete_sign_in(jar, &page, &subject).await {
                    person.known += 1;
                    person.subjects.push(subject);
                }
            }
            Step::RemoveLink(number) => {
                let stored = repo::linked_accounts::list(self.db.read(), person.id).await;
                let subject = &person.subjects[number];
                let stored = stored.unwrap();
                let link = stored.iter().find(|item| item.subject == *subject);
                let id = link.expect("the link").id.to_string();
                let path = "/account/providers/remove";
                let page = self.post(jar, path, &[("link", &id)]).await;
                if done(&page, "removed") {
                    person.removed_subject = Some(person.subjects.remove(number));
                }
            }
            Step::ChangePassword => {
                let number = before.password.expect("a password");
                let (present, new) = (password(number), password(number + 1));
                let fields = [
                    ("current_password", present.as_str()),
                    ("password", &new),
                    ("password_confirm", &new),
                ];
                self.post(jar, "/account/password", &fields).await;
            }
            other => unreachable!("{other:?}"),
        }
    }

    async fn add_passkey(&self, person: &mut WalkUser, jar: &mut CookieAgent) {
        let page = jar.get(self.stack.at(KEYS)).await;
        let mut key = Authenticator::synced();
        if page.status != 200 || !page.has(BUTTON) {
            // If the page offers no such form, posting it directly must fail.
            let created = [("ceremony", ""), ("credential", "{}")];
            self.post(jar, &format!("{KEYS}/add"), &created).await;
            return;
        }
        let created = key.create(&options(&page), &origin(&page));
        let form = page.press(BUTTON).with("credential", &created);
        if done(&jar.submit(&form).await, "added") {
            person.keys.push(key);
        }
    }

    async fn add_app(&self, person: &mut WalkUser, jar: &mut CookieAgent) {
        let page = self.post(jar, &format!("{FACTOR}/start"), &[]).await;
        let place = page
            .location()
            .filter(|place| place.path().ends_with("/set-up"));
        let Some(place) = place else { return };
        let shown = jar.get(place).await;
        let key = shown.text_of("#key").unwrap_or_default();
        let app = TotpSecret::from_base32(&key).expect("a key");
        let code = app.code_at(self.stack.clock.now());
        let page = self
            .post(jar, &format!("{FACTOR}/confirm"), &[("code", &code)])
            .await;
        keep_codes(person, &page);
        person.app = Some(app);
    }

    /// Continues from the redirect page to the provider and back as this subject; returns true if
    /// an account was linked.
    async fn complete_sign_in(&self, jar: &mut CookieAgent, going: &Page, subject: &str) -> bool {
        self.upstream.set_time(self.stack.clock.now());
        self.upstream.set_claims(claims_of(subject));
        let there = jar.get(provider_address(going)).await;
        let back = jar
            .get(there.location().expect("a redirect to the callback"))
            .await;
        assert!(back.status < 500, "{}", back.dump());
        done(&back, "linked")
    }

    /// Submits the first factor; returns the response.
    async fn first(
        &self,
        person: &mut WalkUser,
        jar: &mut CookieAgent,
        way: SignInMethod,
        number: u32,
    ) -> Page {
        match way.first {
            First::Password | First::Reset => self.with_password(person, jar, number).await,
            First::Provider => {
                let subject = person.subjects.last().expect("a link").clone();
                self.with_provider(jar, &subject).await
            }
            First::MailedCode => {
                let fields = [("identifier", person.name.as_str())];
                let page = self.post(jar, "/login/email", &fields).await;
                let attempt = attempt_of(&page).expect("an attempt");
                let mail = self.mail(person, "is your code").await;
                let (code, _) = mail.subject.split_once(" is your code").expect("a code");
                let fields = [("attempt", attempt.as_str()), ("code", code)];
                self.post(jar, "/login/email", &fields).await
            }
            First::Passkey => {
                let key = person.keys.last_mut().expect("a passkey");
                self.with_passkey(jar, key).await
            }
        }
    }

    async fn with_password(&self, person: &WalkUser, jar: &mut CookieAgent, number: u32) -> Page {
        let text = password(number);
        let fields = [("identifier", person.name.as_str()), ("password", &text)];
        self.post(jar, "/login", &fields).await
    }

    async fn with_provider(&self, jar: &mut CookieAgent, subject: &str) -> Page {
        let going = self.post(jar, "/login/with/acme", &[]).await;
        self.upstream.set_time(self.stack.clock.now());
        self.upstream.set_claims(claims_of(subject));
        let there = jar.get(provider_address(&going)).await;
        jar.get(there.location().expect("a redirect to the callback"))
            .await
    }

    async fn with_passkey(&self, jar: &mut CookieAgent, key: &mut Authenticator) -> Page {
        let page = jar.get(self.stack.at("/login")).await;
        present(jar, &page, key).await
    }

    /// Submits the second factor if the method has one.
    async fn second(
        &self,
        person: &mut WalkUser,
        jar: &mut CookieAgent,
        way: SignInMethod,
        page: &Page,
    ) {
        let Some(second) = way.second else { return };
        let attempt = attempt_of(page);
        let attempt = attempt.unwrap_or_else(|| panic!("no second factor page: {}", page.dump()));
        match second {
            Second::Passkey => {
                let path = self.stack.at(&format!("/login/2fa?attempt={attempt}"));
                let page = jar.get(path).await;
                present(jar, &page, person.keys.last_mut().expect("a passkey")).await;
            }
            Second::App => {
                let app = person.app.as_ref().expect("an app");
                let code = app.code_at(self.stack.clock.now());
                self.code(jar, &attempt, &code).await;
            }
            Second::Recovery => {
                let code = person.unused.pop().expect("a code");
                self.code(jar, &attempt, &code).await;
                person.dead = Some(code);
            }
        }
    }

    async fn code(&self, jar: &mut CookieAgent, attempt: &str, code: &str) -> Page {
        let fields = [("attempt", attempt), ("code", code)];
        self.post(jar, "/login/2fa", &fields).await
    }

    /// Resets the password by mail.
    async fn reset(&self, person: &mut WalkUser, before: &Model) {
        let mut jar = self.entry.clone();
        let fields = [("identifier", person.name.as_str())];
        self.post(&mut jar, "/forgot-password", &fields).await;
        let place = self.stack.at("/reset-password?token=");
        let mail = self.mail(person, &place).await;
        let link = mail.text.lines().find(|line| line.starts_with(&place));
        let number = before.password.map_or(0, |number| number + 1);
        self.set_password(link.expect("a link"), number).await;
    }

    /// Opens a reset link and sets the password.
    pub async fn set_password(&self, link: &str, number: u32) {
        let mut jar = self.entry.clone();
        jar.get(link).await;
        let new = password(number);
        let fields = [("password", new.as_str()), ("password_confirm", &new)];
        let page = self.post(&mut jar, "/reset-password", &fields).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    }

    /// Returns the newest unread mail to this user that contains these words.
    async fn mail(&self, person: &mut WalkUser, words: &str) -> StoredMail {
        let start = Instant::now();
        loop {
            let mails = repo::dev_mail::list(self.db.read(), 20).await.unwrap();
            let new = mails.into_iter().find(|mail| {
                let fits = mail.subject.contains(words) || mail.text.contains(words);
                fits && mail.recipient == person.email && !person.read.contains(&mail.id)
            });
            if let Some(mail) = new {
                person.read.insert(mail.id);
                return mail;
            }
            assert!(start.elapsed() < TIMEOUT, "no mail with {words:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Tries to sign in with less than required; asserts that it fails.
    async fn attempt(&mut self, person: &mut WalkUser, before: &Model, less: Less) {
        let mut jar = self.entry.clone();
        let number = before.password.unwrap_or_default();
        let alone = |first| SignInMethod {
            first,
            second: None,
        };
        match less {
            Less::FirstAlone(first) => {
                self.first(person, &mut jar, alone(first), number).await;
            }
            Less::DeadRecovery => {
                let page = self.with_password(person, &mut jar, number).await;
                let attempt = attempt_of(&page).expect("the second factor page");
                let dead = person.dead.clone();
                let code = dead.unwrap_or_else(|| "AAAA-AAAA-AAAA-AAAA".to_owned());
                self.code(&mut jar, &attempt, &code).await;
            }
            Less::ForeignPasskey => {
                let Some(mut anonymous_caller) = self.stranger.clone() else {
                    return;
                };
                let page = self.with_password(person, &mut jar, number).await;
                let attempt = attempt_of(&page).expect("the second factor page");
                let path = self.stack.at(&format!("/login/2fa?attempt={attempt}"));
                let page = jar.get(path).await;
                if page.has(BUTTON) {
                    present(&mut jar, &page, &mut anonymous_caller).await;
                }
            }
            Less::FormerPassword => {
                let former = number.checked_sub(1).unwrap_or(number + 7);
                self.with_password(person, &mut jar, former).await;
            }
            Less::RemovedPasskey => {
                let Some(mut key) = person.removed_key.clone() else {
                    return;
                };
                self.with_passkey(&mut jar, &mut key).await;
            }
            Less::RemovedLink => {
                let Some(subject) = person.removed_subject.clone() else {
                    return;
                };
                self.with_provider(&mut jar, &subject).await;
            }
            Less::Json => return self.by_json(person, before, number).await,
        }
        let now = self.stack.clock.now();
        let entered = session(&self.db, &jar, now).await;
        assert!(
            entered.is_none(),
            "{less:?} was enough to sign in: {entered:?}"
        );
    }

    /// Signs in by password at the API: tokens of one factor, and only if that is enough.
    async fn by_json(&self, person: &WalkUser, before: &Model, number: u32) {
        let body = json!({ "username": person.name, "password": password(number) });
        let request = self.agent.http().post(self.stack.at("/api/auth/login"));
        let page = self.agent.send(request.json(&body)).await;
        let enough = !before.asked() && !before.demanded;
        assert_eq!(page.status == 200, enough, "{}", page.dump());
        if enough {
            let claims = doorward_testkit::jwt::claims(&page.member("access").expect("a token"));
            assert_eq!(
                (&claims["acr"], &claims["amr"]),
                (&json!("aal1"), &json!(["pwd"]))
            );
        }
    }
}

/// Signs the challenge of a page and submits the response.
async fn present(jar: &mut CookieAgent, page: &Page, key: &mut Authenticator) -> Page {
    let answer = key.sign(&options(page), &origin(page));
    jar.submit(&page.press(BUTTON).with("credential", &answer))
        .await
}

fn options(page: &Page) -> Value {
    let found = page.attributes(BUTTON, "data-options");
    let found = found.first().unwrap_or_else(|| panic!("{}", page.dump()));
    serde_json::from_str(found).expect("JSON")
}

fn origin(page: &Page) -> String {
    page.url.origin().ascii_serialization()
}

fn claims_of(subject: &str) -> Value {
    json!({ "sub": subject, "email": format!("{subject}@upstream.example") })
}

/// Returns true if a response redirects to a page that confirms this action.
fn done(page: &Page, name: &str) -> bool {
    let said = format!("done={name}");
    page.location()
        .is_some_and(|place| place.query() == Some(&said))
}

fn attempt_of(page: &Page) -> Option<String> {
    let place = page.location()?;
    let mut pairs = place.query_pairs();
    let found = pairs.find(|(name, _)| name == "attempt")?;
    Some(found.1.into_owned())
}

/// Stores the recovery codes of a page, if it shows any; keeps one of the invalidated set.
fn keep_codes(person: &mut WalkUser, page: &Page) {
    if page.status == 200
        && let Some(displayed) = page.text_of("ul.pair")
    {
        person.dead = person.unused.pop().or(person.dead.take());
        person.unused = displayed.split(' ').map(str::to_owned).collect();
    }
}

/// Returns the address at the provider that a page leads to.
fn provider_address(page: &Page) -> &str {
    let refresh = page.header("refresh").and_then(|it| it.split_once("url="));
    let (_, link) = refresh.unwrap_or_else(|| panic!("no link to the provider: {}", page.dump()));
    link
}
