//! Rules for passkeys: checks of the client data that the `WebAuthn` library does not make
//! (`WebAuthn` L3 §7.1 and §7.2), and limits on adding and removing passkeys.

use serde::Deserialize;

use crate::assurance::AMR_PASSWORD;
use crate::displayed_name;
use doorward_domain::model::Authentication;

/// The TTL of a challenge, in seconds.
pub const CEREMONY_TTL: i64 = 5 * 60;

pub const MAX_PASSKEYS: usize = 10;

/// The maximum number of characters of a name.
const MAX_NAME: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ceremony {
    Create,
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

doorward_protocol::words! {
    pub enum ClientDataError {
        /// Not the JSON that browsers write.
        Form = "client data",
        /// Client data of the other ceremony.
        Type = "type",
        /// An origin other than the deployment's.
        Origin = "origin",
        /// A ceremony in a frame of another site.
        CrossOrigin = "cross origin",
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

/// Compares type and origin of the client data with the ceremony and the origin of the deployment,
/// byte by byte. The library compares the challenge and verifies the signature over all of it.
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
    // Other sites cannot frame the pages of Doorward, so a framed ceremony is an attack.
    if data.cross_origin || data.top_origin.is_some() {
        return Err(ClientDataError::CrossOrigin);
    }
    Ok(())
}

/// The meaning of a signature counter, for a passkey with a valid signature (`WebAuthn` L3 §7.2 step 22).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CounterFinding {
    /// Higher than before, or not supported.
    Expected,
    /// Not higher than before, of a passkey that is synchronized between devices: each device may
    /// count for itself, so it is recorded only.
    Behind,
    /// Not higher than before, of a device that cannot be copied: there may be a copy.
    Copied,
}

/// Compares the counter of a response with the highest one before.
pub const fn check_counter(
    highest: u32,
    presented: u32,
    is_backup_eligible: bool,
) -> CounterFinding {
    let is_unsupported = highest == 0 && presented == 0;
    if is_unsupported || presented > highest {
        CounterFinding::Expected
    } else if is_backup_eligible {
        CounterFinding::Behind
    } else {
        CounterFinding::Copied
    }
}

/// Normalizes the name that a user gave a passkey; returns `None` if it is not a valid name.
pub fn clean_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    displayed_name::check(&name, MAX_NAME).ok()
}

/// The sign-in methods that a user would have after removing one.
#[expect(clippy::struct_excessive_bools, reason = "independent sign-in methods")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RemainingMethods {
    pub passkeys: usize,
    /// The number of linked accounts with enabled identity providers.
    pub links: usize,
    pub password: bool,
    /// True if the user can reset the password: mail is enabled and the e-mail address is verified.
    pub recovery: bool,
    pub app: bool,
    /// True if the operator requires a second factor of the user.
    pub required: bool,
}

/// The reason why a passkey cannot be removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RemovePasskeyError {
    /// The only sign-in method.
    OnlyWayIn,
    /// The only second factor, while the operator requires one.
    OnlyFactor,
}

/// Checks that a passkey may be removed, given the remaining sign-in methods.
pub const fn check_removal(left: RemainingMethods) -> Result<(), RemovePasskeyError> {
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

/// Returns true if a mail link may add a passkey. The link is a single factor, so it must not
/// bypass an existing second factor.
pub const fn is_link_allowed(has_app: bool, passkeys: usize) -> bool {
    !has_app && passkeys == 0
}

/// Returns true if the user is offered a first passkey: after a sign-in with a password.
pub fn is_offered(proof: &Authentication, passkeys: usize) -> bool {
    passkeys == 0 && proof.amr.iter().any(|method| method == AMR_PASSWORD)
}

#[cfg(test)]
mod tests;
