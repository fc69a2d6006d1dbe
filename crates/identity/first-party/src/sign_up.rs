//! Registration of an account in a first-party client.

use doorward_accounts::register::{self, NewAccount, Origin, RegisterError, Registered};
use doorward_domain::boxed;
use doorward_domain::model::{Client, UserId};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::{FlowError, FlowResult};

use crate::sign_in::{self, Tokens};

#[derive(Debug)]
pub enum SignedUp {
    /// A mail was enqueued, to the new user or to the owner of the address: the response is the
    /// same (ASVS 5.0 §6.3.8).
    CheckMail,
    Opened {
        user: UserId,
        /// The tokens, unless another step is required first.
        tokens: Option<Tokens>,
    },
}

/// Registers a user, and signs them in unless their address must be verified first.
#[boxed(?Send)]
pub async fn register(
    context: &Context,
    client: &Client,
    account: NewAccount,
    caller: &Caller,
) -> FlowResult<SignedUp, RegisterError> {
    let origin = Origin {
        interaction: None,
        before: None,
    };
    let registration = match register::register(context, account, &origin, caller).await? {
        Registered::CheckMail => return Ok(SignedUp::CheckMail),
        Registered::SignedIn(registration) => registration,
    };
    let user = registration.session.user_id;
    let tokens = match sign_in::issue_in_session(context, client, *registration, None).await {
        Ok(tokens) => Some(tokens),
        Err(FlowError::Rejected(_)) => None,
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    Ok(SignedUp::Opened { user, tokens })
}
