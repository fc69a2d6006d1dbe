//! What an account holds, which ways lead into it, and what a step does to it: written from the rules,
//! not from the code.

use crate::random::Random;

/// The oldest proof that a change takes, in seconds (SE-7).
pub const FRESH: i64 = 15 * 60;
/// The most passkeys that the walk gives a person.
const MOST: usize = 4;
/// The codes of a new set.
pub const CODES: usize = 10;

/// What becomes of mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mail {
    /// They arrive.
    Works,
    /// They arrive, and one can sign in with a mailed code.
    Codes,
    /// There are none.
    Off,
    /// There is a mail server, and it never answers.
    Fails,
}

impl Mail {
    pub const ALL: [Self; 4] = [Self::Works, Self::Codes, Self::Off, Self::Fails];

    /// Whether they arrive.
    pub const fn arrives(self) -> bool {
        matches!(self, Self::Works | Self::Codes)
    }
}

/// A first proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    Password,
    Provider,
    MailedCode,
    Passkey,
    /// A new password by mail, and then that.
    Reset,
}

/// What follows it where two are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    App,
    Recovery,
    Passkey,
}

/// A way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Way {
    pub first: First,
    pub second: Option<Second>,
}

impl Way {
    /// What it is called when ways are counted.
    pub fn name(self) -> String {
        match self.second {
            None => format!("{:?}", self.first),
            Some(second) => format!("{:?}+{second:?}", self.first),
        }
    }
}

/// What is tried with less than what is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Less {
    /// The first proof alone.
    FirstAlone(First),
    /// The password and a recovery code that was used, or is of an older set.
    DeadRecovery,
    /// The password and somebody else's passkey.
    ForeignPasskey,
    /// The password before this one.
    FormerPassword,
    /// A passkey that was removed.
    RemovedPasskey,
    /// An account elsewhere that is linked no more.
    RemovedLink,
    /// The password by the JSON API, which shows no page.
    Json,
}

/// One step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    SignIn(Way),
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
    /// The operator demands a second factor of the person, or does so no more.
    Demand(bool),
    Try(Less),
}

/// The steps that must have done something in the end.
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
    /// What it is called in [`NAMES`].
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

    /// Any step, mostly one that changes the account.
    pub fn any(model: &Model, random: &mut Random) -> Self {
        let ways = model.ways();
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

/// One thing in which a model, or a server, could be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// A mail to whatever address was typed once counts as a way in.
    AnyAddress,
    /// The last way in can be removed.
    LastGoes,
    /// The only factor can be removed although one is demanded.
    FactorGoes,
    /// A proof of one factor is enough for a change.
    WeakChanges,
    /// An old proof is enough for a change.
    OldChanges,
    /// A passkey is one factor.
    PasskeyIsOne,
}

impl Flaw {
    pub const ALL: [Self; 6] = [
        Self::AnyAddress,
        Self::LastGoes,
        Self::FactorGoes,
        Self::WeakChanges,
        Self::OldChanges,
        Self::PasskeyIsOne,
    ];
}

/// What the browser's session has proved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub at: i64,
    pub methods: Vec<&'static str>,
    pub strong: bool,
}

impl Session {
    fn of(way: Way, now: i64) -> Self {
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

/// A synced one whose owner was verified.
const PASSKEY: [&str; 3] = ["swk", "user", "mfa"];

/// An account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    pub mail: Mail,
    pub now: i64,
    /// A second factor is demanded.
    pub demanded: bool,
    /// The address is proved.
    pub verified: bool,
    /// Its number; none where there is none.
    pub password: Option<u32>,
    pub passkeys: usize,
    /// Unused recovery codes, where there is an app.
    pub app: Option<usize>,
    pub links: usize,
    pub session: Option<Session>,
    pub flaw: Option<Flaw>,
}

impl Model {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// Whether one factor does not sign this person in.
    pub fn asked(&self) -> bool {
        self.app.is_some() || (self.demanded && self.passkeys > 0)
    }

