//! The required effect of each step, written independently of the server's code.

use crate::step::{BROWSERS, Browser, Code, Password, Step};

/// The lifetime of a pending sign-in, in seconds.
const PENDING: i64 = 600;
/// The maximum age of a recent authentication, in seconds.
const MAX_AUTH_AGE: i64 = 900;
/// The lifetime of an unconfirmed secret, in seconds.
const ENROLLMENT_TTL: i64 = 1800;
/// The length of a time step, in seconds.
const STEP: i64 = 30;

/// A possible bug of a server, put into the model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelBug {
    /// The password alone signs in despite a second factor.
    SkipsTheSecondStep,
    /// A code works twice.
    TakesCodesAgain,
    /// A link works twice.
    TakesLinksAgain,
    /// A link of any purpose sets a password.
    MixesUpLinks,
    /// Sessions continue after a reset.
    KeepsSessions,
    /// A pending sign-in works in any browser.
    ForgetsTheBrowser,
    /// A password alone counts as a recent authentication despite a second factor.
    TakesAnyMethod,
    /// A pending sign-in never expires.
    ForgetsTime,
}

impl ModelBug {
    /// All possible bugs.
    pub const ALL: [Self; 8] = [
        Self::SkipsTheSecondStep,
        Self::TakesCodesAgain,
        Self::TakesLinksAgain,
        Self::MixesUpLinks,
        Self::KeepsSessions,
        Self::ForgetsTheBrowser,
        Self::TakesAnyMethod,
        Self::ForgetsTime,
    ];
}

/// The purpose of a mail link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    Verify,
    Reset,
    Move,
    TakeBack,
}

/// A mail link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub purpose: Purpose,
    /// The number of the user's address.
    pub address: u32,
    pub expires_at: i64,
    pub dead: bool,
}

/// A sign-in that waits for its code.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Attempt {
    browser: Browser,
    /// The session to step up; `None` for a sign-in.
    session: Option<usize>,
    expires_at: i64,
    over: bool,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub alive: bool,
    pub strong: bool,
    pub auth_time: i64,
}

/// The confirmed authenticator app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Factor {
    pub last_step: i64,
    pub unused: u64,
}

/// The state of a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tab {
    /// The session of its cookie, active or ended.
    pub session: Option<usize>,
    /// The link opened last.
    link: Option<usize>,
    /// The last pending sign-in.
    attempt: Option<usize>,
}

/// The state of a user with browsers and mails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    pub now: i64,
    /// The number of password changes.
    pub password: u32,
    /// The number of the account's address.
    pub address: u32,
    /// The number of addresses used so far.
    pub addresses: u32,
    pub verified: bool,
    pub factor: Option<Factor>,
    proposed_at: Option<i64>,
    pub links: Vec<Link>,
    attempts: Vec<Attempt>,
    pub sessions: Vec<Session>,
    pub tabs: [Tab; BROWSERS],
    flaw: Option<ModelBug>,
}

impl Model {
    /// Returns a new account.
    pub fn new(now: i64, verified: bool, flaw: Option<ModelBug>) -> Self {
        Self {
            now,
            password: 0,
            address: 0,
            addresses: 1,
            verified,
            factor: None,
            proposed_at: None,
            links: Vec::new(),
            attempts: Vec::new(),
            sessions: Vec::new(),
            tabs: [Tab::default(); BROWSERS],
            flaw,
        }
    }

    fn has(&self, flaw: ModelBug) -> bool {
        self.flaw == Some(flaw)
    }

    /// Returns the number of active sessions.
    pub fn alive(&self) -> usize {
        self.sessions.iter().filter(|session| session.alive).count()
    }

    /// Returns true if there is a valid link for this purpose.
    pub fn awaits(&self, purpose: Purpose) -> bool {
        let mut links = self.links.iter();
        links.any(|link| link.purpose == purpose && !link.dead && self.now < link.expires_at)
    }

    /// Returns true if the link of this number (modulo their count) is valid.
    pub fn is_good(&self, number: usize) -> bool {
        let link = self.links.get(number % self.links.len().max(1));
        link.is_some_and(|link| !link.dead && self.now < link.expires_at)
    }

    /// Returns the number of pending sign-ins so far.
    pub fn waiting(&self) -> usize {
        self.attempts.len()
    }

    /// Returns the active session of a browser.
    pub fn session_of(&self, browser: Browser) -> Option<&Session> {
        let session = self.tabs[browser].session?;
        Some(&self.sessions[session]).filter(|some| some.alive)
    }

    /// Returns the active session of a browser if the address is verified.
    fn settled(&self, browser: Browser) -> Option<usize> {
        self.session_of(browser)?;
        self.tabs[browser].session.filter(|_| self.verified)
    }

