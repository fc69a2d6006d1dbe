//! The user of a walk, and the forms that the user sends.

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::UserId;
use doorward_testkit::PASSWORD;
use url::Url;

use crate::invariants::Sent;
use crate::model::Model;
use crate::step::{BROWSERS, Code, Password, Step};

const FACTOR: &str = "/account/security/2fa";
/// The secret of another user's app.
const OTHER_APP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// The path of a form with its fields.
pub type Request = (String, Vec<(&'static str, String)>);

/// A user with the mails, codes and passwords that were really issued.
pub struct WalkUser {
    pub id: UserId,
    pub number: u64,
    /// The current password, after the observed effects.
    pub password: String,
    pub app: Option<TotpSecret>,
    /// The secret that waits for its first code.
    pub shown: Option<TotpSecret>,
    pub last_code: Option<String>,
    pub unused: Vec<String>,
    pub used: Vec<String>,
    pub links: Vec<Url>,
    /// The token of the link that each browser opened last.
    pub followed: [Option<String>; BROWSERS],
    pub attempts: [Option<String>; BROWSERS],
    /// True if the browser has submitted the current password and waits for the code.
    pub waits: [bool; BROWSERS],
}

/// Returns the password after this number of changes.
pub fn password(times: u32) -> String {
    match times {
        0 => PASSWORD.to_owned(),
        times => format!("violet ladder {times} harbour moss"),
    }
}

/// Returns a code that no time step within the tolerance accepts.
fn wrong(app: &TotpSecret, now: i64) -> String {
    (100_000..1_000_000)
        .map(|number| number.to_string())
        .find(|code| app.step_of(code, now).is_none())
        .expect("a wrong code")
}

impl WalkUser {
    /// Returns a new user.
    pub fn new(id: UserId, number: u64) -> Self {
        Self {
            id,
            number,
            password: PASSWORD.to_owned(),
            app: None,
            shown: None,
            last_code: None,
            unused: Vec::new(),
            used: Vec::new(),
            links: Vec::new(),
            followed: [None, None],
            attempts: [None, None],
            waits: [false; BROWSERS],
        }
    }

    /// Returns the user name.
    pub fn name(&self) -> String {
        format!("w{}", self.number)
    }

    /// Returns one of the user's addresses.
    pub fn email(&self, address: u32) -> String {
        format!("w{}n{address}@example.org", self.number)
    }

    /// Returns the form of a step, or `None` if it has no form. Records in `sent` which values are
    /// correct.
    pub fn form(&mut self, step: Step, model: &Model, sent: &mut Sent) -> Option<Request> {
        let plain = |path: &str| Some((path.to_owned(), vec![]));
        let on = || "on".to_owned();
        match step {
            Step::SignIn(_, which) => {
                let password = self.secret(which, model, sent);
                let fields = vec![("identifier", self.name()), ("password", password)];
                Some(("/login".to_owned(), fields))
            }
            Step::SendCode { browser, of, code } => {
                let text = self.code(code, model.now, sent);
                sent.waits = self.waits[browser];
                let attempt = self.attempts[of].clone().unwrap_or_default();
                let fields = vec![("attempt", attempt), ("code", text)];
                Some(("/login/2fa".to_owned(), fields))
            }
            Step::AskReset(_) => {
                let fields = vec![("identifier", self.name())];
                Some(("/forgot-password".to_owned(), fields))
            }
            Step::SetPassword(_, good) => {
                let new = if good {
                    password(model.password + 1)
                } else {
                    "short".to_owned()
                };
                let fields = vec![("password", new.clone()), ("password_confirm", new)];
                Some(("/reset-password".to_owned(), fields))
            }
            Step::AskMove(_, which) => {
                let current = self.secret(which, model, sent);
                let email = self.email(model.addresses);
                let fields = vec![("email", email), ("current_password", current)];
                Some(("/account/email".to_owned(), fields))
            }
            Step::ChangePassword(_, which) => {
                let new = password(model.password + 1);
                let fields = vec![
                    ("current_password", self.secret(which, model, sent)),
                    ("password", new.clone()),
                    ("password_confirm", new),
                    ("others", on()),
                ];
                Some(("/account/password".to_owned(), fields))
            }
            Step::ConfirmFactor(_, right, ends_others) => {
                let mut fields = vec![("code", self.first_code(right, model.now, sent))];
                fields.extend(ends_others.then(|| ("end_others", on())));
                Some((format!("{FACTOR}/confirm"), fields))
            }
            Step::RemoveFactor(_) => Some((format!("{FACTOR}/off"), vec![("end_others", on())])),
            Step::SignOut(_) => {
                let fields = vec![("confirm", "yes".to_owned())];
                Some(("/logout".to_owned(), fields))
            }
            Step::Verify(_) => plain("/verify-email"),
            Step::Resend(_) => plain("/verify-email/resend"),
            Step::Move(_) => plain("/account/email/confirm"),
            Step::TakeBack(_) => plain("/account/email/undo"),
            Step::StartFactor(_) => plain("/account/security/2fa/start"),
            Step::NewCodes(_) => plain("/account/security/2fa/codes"),
            Step::EndOthers(_) => plain("/account/sessions/end-others"),
            Step::Strengthen(_) | Step::Follow(..) | Step::FollowForged(_) | Step::Wait(_) => None,
        }
    }

    fn secret(&self, which: Password, model: &Model, sent: &mut Sent) -> String {
        let text = match which {
            Password::Present => password(model.password),
            Password::Former if model.password > 0 => password(model.password - 1),
            Password::Former | Password::Wrong => "some other horse battery".to_owned(),
        };
        sent.password = text == self.password;
        text
    }

    fn first_code(&mut self, right: bool, now: i64, sent: &mut Sent) -> String {
        let code = match &self.shown {
            Some(app) if right => app.code_at(now),
            Some(app) => wrong(app, now),
            None => "123456".to_owned(),
        };
        sent.code = right && self.shown.is_some();
        self.last_code = Some(code.clone());
        code
    }

    fn code(&self, code: Code, now: i64, sent: &mut Sent) -> String {
        let app = self.app.as_ref();
        let miss = || app.map_or_else(|| "123456".to_owned(), |app| wrong(app, now));
        match code {
            Code::Next => {
                sent.code = app.is_some();
                app.map_or_else(miss, |app| app.code_at(now))
            }
            Code::Recovery => {
                sent.code = !self.unused.is_empty();
                self.unused.last().cloned().unwrap_or_else(miss)
            }
            Code::UsedRecovery => self.used.last().cloned().unwrap_or_else(miss),
            Code::Replayed => self.last_code.clone().unwrap_or_else(miss),
            Code::Wrong => miss(),
            Code::Foreign => {
                let other = TotpSecret::from_base32(OTHER_APP).expect("base32");
                let other = other.code_at(now);
                let by_chance = app.is_some_and(|app| app.step_of(&other, now).is_some());
                if by_chance { miss() } else { other }
            }
        }
    }
}
