//! Rejected requests: the field that differs, both values, and the reason by which the log and `doorward explain`
//! name the command that mends it.

use doorward_protocol::error::{Cause, OAuthError, Reason};
use doorward_saml_protocol::error::MessageError;
use doorward_saml_protocol::redirect::SIG_ALG;
use doorward_templates::ErrorKind;
use doorward_web::page::PageError;

/// Returns the page of a request that is not valid.
pub fn rejected(error: OAuthError) -> PageError {
    PageError::App(ErrorKind::BadAppRequest, error.because(Reason::SamlRequest))
}

/// Returns the page for a value that the registration does not have.
pub fn mismatch(kind: ErrorKind, cause: Cause) -> PageError {
    let error = OAuthError::invalid_request(cause.reason.sentence()).because(cause);
    PageError::App(kind, error)
}

/// Returns the page for a message that cannot be accepted.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn of_message(error: MessageError) -> PageError {
    let reason = match &error {
        MessageError::Signature(_) => Reason::SamlSignature,
        MessageError::Differs { field, .. } if *field == SIG_ALG => Reason::SamlAlgorithm,
        _ => Reason::SamlRequest,
    };
    let mut cause = Cause::from(reason);
    if let MessageError::Differs {
        expected, received, ..
    } = &error
    {
        cause = cause.expected(expected).received(received);
    }
    let error = OAuthError::invalid_request(error.to_string()).because(cause);
    PageError::App(ErrorKind::BadAppRequest, error)
}
