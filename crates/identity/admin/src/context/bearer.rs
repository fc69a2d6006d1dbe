//! Administrators of the API: the user or client of an access token, with the roles that they hold
//! now. The roles in the token, from the time of issue, do not count.

use doorward_domain::boxed;
use doorward_domain::model::{Authentication, SubjectKind};
use doorward_oauth::dpop::PresentedToken;
use doorward_oauth::grant_state::{TokenStatus, authentication_at_issue, token_status};
use doorward_oauth::userinfo::{AccessTokenError, admit};
use doorward_protocol::scope::Scope;
use doorward_services::context::Context;
use doorward_services::error::{FlowError, ServerError};
use doorward_services::factors;
use doorward_services::organization;

use crate::authority::Authority;

#[derive(Debug)]
pub struct Known {
    pub authority: Authority,
    pub scope: Scope,
    pub proof: Option<Authentication>,
}

impl Known {
    /// Returns true if this administrator may make changes now: a user must have authenticated
    /// within the last fifteen minutes, with the second factor if enrolled (ASVS 5.0 §7.5.3). A
    /// client that acts for itself authenticates for each token, so it always may.
    #[boxed(?Send)]
    pub async fn is_fresh(&self, context: &Context) -> Result<bool, ServerError> {
        let (Some(user), Some(proof)) = (self.authority.user(), &self.proof) else {
            return Ok(self.authority.kind == SubjectKind::Client);
        };
        factors::is_proof_fresh(context, user, proof).await
    }
}

/// Authenticates the administrator by an access token whose audience is this server.
#[boxed(?Send)]
pub async fn authenticate(
    context: &Context,
    presented: &PresentedToken,
) -> Result<Known, FlowError<AccessTokenError>> {
    let core = &context.core;
    let claims = admit(context, presented).await?;
    let reject =
        |why: &'static str| FlowError::Rejected(AccessTokenError::from_claims(&claims, why));
    if !claims.aud.contains(core.issuer()) {
        return Err(reject("it is meant for another audience"));
    }
    let org = claims.org.as_deref();
    match token_status(context, &claims).await? {
        TokenStatus::Inactive(why) => Err(reject(why)),
        TokenStatus::User(state) if state.grant.actor().is_some() => {
            Err(reject("an administrator acts as the user"))
        }
        TokenStatus::User(state) => {
            let proof = Some(authentication_at_issue(&claims, &state.grant));
            let (user, client_id) = (state.grant.user_id, Some(claims.client_id));
            Ok(Known {
                authority: Authority::of_user(core, user, org, client_id).await?,
                scope: claims.scope,
                proof,
            })
        }
        TokenStatus::Client => {
            let Some(client) = context.client(&claims.client_id).await? else {
                return Err(reject("its client was deleted"));
            };
            if !organization::serves(core, &client.id, org).await? {
                return Err(reject("the client holds no role in that organization"));
            }
            Ok(Known {
                authority: Authority::of_client(core, &client.id, org).await?,
                scope: claims.scope,
                proof: None,
            })
        }
    }
}
