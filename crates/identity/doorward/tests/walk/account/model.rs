//! The model of an account: its sign-in methods and the effect of each step, written from the
//! rules, independently of the code.

use crate::random::Random;

/// The maximum age of an authentication that allows a change, in seconds (ASVS 5.0 §7.5.1).
pub const MAX_AUTH_AGE: i64 = 15 * 60;
/// The maximum number of passkeys and linked accounts in a walk.
const MAX: usize = 4;
/// The number of codes in a new set.
pub const CODES: usize = 10;

/// The mail configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mail {
    /// Mails are delivered.
    Works,
    /// Mails are delivered, and a mailed code signs in.
    Codes,
    /// No mail server is configured.
    Off,
    /// A mail server is configured that never responds.
    Fails,
}

impl Mail {
    pub const ALL: [Self; 4] = [Self::Works, Self::Codes, Self::Off, Self::Fails];

    /// Returns true if mails are delivered.
    pub const fn arrives(self) -> bool {
        matches!(self, Self::Works | Self::Codes)
    }
}

/// A first factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    Password,
    Provider,
    MailedCode,
    Passkey,
    /// A password reset by mail, then the new password.
    Reset,
}

/// A second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    App,
    Recovery,
    Passkey,
}

/// A sign-in method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignInMethod {
    pub first: First,
    pub second: Option<Second>,
}

impl SignInMethod {
    /// Returns the name of the method in the statistics.
    pub fn name(self) -> String {
        match self.second {
            None => format!("{:?}", self.first),
            Some(second) => format!("{:?}+{second:?}", self.first),
        }
    }
}

/// An attempt with less than required.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Less {
    /// The first factor only.
    FirstAlone(First),
    /// The password and a used or replaced recovery code.
    DeadRecovery,
    /// The password and another user's passkey.
    ForeignPasskey,
    /// The previous password.
    FormerPassword,
    /// A removed passkey.
    RemovedPasskey,
    /// An account at the provider that is no longer linked.
    RemovedLink,
    /// The password by the JSON API, which shows no page.
    Json,
}

/// A step of the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    SignIn(SignInMethod),
    SignOut,
    Wait,
    AddPasskey,
    RemovePasskey(usize),
    AddApp,
    RemoveApp,
    NewCodes,
    AddLink,
    RemoveLink(usize),
    ChangePassword,
    /// The operator adds or removes the requirement of a second factor.
    Demand(bool),
    Try(Less),
}

/// The steps that must have had an effect at the end.
pub const NAMES: [&str; 13] = [
    "sign in",
    "sign out",
    "add passkey",
    "remove passkey",
    "add app",
    "remove app",
    "new codes",
    "add link",
    "remove link",
    "change password",
    "demand",
    "only way in stays",
    "only factor stays",
];

impl Step {
    /// Returns the name of the step in [`NAMES`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn(_) => "sign in",
            Self::SignOut => "sign out",
            Self::Wait => "wait",
            Self::AddPasskey => "add passkey",
            Self::RemovePasskey(_) => "remove passkey",
            Self::AddApp => "add app",
            Self::RemoveApp => "remove app",
            Self::NewCodes => "new codes",
            Self::AddLink => "add link",
            Self::RemoveLink(_) => "remove link",
            Self::ChangePassword => "change password",
            Self::Demand(_) => "demand",
            Self::Try(_) => "try",
        }
    }

    /// Returns a random step, mostly one that changes the account.
    pub fn any(model: &Model, random: &mut Random) -> Self {
        let ways = model.methods();
        match random.below(24) {
            0..=5 => Self::SignIn(random.one_of(&ways)),
            6 => random.one_of(&[Self::SignOut, Self::Wait]),
            7 | 8 => Self::AddPasskey,
            9..=11 => Self::RemovePasskey(random.below(model.passkeys.max(1))),
            12 | 13 => Self::AddApp,
            14 => Self::RemoveApp,
            15 => Self::NewCodes,
            16 => Self::AddLink,
            17..=19 => Self::RemoveLink(random.below(model.links.max(1))),
            20 => Self::ChangePassword,
            21 => Self::Demand(!model.demanded),
            _ => Self::Try(random.one_of(&[
                Less::FirstAlone(First::Password),
                Less::FirstAlone(First::Provider),
                Less::FirstAlone(First::MailedCode),
                Less::DeadRecovery,
                Less::ForeignPasskey,
                Less::FormerPassword,
                Less::RemovedPasskey,
                Less::RemovedLink,
                Less::Json,
            ])),
        }
    }
}