    /// The ways in, each usable with what the person has in their hands.
    pub fn ways(&self) -> Vec<Way> {
        let mut firsts = Vec::new();
        firsts.extend(self.password.map(|_| First::Password));
        firsts.extend((self.links > 0).then_some(First::Provider));
        // Only a proved address is known to be theirs.
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
            let way = move |second: &Option<Second>| Way {
                first,
                second: *second,
            };
            seconds.iter().map(way).collect::<Vec<_>>()
        };
        let mut ways: Vec<Way> = firsts.iter().flat_map(both).collect();
        if self.passkeys > 0 {
            let (first, second) = (First::Passkey, None);
            ways.push(Way { first, second });
        }
        ways
    }

    /// Whether this session may change what leads into the account.
    fn fresh(&self) -> bool {
        self.session.as_ref().is_some_and(|session| {
            let recent = self.now - session.at <= FRESH || self.has(Flaw::OldChanges);
            recent && (session.strong || !self.asked() || self.has(Flaw::WeakChanges))
        })
    }

    /// Whether this session opens the account's pages.
    fn opens(&self) -> bool {
        let strong = |session: &Session| session.strong || !self.demanded;
        self.session.as_ref().is_some_and(strong)
    }

    /// Whether a new password by mail counts as what is left. A server cannot know that its mail
    /// server will never answer.
    fn recovers(&self) -> bool {
        self.mail != Mail::Off && (self.verified || self.has(Flaw::AnyAddress))
    }

    /// Whether the account would be left with a way in.
    fn is_left(&self, passkeys: usize, links: usize) -> bool {
        let others = self.password.is_some() || self.recovers();
        passkeys > 0 || links > 0 || others || self.has(Flaw::LastGoes)
    }

    /// What keeps a passkey where it is.
    pub fn keeps_passkey(&self) -> Option<&'static str> {
        if self.passkeys > 1 {
            return None;
        }
        if !self.is_left(0, self.links) {
            return Some("only way in stays");
        }
        let only = self.demanded && self.app.is_none() && !self.has(Flaw::FactorGoes);
        only.then_some("only factor stays")
    }

    fn proves(&mut self, methods: &[&'static str]) {
        if let Some(session) = &mut self.session {
            session.add(methods);
        }
    }

    /// Whether a step can be tried at all.
    pub fn is_possible(&self, step: Step) -> bool {
        match step {
            Step::SignIn(way) => self.ways().contains(&way),
            Step::AddPasskey => self.session.is_some() && self.passkeys < MOST,
            Step::RemovePasskey(number) => self.session.is_some() && number < self.passkeys,
            Step::AddLink => self.session.is_some() && self.links < MOST,
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

    /// Does a step to the account; says what a refusal is counted as.
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
            // The password itself is the proof, but for who has a second factor.
            Step::ChangePassword if self.opens() && (!self.asked() || self.fresh()) => {
                self.password = self.password.map(|number| number + 1);
            }
            Step::Demand(demanded) => self.demanded = demanded,
            _ => {}
        }
        None
    }

    fn sign_in(&mut self, way: Way) {
        if way.first == First::Reset {
            self.reset();
        }
        if way.second == Some(Second::Recovery) {
            self.app = self.app.map(|left| left - 1);
        }
        let mut session = Session::of(way, self.now);
        if way.first == First::Passkey && self.has(Flaw::PasskeyIsOne) {
            session.strong = false;
        }
        self.session = Some(session);
    }

    /// A new password by a link: every session ends.
    pub fn reset(&mut self) {
        self.password = Some(self.password.map_or(0, |number| number + 1));
        self.verified = true;
        self.session = None;
    }

    /// `doorward recover`, and the new password by its link.
    pub fn recover(&mut self) {
        self.reset();
        self.app = None;
        self.passkeys = 0;
    }

    /// What is demanded of who signs in: two factors, where the operator or the client says so.
    pub const fn demands_two(&self, by_client: bool) -> bool {
        self.demanded || by_client
    }
}
