//! Proving that one reads the address of the account.

use doorward_domain::model::{AuditKind, EmailPurpose, InteractionId, User};
use doorward_email::letter::Content;
use doorward_store::{WriteTx, repo};

use super::email_link::{self, LinkOver};
use super::signed_in::SignedIn;
use super::stranger;
use super::transaction::in_write;
use crate::caller::{Caller, Describe as _};
use crate::fault::{Fault, FlowError};
use crate::job_payload::StrangerRequest;
use crate::jobs::Task;
use crate::state::State;
use crate::throttle::Budget;

/// Whether the person has to prove their address before anything else.
pub fn is_due(state: &State, user: &User) -> bool {
    state.config.verifies_email() && !user.email_verified
}

/// Mails the link, unless too many were mailed.
pub(crate) async fn mail_link(
    state: &State,
    tx: &WriteTx,
    user: &User,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<Result<(), Budget>, Fault> {
    let purpose = EmailPurpose::Verify;
    let token = match email_link::issue(state, tx, user, purpose, &user.email).await? {
        Ok(token) => token,
        Err(spent) => return Ok(Err(spent)),
    };
    let mut url = format!("{}/verify-email?token={}", state.issuer(), token.expose());
    if let Some(flow) = flow {
        // Worth nothing in another browser than the one that began it.
        url.push_str("&flow=");
        url.push_str(flow.as_str());
    }
    let content = Content::Verify { url };
    email_link::post(state, tx, user, &user.email, content, caller).await?;
    Ok(Ok(()))
}

/// At a sign-in: mails the link unless there is one on its way.
pub(crate) async fn remind(
    state: &State,
    tx: &WriteTx,
    user: &User,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), Fault> {
    let (purpose, now) = (EmailPurpose::Verify, state.now());
    if is_due(state, user) && !repo::email_tokens::exists_live(tx, user.id, purpose, now).await? {
        // Whoever has had enough of them waits for one.
        let _ = mail_link(state, tx, user, flow, caller).await?;
    }
    Ok(())
}

/// Mails the link once more, unless too many were mailed.
pub async fn resend(
    state: &State,
    who: &SignedIn,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), FlowError<Budget>> {
    let sent = in_write(&state.db, async |tx| {
        let sent = mail_link(state, tx, &who.user, flow, caller).await?;
        sent.map_err(FlowError::Refused)
    })
    .await;
    state.jobs.wake();
    sent
}

/// Somebody who cannot sign in yet asks for the link once more.
pub async fn request(state: &State, identifier: &str, caller: &Caller) -> Result<(), Fault> {
    let task = Task::VerifyEmail(StrangerRequest::new(identifier, caller));
    stranger::promise(state, &task).await
}

/// By the worker: an account whose address is not proved yet gets a link.
pub async fn mail_again(state: &State, request: &StrangerRequest) -> Result<(), Fault> {
    let caller = request.caller();
    let done: Result<(), FlowError> = in_write(&state.db, async |tx| {
        let user = request.account(tx).await?;
        if let Some(user) = user.filter(|user| is_due(state, user)) {
            let _ = mail_link(state, tx, &user, None, &caller).await?;
        }
        Ok(())
    })
    .await;
    done.map_err(FlowError::into_fault)
}

/// Uses the link up.
pub async fn confirm(
    state: &State,
    token: &str,
    caller: &Caller,
) -> Result<User, FlowError<LinkOver>> {
    in_write(&state.db, async |tx| {
        let (_, user) = email_link::spend(state, tx, token, EmailPurpose::Verify).await?;
        let now = state.now();
        repo::users::set_email_verified(tx, user.id, true, now).await?;
        let event = caller
            .event(AuditKind::EmailVerified, true, now)
            .by(user.id)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        Ok(user)
    })
    .await
}
