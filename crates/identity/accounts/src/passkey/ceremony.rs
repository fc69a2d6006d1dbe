//! The state of a passkey ceremony, and the checks that all ceremonies share.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::{Passkey, PasskeyId};
use doorward_rules::passkey::CEREMONY_TTL;
use doorward_services::passkeys::{self, CeremonyOptions, Passkeys, Used};

use crate::prelude::*;

/// The purpose of a ceremony. Its state is bound to the purpose and to the browser.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CeremonyPurpose<'a> {
    SignIn,
    /// The second factor of this pending sign-in.
    SecondStep(&'a AttemptId),
    Adding(UserId, SessionId),
    /// Registration of a passkey for this user, by this mail link.
    AddingByLink(UserId, &'a TokenHash),
}

impl CeremonyPurpose<'_> {
    fn bound_to(self, browser: &TokenHash) -> Vec<u8> {
        let place = match self {
            Self::SignIn => "sign-in".to_owned(),
            Self::SecondStep(attempt) => format!("second-step {attempt}"),
            Self::Adding(user, session) => format!("add {user} {session}"),
            Self::AddingByLink(user, link) => format!("link {user} {}", link.to_base64url()),
        };
        [browser.as_bytes().as_slice(), place.as_bytes()].concat()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prompt {
    /// The options for the browser, as JSON.
    pub options: String,
    /// The encrypted state of the server: no row is written for a page that is only shown.
    pub sealed: String,
}

#[derive(Clone, Debug)]
pub struct PasskeyResponse {
    /// The browser's response, as JSON.
    pub answer: String,
    /// [`Prompt::sealed`].
    pub sealed: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CeremonyStateError {
    /// The state is genuine, but has expired.
    Expired,
    /// The state is malformed, forged, or from another ceremony or browser.
    Foreign,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    until: UnixSeconds,
    state: String,
}

/// The decrypted state of a ceremony, with the marker that makes it single-use.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The state of the ceremony, as serialized by the library.
    pub(super) state: String,
    once: TokenHash,
    until: UnixSeconds,
}

impl Opened {
    /// Consumes the challenge: of any number of concurrent requests, one gets true.
    pub(crate) async fn claim(&self, tx: &WriteTx) -> Result<bool, StoreError> {
        repo::replay_markers::insert_unique(tx, &self.once, self.until).await
    }
}

pub(super) fn seal(
    core: &Core,
    keys: &Passkeys,
    requested: CeremonyOptions,
    purpose: CeremonyPurpose<'_>,
    browser: &TokenHash,
) -> Result<Prompt> {
    let waiting = Waiting {
        until: core.now() + CEREMONY_TTL,
        state: requested.state,
    };
    let place = purpose.bound_to(browser);
    let sealed = keys.key().seal_json(&waiting, &place, &mut core.rng());
    Ok(Prompt {
        options: requested.options,
        sealed: sealed.map_err(ServerError::internal)?,
    })
}

pub(super) fn open(
    core: &Core,
    keys: &Passkeys,
    sealed: &str,
    purpose: CeremonyPurpose<'_>,
    browser: &TokenHash,
) -> Result<Opened, CeremonyStateError> {
    let read = || {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = keys.key().open(&sealed, &purpose.bound_to(browser)).ok()?;
        let text = String::from_utf8(plain.to_vec()).ok()?;
        let waiting: Waiting = serde_json::from_str(&text).ok()?;
        Some((waiting, text))
    };
    let (waiting, text) = read().ok_or(CeremonyStateError::Foreign)?;
    if is_expired(waiting.until, core.now()) {
        return Err(CeremonyStateError::Expired);
    }
    Ok(Opened {
        state: waiting.state,
        // The state contains the random challenge, so the name is unique to this ceremony.
        once: TokenHash::digest(&format!("passkey {text}")),
        until: waiting.until,
    })
}

/// Returns the options to request an assertion: of any passkey, or of the `allowed` ones. `None` if
/// passkeys are disabled.
pub(crate) fn prompt(
    context: &Context,
    purpose: CeremonyPurpose<'_>,
    allowed: &[Passkey],
    browser: &TokenHash,
) -> Result<Option<Prompt>> {
    let Some(keys) = &context.accounts.passkeys else {
        return Ok(None);
    };
    let options = keys.start_authentication(allowed)?;
    seal(&context.core, keys, options, purpose, browser).map(Some)
}

/// A verified assertion; it counts once [`Checked::accept`] returns true.
#[derive(Debug)]
pub(crate) struct Checked {
    pub passkey: Passkey,
    used: Used,
    opened: Opened,
}

impl Checked {
    /// Consumes the challenge and records the use of the passkey, in the transaction of the result.
    /// Returns false if the challenge was consumed or the passkey removed in the meantime.
    pub(crate) async fn accept(&self, tx: &WriteTx, now: UnixSeconds) -> Result<bool, StoreError> {
        let (credential, backed_up) = (&self.used.credential, self.used.backed_up);
        Ok(self.opened.claim(tx).await?
            && repo::passkeys::record_use(tx, &self.passkey, credential, backed_up, now).await?)
    }

    /// Returns the detail of the audit event if the counter of a synchronized passkey was behind.
    pub(crate) fn counter_detail(&self) -> Option<&'static str> {
        self.used.is_counter_behind.then_some("behind")
    }
}

/// The reason of a rejection: no passkey has the credential id.
pub(crate) const UNKNOWN: &str = "unknown";

/// The rejection of an assertion. Users learn no details.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rejected {
    /// The reason for the audit log.
    pub reason: &'static str,
    /// True if the page was open for too long, so that another attempt may succeed.
    pub is_stale: bool,
    pub user: Option<UserId>,
    /// The passkey whose counter went back.
    pub copied: Option<PasskeyId>,
}