/// A rule that a wrong model, or a broken server, lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelBug {
    /// Mail to an unverified address counts as a sign-in method.
    AnyAddress,
    /// The last sign-in method can be removed.
    LastGoes,
    /// The only second factor can be removed although one is required.
    FactorGoes,
    /// An authentication with one factor allows a change.
    WeakChanges,
    /// An old authentication allows a change.
    OldChanges,
    /// A passkey counts as one factor.
    PasskeyIsOne,
}

impl ModelBug {
    pub const ALL: [Self; 6] = [
        Self::AnyAddress,
        Self::LastGoes,
        Self::FactorGoes,
        Self::WeakChanges,
        Self::OldChanges,
        Self::PasskeyIsOne,
    ];

    /// The first user of the test's seed whose walks reveal the bug. The test begins there: the
    /// walks before it reveal nothing and cost minutes.
    pub const fn revealed_by(self) -> u64 {
        match self {
            Self::AnyAddress | Self::LastGoes => 4,
            Self::FactorGoes => 1,
            Self::WeakChanges => 57,
            Self::OldChanges | Self::PasskeyIsOne => 0,
        }
    }
}

/// The authentication of the browser's session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub at: i64,
    pub methods: Vec<&'static str>,
    pub strong: bool,
}

impl Session {
    fn of(way: SignInMethod, now: i64) -> Self {
        let methods = match way.first {
            First::Password | First::Reset => vec!["pwd"],
            First::Provider => vec!["fed"],
            First::MailedCode => vec!["email"],
            First::Passkey => PASSKEY.to_vec(),
        };
        let mut session = Self {
            at: now,
            strong: way.first == First::Passkey,
            methods,
        };
        match way.second {
            None => {}
            Some(Second::App) => session.add(&["otp", "mfa"]),
            Some(Second::Recovery) => session.add(&["mfa"]),
            Some(Second::Passkey) => session.add(&PASSKEY),
        }
        session
    }

    fn add(&mut self, methods: &[&'static str]) {
        self.strong = true;
        for method in methods {
            if !self.methods.contains(method) {
                self.methods.push(method);
            }
        }
    }
}

/// The methods of a synced passkey with user verification.
const PASSKEY: [&str; 3] = ["swk", "user", "mfa"];

/// The state of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    pub mail: Mail,
    pub now: i64,
    /// True if a second factor is required.
    pub demanded: bool,
    /// True if the address is verified.
    pub verified: bool,
    /// The number of the password; `None` without one.
    pub password: Option<u32>,
    pub passkeys: usize,
    /// The number of unused recovery codes; `None` without an app.
    pub app: Option<usize>,
    pub links: usize,
    pub session: Option<Session>,
    pub flaw: Option<ModelBug>,
}

impl Model {
    fn has(&self, flaw: ModelBug) -> bool {
        self.flaw == Some(flaw)
    }

    /// Returns true if one factor is not enough to sign in.
    pub fn asked(&self) -> bool {
        self.app.is_some() || (self.demanded && self.passkeys > 0)
    }

    /// Returns the sign-in methods that the user can use.
    pub fn methods(&self) -> Vec<SignInMethod> {
        let mut firsts = Vec::new();
        firsts.extend(self.password.map(|_| First::Password));
        firsts.extend((self.links > 0).then_some(First::Provider));
        // Only a verified address is known to be the user's.
        if self.verified && self.mail.arrives() {
            firsts.push(First::Reset);
            firsts.extend((self.mail == Mail::Codes).then_some(First::MailedCode));
        }
        let seconds = if self.asked() {
            let mut seconds = Vec::new();
            seconds.extend(self.app.map(|_| Some(Second::App)));
            seconds.extend(
                self.app
                    .filter(|left| *left > 0)
                    .map(|_| Some(Second::Recovery)),
            );
            seconds.extend((self.passkeys > 0).then_some(Some(Second::Passkey)));
            seconds
        } else {
            vec![None]
        };
        let both = |first: &First| {
            let first = *first;
            let way = move |second: &Option<Second>| SignInMethod {
                first,
                second: *second,
            };
            seconds.iter().map(way).collect::<Vec<_>>()
        };
        let mut ways: Vec<SignInMethod> = firsts.iter().flat_map(both).collect();
        if self.passkeys > 0 {
            let (first, second) = (First::Passkey, None);
            ways.push(SignInMethod { first, second });
        }
        ways
    }

    /// Returns true if the session may change the sign-in methods.
    fn fresh(&self) -> bool {
        self.session.as_ref().is_some_and(|session| {
            let recent = self.now - session.at <= MAX_AUTH_AGE || self.has(ModelBug::OldChanges);
            recent && (session.strong || !self.asked() || self.has(ModelBug::WeakChanges))
        })
    }

    /// Returns true if the session may open the account pages.
    fn opens(&self) -> bool {
        let strong = |session: &Session| session.strong || !self.demanded;
        self.session.as_ref().is_some_and(strong)
    }

