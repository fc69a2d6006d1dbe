//! Sign-in of an administrator by a link that the operator created on the machine
//! (`doorward admin open`). It replaces the password, and the next steps are those after one.

use doorward_rules::assurance;
use doorward_services::email_link;

use super::login::{self, SignIn};
use super::second_factor::pending::FirstStep;
use crate::change::{Change, in_change};
use crate::prelude::*;

/// Consumes the link, and starts a session or the second factor. A user who is no longer an
/// administrator cannot use it.
#[boxed(?Send)]
pub async fn sign_in(
    context: &Context,
    token: &str,
    browser: TokenHash,
    before: Option<&SignedIn>,
    caller: &Caller,
) -> FlowResult<SignIn, InvalidLink> {
    in_change(context, caller, async |change| {
        let Change { core, tx, .. } = change;
        let (_, user) = email_link::consume(core, tx, token, EmailPurpose::Operator).await?;
        let now = core.now();
        let held = repo::roles::effective_for_user(tx, user.id, now).await?;
        if !held.roles.contains(ADMIN_ROLE) {
            return Err(FlowError::Rejected(InvalidLink));
        }
        let step = FirstStep {
            user: &user,
            first: FirstFactor::Operator,
            authentication: assurance::operator_proof(now),
            upstream: None,
            is_factor_due: change.requires_factor(user.id).await?,
            browser,
            remember: false,
            interaction: None,
            next: Some("/admin"),
            before,
        };
        let details = vec![("method", "operator_link".to_owned())];
        Ok(login::after_first_step(change, &step, details).await?)
    })
    .await
}
