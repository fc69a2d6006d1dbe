//! Making an account in one of the operator's own apps.

use doorward_domain::model::{Client, UserId};

use super::sign_in::{self, Tokens};
use crate::caller::Caller;
use crate::error::FlowError;
use crate::register::{self, NewAccount, Origin, RegisterError, Registered};
use crate::state::State;

/// How a registration ends.
#[derive(Debug)]
pub enum SignedUp {
    /// A mail is on its way, to a new person or to whoever has the address: the answer is the same
    /// (EN-1).
    CheckMail,
    /// The account is open.
    Opened {
        /// Whose it is.
        user: UserId,
        /// The person is signed in, unless something else is due first.
        tokens: Option<Tokens>,
    },
}

/// Registers a person, and signs them in unless their address has to be proved first.
pub async fn register(
    state: &State,
    client: &Client,
    account: NewAccount,
    caller: &Caller,
) -> Result<SignedUp, FlowError<RegisterError>> {
    let origin = Origin {
        interaction: None,
        before: None,
    };
    let begun = match register::register(state, account, &origin, caller).await? {
        Registered::CheckMail => return Ok(SignedUp::CheckMail),
        Registered::SignedIn(begun) => begun,
    };
    let user = begun.session.user_id;
    let tokens = match sign_in::issue(state, client, *begun, None).await {
        Ok(tokens) => Some(tokens),
        Err(FlowError::Rejected(_)) => None,
        Err(FlowError::Server(fault)) => return Err(fault.into()),
    };
    Ok(SignedUp::Opened { user, tokens })
}