    /// Returns that session if it has a recent authentication with every factor.
    fn fresh(&self, browser: Browser) -> Option<usize> {
        let id = self.settled(browser)?;
        let session = &self.sessions[id];
        let recent = self.now - session.auth_time <= MAX_AUTH_AGE;
        let enough = session.strong || self.factor.is_none() || self.has(ModelBug::TakesAnyMethod);
        (recent && enough).then_some(id)
    }

    /// Returns the session that allows a change that also requires the password.
    fn may_change(&self, browser: Browser) -> Option<usize> {
        if self.factor.is_some() {
            self.fresh(browser)
        } else {
            self.settled(browser)
        }
    }

    /// Returns the time at which the app shows the next unused code.
    pub fn next_code_at(&self) -> i64 {
        let used = self.factor.as_ref().map_or(0, |factor| factor.last_step);
        self.now.max((used + 1) * STEP)
    }

    /// Applies the effect of a step.
    pub fn apply(&mut self, step: Step) {
        match step {
            Step::SignIn(browser, password) => self.sign_in(browser, password),
            Step::SendCode { browser, of, code } => self.send_code(browser, of, code),
            Step::Strengthen(browser) => self.step_up(browser),
            Step::AskReset(_) => self.mail(Purpose::Reset, self.address, 1800),
            Step::Follow(browser, number) => {
                if !self.links.is_empty() {
                    self.tabs[browser].link = Some(number % self.links.len());
                }
            }
            Step::FollowForged(browser) => self.tabs[browser].link = None,
            Step::SetPassword(browser, good) => self.set_password(browser, good),
            Step::Verify(browser) => {
                let signed_in = self.session_of(browser).is_some();
                if signed_in && self.consume_link(browser, Purpose::Verify).is_some() {
                    self.verified = true;
                }
            }
            Step::Resend(browser) => {
                if self.session_of(browser).is_some() && !self.verified {
                    self.mail_verification();
                }
            }
            Step::AskMove(browser, password) => {
                if self.may_change(browser).is_some() && password == Password::Present {
                    self.mail(Purpose::Move, self.addresses, 86_400);
                    self.addresses += 1;
                }
            }
            Step::Move(browser) => self.move_on(browser),
            Step::TakeBack(browser) => self.take_back(browser),
            Step::ChangePassword(browser, password) => self.change_password(browser, password),
            Step::StartFactor(browser) => {
                if self.fresh(browser).is_some() && self.factor.is_none() {
                    self.proposed_at = Some(self.now);
                }
            }
            Step::ConfirmFactor(browser, right, ends_others) => {
                self.confirm_factor(browser, right, ends_others);
            }
            Step::NewCodes(browser) => {
                if self.fresh(browser).is_some()
                    && let Some(factor) = &mut self.factor
                {
                    factor.unused = 10;
                }
            }
            Step::RemoveFactor(browser) => {
                if let Some(own) = self.fresh(browser).filter(|_| self.factor.is_some()) {
                    self.factor = None;
                    self.forget_attempts();
                    self.end_all_but(Some(own));
                }
            }
            Step::EndOthers(browser) => {
                if let Some(own) = self.settled(browser) {
                    self.forget_attempts();
                    self.end_all_but(Some(own));
                }
            }
            Step::SignOut(browser) => {
                if let Some(own) = self.tabs[browser].session.take() {
                    self.sessions[own].alive = false;
                }
            }
            Step::Wait(seconds) => self.now += seconds,
        }
    }

    fn sign_in(&mut self, browser: Browser, password: Password) {
        if password != Password::Present {
            return;
        }
        if self.factor.is_some() && !self.has(ModelBug::SkipsTheSecondStep) {
            self.wait_for_code(browser, None);
        } else {
            self.begin(browser, false);
        }
    }

    fn wait_for_code(&mut self, browser: Browser, session: Option<usize>) {
        self.tabs[browser].attempt = Some(self.attempts.len());
        self.attempts.push(Attempt {
            browser,
            session,
            expires_at: self.now + PENDING,
            over: false,
        });
    }

    fn begin(&mut self, browser: Browser, strong: bool) {
        let proved = Session {
            alive: true,
            strong,
            auth_time: self.now,
        };
        match self.tabs[browser].session {
            Some(own) if self.sessions[own].alive => self.sessions[own] = proved,
            _ => {
                self.tabs[browser].session = Some(self.sessions.len());
                self.sessions.push(proved);
            }
        }
        if !self.verified && !self.awaits(Purpose::Verify) {
            self.mail_verification();
        }
    }

    fn send_code(&mut self, browser: Browser, of: Browser, code: Code) {
        let Some(id) = self.tabs[of].attempt else {
            return;
        };
        let attempt = self.attempts[id].clone();
        let own = attempt.browser == browser || self.has(ModelBug::ForgetsTheBrowser);
        let in_time = self.now < attempt.expires_at || self.has(ModelBug::ForgetsTime);
        if attempt.over || !own || !in_time || !self.takes(code) {
            return;
        }
        self.attempts[id].over = true;
        match attempt.session {
            None => self.begin(browser, true),
            Some(session) => {
                let same = self.tabs[browser].session == Some(session);
                if same && self.sessions[session].alive {
                    self.sessions[session].strong = true;
                }
            }
        }
    }