    /// Returns true if a password reset by mail counts as a remaining method. A server cannot know
    /// that its mail server never responds.
    fn recovers(&self) -> bool {
        self.mail != Mail::Off && (self.verified || self.has(ModelBug::AnyAddress))
    }

    /// Returns true if a sign-in method would remain.
    fn is_left(&self, passkeys: usize, links: usize) -> bool {
        let others = self.password.is_some() || self.recovers();
        passkeys > 0 || links > 0 || others || self.has(ModelBug::LastGoes)
    }

    /// Returns the reason why the last passkey cannot be removed.
    pub fn keeps_passkey(&self) -> Option<&'static str> {
        if self.passkeys > 1 {
            return None;
        }
        if !self.is_left(0, self.links) {
            return Some("only way in stays");
        }
        let only = self.demanded && self.app.is_none() && !self.has(ModelBug::FactorGoes);
        only.then_some("only factor stays")
    }

    fn proves(&mut self, methods: &[&'static str]) {
        if let Some(session) = &mut self.session {
            session.add(methods);
        }
    }

    /// Returns true if a step can be tried.
    pub fn is_possible(&self, step: Step) -> bool {
        match step {
            Step::SignIn(way) => self.methods().contains(&way),
            Step::AddPasskey => self.session.is_some() && self.passkeys < MAX,
            Step::RemovePasskey(number) => self.session.is_some() && number < self.passkeys,
            Step::AddLink => self.session.is_some() && self.links < MAX,
            Step::RemoveLink(number) => self.session.is_some() && number < self.links,
            Step::SignOut | Step::AddApp | Step::RemoveApp | Step::NewCodes => {
                self.session.is_some()
            }
            Step::ChangePassword => self.session.is_some() && self.password.is_some(),
            Step::Try(less) => match less {
                Less::FirstAlone(First::Password) => self.asked() && self.password.is_some(),
                Less::FirstAlone(First::Provider) => self.asked() && self.links > 0,
                Less::FirstAlone(_) => self.asked() && self.verified && self.mail == Mail::Codes,
                Less::DeadRecovery | Less::ForeignPasskey => {
                    self.asked() && self.password.is_some()
                }
                Less::FormerPassword | Less::Json => self.password.is_some(),
                Less::RemovedPasskey | Less::RemovedLink => true,
            },
            Step::Wait | Step::Demand(_) => true,
        }
    }

    /// Applies a step; returns the name of a rejection in the statistics.
    pub fn apply(&mut self, step: Step) -> Option<&'static str> {
        match step {
            Step::SignIn(way) => self.sign_in(way),
            Step::SignOut => self.session = None,
            Step::AddPasskey if self.fresh() => {
                self.passkeys += 1;
                self.proves(&PASSKEY);
            }
            Step::RemovePasskey(_) if self.fresh() => match self.keeps_passkey() {
                None => self.passkeys -= 1,
                stays => return stays,
            },
            Step::AddApp if self.fresh() && self.app.is_none() => {
                self.app = Some(CODES);
                self.proves(&["otp", "mfa"]);
            }
            Step::RemoveApp if self.fresh() && !self.demanded => self.app = None,
            Step::NewCodes if self.fresh() && self.app.is_some() => self.app = Some(CODES),
            Step::AddLink if self.opens() && self.fresh() => self.links += 1,
            Step::RemoveLink(_) if self.opens() && self.fresh() => {
                if self.is_left(self.passkeys, self.links - 1) {
                    self.links -= 1;
                } else {
                    return Some("only way in stays");
                }
            }
            // The current password authenticates the change, except for users with a second factor.
            Step::ChangePassword if self.opens() && (!self.asked() || self.fresh()) => {
                self.password = self.password.map(|number| number + 1);
            }
            Step::Demand(demanded) => self.demanded = demanded,
            _ => {}
        }
        None
    }

    fn sign_in(&mut self, way: SignInMethod) {
        if way.first == First::Reset {
            self.reset();
        }
        if way.second == Some(Second::Recovery) {
            self.app = self.app.map(|left| left - 1);
        }
        let mut session = Session::of(way, self.now);
        if way.first == First::Passkey && self.has(ModelBug::PasskeyIsOne) {
            session.strong = false;
        }
        self.session = Some(session);
    }

    /// Applies a password reset by mail link, which ends every session.
    pub fn reset(&mut self) {
        self.password = Some(self.password.map_or(0, |number| number + 1));
        self.verified = true;
        self.session = None;
    }

    /// Applies `doorward recover` and the password reset with its link.
    pub fn recover(&mut self) {
        self.reset();
        self.app = None;
        self.passkeys = 0;
    }

    /// Returns true if the role or the client requires two factors.
    pub const fn demands_two(&self, by_client: bool) -> bool {
        self.demanded || by_client
    }
}