impl Rejected {
    const fn because(reason: &'static str) -> Self {
        Self {
            reason,
            is_stale: false,
            user: None,
            copied: None,
        }
    }

    /// Returns true if the passkey is of another kind than when it was added.
    pub(crate) fn is_changed(&self) -> bool {
        self.reason == passkeys::CHANGED.0
    }

    /// Marks a possibly copied passkey, in the transaction of the audit event.
    pub(crate) async fn mark_copied(
        &self,
        tx: &WriteTx,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        match self.copied {
            Some(id) => repo::passkeys::suspect(tx, id, now).await,
            None => Ok(()),
        }
    }
}

impl From<CeremonyStateError> for Rejected {
    fn from(stale: CeremonyStateError) -> Self {
        Self {
            is_stale: stale == CeremonyStateError::Expired,
            ..Self::because(match stale {
                CeremonyStateError::Expired => "expired",
                CeremonyStateError::Foreign => "ceremony",
            })
        }
    }
}

/// Verifies the response of a page: its state was made for this purpose and browser, the passkey
/// belongs to the user that the authenticator names, and the signature is valid.
pub(crate) async fn check(
    context: &Context,
    presented: &PasskeyResponse,
    purpose: CeremonyPurpose<'_>,
    browser: &TokenHash,
    person: Option<UserId>,
) -> Result<Result<Checked, Rejected>> {
    let core = &context.core;
    let Some(keys) = &context.accounts.passkeys else {
        return Ok(Err(Rejected::because("off")));
    };
    let opened = match open(core, keys, &presented.sealed, purpose, browser) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why.into())),
    };
    let signed = match Passkeys::read(&presented.answer) {
        Ok(signed) => signed,
        Err(rejected) => return Ok(Err(Rejected::because(rejected.0))),
    };
    let found = repo::passkeys::find_by_credential(core.db.read(), signed.credential_id()).await?;
    let Some(passkey) = found else {
        return Ok(Err(Rejected::because(UNKNOWN)));
    };
    let about = |reason| Rejected {
        user: Some(passkey.user_id),
        ..Rejected::because(reason)
    };
    // WebAuthn §7.2 step 6: the stored record determines the user, and the authenticator's user
    // handle must match. It is required if no user was named before.
    let owner = passkey.handle.unwrap_or(passkey.user_id).as_uuid();
    let agrees = match signed.user_handle() {
        Some(handle) => handle == owner.as_bytes(),
        None => person.is_some(),
    };
    if !agrees || person.is_some_and(|person| person != passkey.user_id) {
        return Ok(Err(about("user handle")));
    }
    Ok(match keys.verify(&signed, &opened.state, &passkey) {
        Ok(used) => Ok(Checked {
            passkey,
            used,
            opened,
        }),
        Err(rejected) => Err(Rejected {
            copied: (rejected == passkeys::COUNTER).then_some(passkey.id),
            ..about(rejected.0)
        }),
    })
}
