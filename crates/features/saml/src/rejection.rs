//! Rejected requests: the field that differs, both values, and the reason by which the log and `doorward explain`
//! name the command that mends it.

use doorward_protocol::error::{Cause, OAuthError, Reason};
use doorward_saml_protocol::names::RSA_SHA256;
use doorward_saml_protocol::redirect::BindingError;
use doorward_saml_protocol::xml::DocumentError;
use doorward_templates::ErrorKind;
use doorward_web::page::PageError;

/// Returns the page of a rejected request.
pub fn rejected(error: OAuthError) -> PageError {
    PageError::App(ErrorKind::BadAppRequest, error)
}

/// Returns the page for a value that the registration does not have.
pub fn mismatch(kind: ErrorKind, cause: Cause) -> PageError {
    let error = OAuthError::invalid_request(cause.reason.sentence()).because(cause);
    PageError::App(kind, error)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn of_binding(error: BindingError) -> PageError {
    let cause = match &error {
        BindingError::Signature(_) => Cause::from(Reason::SamlSignature),
        BindingError::Algorithm(received) => Cause::from(Reason::SamlAlgorithm)
            .expected(RSA_SHA256)
            .received(received.clone()),
        BindingError::Malformed(_) => Cause::from(Reason::SamlRequest),
    };
    rejected(OAuthError::invalid_request(error.to_string()).because(cause))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn of_document(error: DocumentError) -> PageError {
    let cause = Cause::from(Reason::SamlRequest);
    let cause = match &error {
        DocumentError::Differs {
            expected, received, ..
        } => cause.expected(expected.clone()).received(received.clone()),
        _ => cause,
    };
    rejected(OAuthError::invalid_request(error.to_string()).because(cause))
}
