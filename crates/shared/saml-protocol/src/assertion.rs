//! Writes responses with their assertions (SAML Core §2, §3.3; SAML Profiles §4.1.4), and the messages of a
//! sign-out.

use askama::Template;
use doorward_domain::model::saml_client::{NameIdFormat, SamlSigned as Signed};
use doorward_domain::time::{UnixSeconds, to_rfc3339};

use crate::attributes::Attribute;
use crate::key::XmlSigner;
use crate::names::format_uri;
use crate::signature::{Encryption, SignError, sign};

#[cfg(test)]
mod tests;

/// Lifetime of an assertion in seconds.
const TTL: i64 = 5 * 60;
/// Difference between the clocks of both sides that an assertion allows for, in seconds.
const SKEW: i64 = 60;

/// The name of a user at a service provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameId {
    pub format: NameIdFormat,
    pub value: String,
}

impl NameId {
    const fn format_uri(&self) -> &'static str {
        format_uri(self.format)
    }

    /// Returns true if both sides qualify the name (SAML Core §8.3.7).
    const fn is_qualified(&self) -> bool {
        matches!(
            self.format,
            NameIdFormat::Persistent | NameIdFormat::Transient
        )
    }
}

/// The parties of a message, and its time.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    pub id: &'a str,
    /// Entity ID of this server.
    pub issuer: &'a str,
    /// Entity ID of the service provider.
    pub provider: &'a str,
    /// Address of the service provider, from its registration.
    pub destination: &'a str,
    /// ID of the request; `None` for a message without one.
    pub in_response_to: Option<&'a str>,
    pub now: UnixSeconds,
}

impl Envelope<'_> {
    fn after(&self, seconds: i64) -> String {
        to_rfc3339(self.now + seconds)
    }
}

/// The contents of an assertion.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    pub id: &'a str,
    pub name_id: &'a NameId,
    pub authenticated_at: UnixSeconds,
    pub session_index: &'a str,
    pub session_ends_at: UnixSeconds,
    /// Class of the authentication context.
    pub context: &'a str,
    pub attributes: &'a [Attribute],
}

/// The protection of a response.
#[derive(Clone, Copy)]
pub struct Protection<'a> {
    pub signed: Signed,
    pub signer: XmlSigner<'a>,
    /// Key of the service provider; with it the assertion is encrypted.
    pub encryption: Option<&'a Encryption>,
}

#[derive(Template)]
#[template(path = "assertion.xml")]
struct Assertion<'a> {
    envelope: &'a Envelope<'a>,
    statement: &'a Statement<'a>,
    authenticated_at: String,
    session_ends_at: String,
}

#[derive(Template)]
#[template(path = "message.xml")]
struct Message<'a> {
    name: &'static str,
    envelope: &'a Envelope<'a>,
    content: Content<'a>,
}

enum Content<'a> {
    /// The status with its text, and the assertion; both texts may be empty.
    Answer(Status, &'a str, &'a str),
    /// The user and the session that end.
    SignOut(&'a NameId, &'a str),
}

/// Writes the response to a successful request.
pub fn success(
    envelope: &Envelope<'_>,
    statement: &Statement<'_>,
    protection: &Protection<'_>,
) -> Result<String, SignError> {
    let assertion = Assertion {
        envelope,
        statement,
        authenticated_at: to_rfc3339(statement.authenticated_at),
        session_ends_at: to_rfc3339(statement.session_ends_at),
    };
    let mut assertion = assertion.render()?;
    if matches!(protection.signed, Signed::Assertion | Signed::Both) {
        assertion = sign(assertion, statement.id, &protection.signer)?;
    }
    if let Some(key) = protection.encryption {
        assertion = key.encrypt(&assertion)?;
    }
    let response = response(envelope, Status::SUCCESS, "", &assertion)?;
    if matches!(protection.signed, Signed::Response | Signed::Both) {
        return sign(response, envelope.id, &protection.signer);
    }
    Ok(response)
}

/// Writes a signed response without an assertion.
pub fn failure(
    envelope: &Envelope<'_>,
    status: Status,
    text: &str,
    signer: &XmlSigner<'_>,
) -> Result<String, SignError> {
    sign(response(envelope, status, text, "")?, envelope.id, signer)
}

fn response(
    envelope: &Envelope<'_>,
    status: Status,
    text: &str,
    assertion: &str,
) -> askama::Result<String> {
    let content = Content::Answer(status, text, assertion);
    write("Response", envelope, content)
}

/// Writes a request to end a session, to be signed over its query.
pub fn logout_request(
    envelope: &Envelope<'_>,
    name_id: &NameId,
    session_index: &str,
) -> askama::Result<String> {
    let content = Content::SignOut(name_id, session_index);
    write("LogoutRequest", envelope, content)
}

/// Writes the response to a request of a sign-out, to be signed over its query.
pub fn logout_response(envelope: &Envelope<'_>, status: Status) -> askama::Result<String> {
    let content = Content::Answer(status, "", "");
    write("LogoutResponse", envelope, content)
}

fn write(
    name: &'static str,
    envelope: &Envelope<'_>,
    content: Content<'_>,
) -> askama::Result<String> {
    let message = Message {
        name,
        envelope,
        content,
    };
    message.render()
}

/// The status of a response (SAML Core §3.2.2.2): the side that caused it, and the reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(&'static str, &'static str);

impl Status {
    pub const SUCCESS: Self = Self("Success", "");
    /// Not all service providers ended their session.
    pub const PARTIAL_LOGOUT: Self = Self("Success", "PartialLogout");
    /// The session is of another user.
    pub const UNKNOWN_PRINCIPAL: Self = Self("Requester", "UnknownPrincipal");
    pub const NO_PASSIVE: Self = Self("Responder", "NoPassive");
    pub const REQUEST_DENIED: Self = Self("Responder", "RequestDenied");
    pub const NO_AUTHN_CONTEXT: Self = Self("Requester", "NoAuthnContext");
    pub const INVALID_NAME_ID_POLICY: Self = Self("Requester", "InvalidNameIDPolicy");
    pub const AUTHN_FAILED: Self = Self("Responder", "AuthnFailed");
}
