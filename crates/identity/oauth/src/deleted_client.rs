//! Requests of a client that is deleted meanwhile. A replica knows a client for up to a second after
//! that, and then finds its rows missing.

use doorward_rules::client_auth::Rejection;

use crate::prelude::*;

/// Replaces an internal error by this rejection if the client has been deleted.
pub(crate) async fn or_reject<T, R>(
    core: &Core,
    client: &Client,
    rejection: R,
    done: FlowResult<T, R>,
) -> FlowResult<T, R> {
    if !matches!(done, Err(FlowError::Server(ServerError::Internal(_)))) {
        return done;
    }
    match repo::clients::find(core.db.read(), &client.id).await {
        Ok(None) => Err(FlowError::Rejected(rejection)),
        Ok(Some(_)) | Err(_) => done,
    }
}

/// Returns the error for a deleted client at an endpoint where it authenticates.
pub(crate) fn unknown() -> OAuthError {
    Rejection::Unknown.to_error()
}
