//! What the verifying library leaves to us of a passkey's ceremonies: the client data, word for
//! word (`WebAuthn` L3 §7.1 and §7.2), and what may be done to a person's passkeys.

use serde::Deserialize;

use crate::model::Authentication;
use crate::rules::api_key::is_unprintable;
use crate::rules::assurance::AMR_PASSWORD;

/// How long a page with a challenge may stay open, in seconds (PK-1).
pub const CEREMONY_LIFE: i64 = 5 * 60;

/// The most passkeys of one person.
pub const MOST: usize = 10;

/// The most characters of a name.
const MAX_NAME: usize = 60;

/// Which ceremony it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ceremony {
    /// Making a credential.
    Create,
    /// Signing with one.
    Get,
}

impl Ceremony {
    const fn client_data_type(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// Why client data is not ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientDataError {
    /// Not the JSON that browsers write.
    Form,
    /// Another ceremony.
    Type,
    /// Another site.
    Origin,
    /// A frame of another site.
    CrossOrigin,
}

impl ClientDataError {
    /// The word of the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "client data",
            Self::Type => "type",
            Self::Origin => "origin",
            Self::CrossOrigin => "cross origin",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

/// Holds the client data against the ceremony and the one origin that there is, byte by byte. The
/// challenge is compared by the library, with the signature over all of this.
pub fn check_client_data(
    json: &[u8],
    ceremony: Ceremony,
    origin: &str,
) -> Result<(), ClientDataError> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| ClientDataError::Form)?;
    if data.r#type != ceremony.client_data_type() {
        return Err(ClientDataError::Type);
    }
    if data.origin != origin {
        return Err(ClientDataError::Origin);
    }
    // Our pages are framed by nobody, so neither are their ceremonies.
    if data.cross_origin || data.top_origin.is_some() {
        return Err(ClientDataError::CrossOrigin);
    }
    Ok(())
}

/// What a person called a passkey; none where it is no name.
pub fn clean_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let good = (1..=MAX_NAME).contains(&name.chars().count());
    (good && !name.chars().any(is_unprintable)).then_some(name)
}

/// What a person could sign in with if one way in were gone.
#[expect(clippy::struct_excessive_bools, reason = "ways in, each by itself")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RemainingMethods {
    /// Their passkeys.
    pub passkeys: usize,
    /// Their accounts at providers that are switched on.
    pub links: usize,
    /// A password.
    pub password: bool,
    /// A way to a new password: mails are sent, and the person has proved that they read theirs.
    pub recovery: bool,
    /// An authenticator app.
    pub app: bool,
    /// The operator demands a second factor of them.
    pub required: bool,
}

/// Why a passkey has to stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RemovePasskeyError {
    /// It is the only way in (PK-3).
    OnlyWayIn,
    /// It is the only second factor, and the operator demands one.
    OnlyFactor,
}

/// Whether a passkey may be removed.
pub const fn may_remove(left: RemainingMethods) -> Result<(), RemovePasskeyError> {
    if left.passkeys > 0 {
        return Ok(());
    }
    if !left.password && !left.recovery && left.links == 0 {
        return Err(RemovePasskeyError::OnlyWayIn);
    }
    if left.required && !left.app {
        return Err(RemovePasskeyError::OnlyFactor);
    }
    Ok(())
}

/// Whether a passkey may be added by a mailed link (PK-4): the link is one factor, so it leads in only
/// where there is no second one that it would go round.
pub const fn may_add_by_link(has_app: bool, passkeys: usize) -> bool {
    !has_app && passkeys == 0
}

/// Whether a person is offered a first passkey: who has just shown that they type a password (UX SI-8).
pub fn is_offered(proof: &Authentication, passkeys: usize) -> bool {
    passkeys == 0 && proof.amr.iter().any(|method| method == AMR_PASSWORD)
}

#[cfg(test)]
mod tests;
