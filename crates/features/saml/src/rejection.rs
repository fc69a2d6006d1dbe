//! Rejected requests: the field that differs, both values, and the reason by which the log and `doorward explain`
//! name the command that mends it.

use doorward_protocol::error::{Cause, OAuthError, Reason};
use doorward_templates::ErrorKind;
use doorward_web::page::PageError;

use doorward_saml_protocol::key::VerificationKey;
use doorward_saml_protocol::redirect::BindingError;
use doorward_saml_protocol::request::MessageError;

/// Returns the page of a rejected request.
pub fn rejected(error: OAuthError) -> PageError {
    PageError::App(ErrorKind::BadAppRequest, error)
}

pub fn of_binding(error: BindingError) -> PageError {
    rejected(binding_error(error))
}

pub fn of_message(error: MessageError) -> PageError {
    rejected(message_error(error))
}

/// Returns the page for an entity ID that no active client has.
pub fn unknown_issuer(issuer: &str) -> PageError {
    let cause = Cause::from(Reason::SamlIssuer).received(issuer);
    let error = OAuthError::invalid_request(cause.reason.sentence()).because(cause);
    PageError::App(ErrorKind::UnknownApp, error)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn binding_error(error: BindingError) -> OAuthError {
    let cause = match &error {
        BindingError::Signature(_) => Cause::from(Reason::SamlSignature),
        BindingError::Algorithm(received) => {
            let expected = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
            let cause = Cause::from(Reason::SamlAlgorithm).expected(expected);
            cause.received(received.clone())
        }
        _ => Cause::from(Reason::SamlRequest),
    };
    OAuthError::invalid_request(error.to_string()).because(cause)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub fn message_error(error: MessageError) -> OAuthError {
    let cause = Cause::from(Reason::SamlRequest);
    let cause = match &error {
        MessageError::Differs {
            expected, received, ..
        } => cause.expected(expected.clone()).received(received.clone()),
        MessageError::Expired { issued, now } => {
            cause.expected(now.clone()).received(issued.clone())
        }
        MessageError::Xml(_) | MessageError::Missing(_) | MessageError::Unsupported(_) => cause,
    };
    OAuthError::invalid_request(error.to_string()).because(cause)
}

/// Returns the keys of registered certificates.
pub fn keys(certificates: &[String]) -> Result<Vec<VerificationKey>, OAuthError> {
    let keys = certificates
        .iter()
        .map(|text| VerificationKey::from_certificate(text));
    keys.collect::<Result<_, _>>().map_err(|error| {
        OAuthError::invalid_request(error.to_string()).because(Reason::SamlSignature)
    })
}
