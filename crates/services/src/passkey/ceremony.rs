//! What waits in the page of a ceremony, and what all of its ends have in common.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::{AttemptId, Passkey, PasskeyId, SessionId, UserId};
use doorward_domain::rules::passkey::CEREMONY_LIFE;
use doorward_domain::secret::{self, TokenHash};
use doorward_domain::time::{UnixSeconds, is_expired};
use doorward_store::{StoreError, WriteTx, repo};
use serde::{Deserialize, Serialize};

use crate::error::ServerError;
use crate::passkeys::{self, CeremonyOptions, Passkeys, Used};
use crate::state::State;

/// What a ceremony is for. Its state opens for nothing else, in no other browser.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CeremonyPurpose<'a> {
    /// Signing in.
    SignIn,
    /// The second step of this waiting sign-in.
    SecondStep(&'a AttemptId),
    /// A new passkey of this person, in this session.
    Adding(UserId, SessionId),
    /// A new passkey of this person, by this mailed link.
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

/// What a page holds of a ceremony.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prompt {
    /// What the browser is asked for, in JSON.
    pub options: String,
    /// What the server has to remember, sealed: no row is written for a page that is only shown.
    pub sealed: String,
}

/// What came from the page.
#[derive(Clone, Debug)]
pub struct PasskeyResponse {
    /// What the browser answered, in JSON.
    pub answer: String,
    /// [`Prompt::sealed`].
    pub sealed: String,
}

/// The page was open for too long, or is not of this browser or for this.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CeremonyStateError {
    /// It was made by us, for this, and is over.
    Over,
    /// Anything else.
    Foreign,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    until: UnixSeconds,
    state: String,
}

/// What was sealed, with what it is remembered by once it is used.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The state of the ceremony, as the library wrote it.
    pub(super) state: String,
    once: TokenHash,
    until: UnixSeconds,
}

impl Opened {
    /// Uses the challenge up: of any number of parallel callers, one gets true (PK-1).
    pub(crate) async fn claim(&self, tx: &WriteTx) -> Result<bool, StoreError> {
        repo::replay_markers::insert_unique(tx, &self.once, self.until).await
    }
}

pub(super) fn seal(
    state: &State,
    keys: &Passkeys,
    asked: CeremonyOptions,
    what: CeremonyPurpose<'_>,
    browser: &TokenHash,
) -> Result<Prompt, ServerError> {
    let waiting = Waiting {
        until: state.now() + CEREMONY_LIFE,
        state: asked.state,
    };
    let plain =
        serde_json::to_vec(&waiting).map_err(|error| ServerError::Internal(error.to_string()))?;
    let sealed = secret::seal(
        keys.key(),
        &plain,
        &what.bound_to(browser),
        &mut rand::rng(),
    );
    Ok(Prompt {
        options: asked.options,
        sealed: URL_SAFE_NO_PAD.encode(sealed),
    })
}

pub(super) fn open(
    state: &State,
    keys: &Passkeys,
    sealed: &str,
    what: CeremonyPurpose<'_>,
    browser: &TokenHash,
) -> Result<Opened, CeremonyStateError> {
    let sealed = URL_SAFE_NO_PAD
        .decode(sealed)
        .map_err(|_| CeremonyStateError::Foreign)?;
    let plain = secret::open(keys.key(), &sealed, &what.bound_to(browser))
        .map_err(|_| CeremonyStateError::Foreign)?;
    let text = std::str::from_utf8(&plain).map_err(|_| CeremonyStateError::Foreign)?;
    let waiting: Waiting = serde_json::from_str(text).map_err(|_| CeremonyStateError::Foreign)?;
    if is_expired(waiting.until, state.now()) {
        return Err(CeremonyStateError::Over);
    }
    Ok(Opened {
        state: waiting.state,
        // What was sealed holds the random challenge, so it names this ceremony alone.
        once: TokenHash::of(&format!("passkey {text}")),
        until: waiting.until,
    })
}

/// What a page needs to ask for a passkey: of anybody, or of these. None where passkeys are off.
pub(crate) fn prompt(
    state: &State,
    what: CeremonyPurpose<'_>,
    allowed: &[Passkey],
    browser: &TokenHash,
) -> Result<Option<Prompt>, ServerError> {
    let Some(keys) = &state.passkeys else {
        return Ok(None);
    };
    seal(state, keys, keys.ask(allowed)?, what, browser).map(Some)
}

/// A signature that is right; it counts once [`Checked::accept`] says so.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Whose and which, as it was read.
    pub passkey: Passkey,
    used: Used,
    opened: Opened,
}

impl Checked {
    /// Uses challenge and passkey, both once, in the transaction of what follows from it. False where
    /// either was used or removed meanwhile.
    pub(crate) async fn accept(&self, tx: &WriteTx, now: UnixSeconds) -> Result<bool, StoreError> {
        let (credential, backed_up) = (&self.used.credential, self.used.backed_up);
        Ok(self.opened.claim(tx).await?
            && repo::passkeys::note_use(tx, &self.passkey, credential, backed_up, now).await?)
    }
}

/// Why a signature does not count. People are told none of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rejected {
    /// For the audit log.
    pub reason: &'static str,
    /// The page was open for too long: asking again may do.
    pub is_stale: bool,
    /// Whose passkey it is said to be.
    pub user: Option<UserId>,
    /// Its counter went back.
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

    /// Keeps what has to be known of it, in the transaction that writes it down.
    pub(crate) async fn note(&self, tx: &WriteTx, now: UnixSeconds) -> Result<(), StoreError> {
        match self.copied {
            Some(id) => repo::passkeys::suspect(tx, id, now).await,
            None => Ok(()),
        }
    }
}

impl From<CeremonyStateError> for Rejected {
    fn from(stale: CeremonyStateError) -> Self {
        Self {
            is_stale: stale == CeremonyStateError::Over,
            ..Self::because(match stale {
                CeremonyStateError::Over => "expired",
                CeremonyStateError::Foreign => "ceremony",
            })
        }
    }
}

/// Verifies what came from a page: the ceremony is ours, for this and for this browser; the passkey
/// is known, and of the person that the authenticator names; and the signature is right.
pub(crate) async fn check(
    state: &State,
    presented: &PasskeyResponse,
    what: CeremonyPurpose<'_>,
    browser: &TokenHash,
    person: Option<UserId>,
) -> Result<Result<Checked, Rejected>, ServerError> {
    let Some(keys) = &state.passkeys else {
        return Ok(Err(Rejected::because("off")));
    };
    let opened = match open(state, keys, &presented.sealed, what, browser) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why.into())),
    };
    let signed = match Passkeys::read(&presented.answer) {
        Ok(signed) => signed,
        Err(refused) => return Ok(Err(Rejected::because(refused.0))),
    };
    let found = repo::passkeys::find_by_credential(state.db.read(), signed.credential_id()).await?;
    let Some(passkey) = found else {
        return Ok(Err(Rejected::because("unknown")));
    };
    let about = |reason| Rejected {
        user: Some(passkey.user_id),
        ..Rejected::because(reason)
    };
    // §7.2 step 6: whom it belongs to is said by the record; what the authenticator says must agree.
    // It has to say so where nobody was named before.
    let owner = passkey.user_id.as_uuid();
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
        Err(refused) => Err(Rejected {
            copied: (refused == passkeys::COUNTER).then_some(passkey.id),
            ..about(refused.0)
        }),
    })
}
