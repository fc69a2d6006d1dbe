//! Receipt of an event, however it was delivered.

use super::set::{self, Expected, SetRejection, SignedEvent};
use crate::access::{Access, AuthError};
use crate::jwt::verify::TokenRejection;

/// The reason why an event was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// An event that will never be accepted: report [`SetRejection::code`] to the transmitter.
    #[error(transparent)]
    Rejected(#[from] SetRejection),
    /// An outage of the issuer: its keys are missing. The event must be delivered again.
    #[error(transparent)]
    Unavailable(AuthError),
    /// An authenticator without [`crate::signals::Signals`].
    #[error("this service does not listen")]
    NotListening,
}

impl Access {
    /// Verifies a Security Event Token and remembers its revocation. The listener calls it for each
    /// event; a service that receives events by push (RFC 8935) calls it itself, but the age of the
    /// knowledge then remains unknown.
    ///
    /// # Errors
    /// Returns the reason why the event was not taken.
    pub async fn receive_event(&self, token: &str) -> Result<SignedEvent, ReceiveError> {
        let signals = self.signals().ok_or(ReceiveError::NotListening)?;
        let expected = Expected {
            issuer: self.issuer(),
            former_issuers: self.former_issuers(),
            audience: &signals.client().client_id,
        };
        let keys = self.keys().await.map_err(ReceiveError::Unavailable)?;
        let event = match set::verify(token, &keys, &expected) {
            Err(SetRejection::Token(TokenRejection::UnknownKey { kid })) => {
                let keys = self.keys_for(&kid).await;
                let keys = keys.map_err(ReceiveError::Unavailable)?;
                set::verify(token, &keys, &expected)?
            }
            other => other?,
        };
        if let Some(revocation) = &event.revocation {
            signals.record(revocation, self.clock().now());
        }
        Ok(event)
    }
}