    /// Returns true if a code is accepted, and consumes it.
    fn takes(&mut self, code: Code) -> bool {
        let again = self.has(ModelBug::TakesCodesAgain);
        let now = self.now;
        let Some(factor) = &mut self.factor else {
            return false;
        };
        match code {
            Code::Next => {
                factor.last_step = now / STEP;
                true
            }
            Code::Recovery if factor.unused > 0 => {
                factor.unused -= 1;
                true
            }
            // A replayed code matters only within the time tolerance.
            Code::Replayed => again && (now / STEP - factor.last_step) <= 1,
            _ => false,
        }
    }

    fn step_up(&mut self, browser: Browser) {
        let weak = self
            .session_of(browser)
            .is_some_and(|session_of| !session_of.strong);
        if weak && self.factor.is_some() {
            self.wait_for_code(browser, self.tabs[browser].session);
        }
    }

    fn mail_verification(&mut self) {
        self.mail(Purpose::Verify, self.address, 86_400);
    }

    fn mail(&mut self, purpose: Purpose, address: u32, ttl: i64) {
        if purpose != Purpose::TakeBack {
            self.kill(&[purpose]);
        }
        self.links.push(Link {
            purpose,
            address,
            expires_at: self.now + ttl,
            dead: false,
        });
    }

    fn kill(&mut self, purposes: &[Purpose]) {
        for link in &mut self.links {
            link.dead |= purposes.contains(&link.purpose);
        }
    }

    /// Consumes the link that the browser opened, if it is valid for this purpose.
    fn consume_link(&mut self, browser: Browser, purpose: Purpose) -> Option<Link> {
        let link = self.tabs[browser].link?;
        let (any, again) = (ModelBug::MixesUpLinks, ModelBug::TakesLinksAgain);
        let (any, again) = (self.has(any), self.has(again));
        let (now, address) = (self.now, self.address);
        let link = &mut self.links[link];
        let bound = matches!(link.purpose, Purpose::Verify | Purpose::Reset);
        let good = (link.purpose == purpose || any)
            && (!link.dead || again)
            && now < link.expires_at
            && (!bound || link.address == address);
        if !good {
            return None;
        }
        link.dead = true;
        let link = link.clone();
        self.tabs[browser].link = None;
        Some(link)
    }

    fn forget_attempts(&mut self) {
        for attempt in &mut self.attempts {
            attempt.over = true;
        }
    }

    fn end_all_but(&mut self, own: Option<usize>) {
        for (id, session) in self.sessions.iter_mut().enumerate() {
            session.alive &= Some(id) == own;
        }
    }

    fn new_password(&mut self) {
        self.password += 1;
        self.kill(&[Purpose::Verify, Purpose::Reset, Purpose::Move]);
        self.forget_attempts();
    }

    fn set_password(&mut self, browser: Browser, good: bool) {
        if good && self.consume_link(browser, Purpose::Reset).is_some() {
            self.new_password();
            self.verified = true;
            if !self.has(ModelBug::KeepsSessions) {
                self.end_all_but(None);
            }
        }
    }

    fn change_password(&mut self, browser: Browser, password: Password) {
        if let Some(own) = self.may_change(browser)
            && password == Password::Present
        {
            self.new_password();
            self.end_all_but(Some(own));
        }
    }

    fn move_on(&mut self, browser: Browser) {
        let Some(link) = self.consume_link(browser, Purpose::Move) else {
            return;
        };
        let (former, proved) = (self.address, self.verified);
        self.address = link.address;
        self.verified = true;
        self.kill(&[Purpose::Verify, Purpose::Reset, Purpose::Move]);
        if proved {
            self.mail(Purpose::TakeBack, former, 72 * 3600);
        }
    }

    fn take_back(&mut self, browser: Browser) {
        let Some(link) = self.consume_link(browser, Purpose::TakeBack) else {
            return;
        };
        self.address = link.address;
        self.verified = true;
        let all = [
            Purpose::Verify,
            Purpose::Reset,
            Purpose::Move,
            Purpose::TakeBack,
        ];
        self.kill(&all);
        self.forget_attempts();
        self.end_all_but(None);
    }

    fn confirm_factor(&mut self, browser: Browser, right: bool, ends_others: bool) {
        let waits = self
            .proposed_at
            .is_some_and(|displayed| self.now < displayed + ENROLLMENT_TTL);
        let Some(own) = self.fresh(browser) else {
            return;
        };
        if right && waits && self.factor.is_none() {
            self.proposed_at = None;
            self.factor = Some(Factor {
                last_step: self.now / STEP,
                unused: 10,
            });
            self.sessions[own].strong = true;
            if ends_others {
                self.end_all_but(Some(own));
            }
        }
    }
}
