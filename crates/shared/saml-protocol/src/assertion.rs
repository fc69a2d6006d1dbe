//! Writes responses with their assertions (SAML Core §2, §3.3; SAML Profiles §4.1.4), and the messages of a
//! sign-out.

use doorward_domain::model::saml_client::{NameIdFormat, SamlSigned as Signed};
use doorward_domain::time::{UnixSeconds, to_rfc3339};

use crate::attributes::Attribute;
use crate::key::XmlSigner;
use crate::names::{BEARER, REQUESTER, RESPONDER, SUCCESS, format_uri};
use crate::signature::{Encryption, SignError, encrypt, sign};
use crate::write::Node;

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
    /// Writes the name. A persistent or transient one is qualified by both sides (SAML Core §8.3.7).
    fn node(&self, issuer: &str, provider: &str) -> Node {
        let node = Node::new("saml:NameID").attribute("Format", format_uri(self.format));
        let node = match self.format {
            NameIdFormat::Persistent | NameIdFormat::Transient => node
                .attribute("NameQualifier", issuer)
                .attribute("SPNameQualifier", provider),
            NameIdFormat::Email | NameIdFormat::Unspecified => node,
        };
        node.text(&self.value)
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
    fn message(&self, name: &'static str) -> Node {
        Node::new(name)
            .attribute("ID", self.id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", to_rfc3339(self.now))
            .attribute("Destination", self.destination)
            .maybe("InResponseTo", self.in_response_to)
            .child(issuer(self.issuer))
    }
}

fn issuer(entity_id: &str) -> Node {
    Node::new("saml:Issuer").text(entity_id)
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

/// Writes the response to a successful request.
pub fn success(
    envelope: &Envelope<'_>,
    statement: &Statement<'_>,
    protection: &Protection<'_>,
) -> Result<String, SignError> {
    let mut assertion = assertion(envelope, statement);
    if matches!(protection.signed, Signed::Assertion | Signed::Both) {
        sign(&mut assertion, statement.id, 1, &protection.signer)?;
    }
    let content = match protection.encryption {
        Some(key) => encrypt(&assertion, key)?,
        None => assertion,
    };
    let mut response = envelope
        .message("samlp:Response")
        .child(Status::SUCCESS.node(None))
        .child(content);
    if matches!(protection.signed, Signed::Response | Signed::Both) {
        sign(&mut response, envelope.id, 1, &protection.signer)?;
    }
    Ok(response.canonical())
}

fn assertion(envelope: &Envelope<'_>, statement: &Statement<'_>) -> Node {
    let end = to_rfc3339(envelope.now + TTL);
    let confirmation = Node::new("saml:SubjectConfirmationData")
        .maybe("InResponseTo", envelope.in_response_to)
        .attribute("NotOnOrAfter", &end)
        .attribute("Recipient", envelope.destination);
    let confirmation = Node::new("saml:SubjectConfirmation")
        .attribute("Method", BEARER)
        .child(confirmation);
    let subject = Node::new("saml:Subject")
        .child(statement.name_id.node(envelope.issuer, envelope.provider))
        .child(confirmation);
    let audience = Node::new("saml:Audience").text(envelope.provider);
    let conditions = Node::new("saml:Conditions")
        .attribute("NotBefore", to_rfc3339(envelope.now - SKEW))
        .attribute("NotOnOrAfter", &end)
        .child(Node::new("saml:AudienceRestriction").child(audience));
    let class = Node::new("saml:AuthnContextClassRef").text(statement.context);
    let authentication = Node::new("saml:AuthnStatement")
        .attribute("AuthnInstant", to_rfc3339(statement.authenticated_at))
        .attribute("SessionIndex", statement.session_index)
        .attribute("SessionNotOnOrAfter", to_rfc3339(statement.session_ends_at))
        .child(Node::new("saml:AuthnContext").child(class));
    let assertion = Node::new("saml:Assertion")
        .attribute("ID", statement.id)
        .attribute("Version", "2.0")
        .attribute("IssueInstant", to_rfc3339(envelope.now))
        .child(issuer(envelope.issuer))
        .child(subject)
        .child(conditions)
        .child(authentication);
    if statement.attributes.is_empty() {
        return assertion;
    }
    let attributes = statement.attributes.iter().map(Attribute::node);
    assertion.child(Node::new("saml:AttributeStatement").children(attributes))
}

/// The status of a response (SAML Core §3.2.2.2): the side that caused it, and the reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(&'static str, &'static str);

impl Status {
    pub const SUCCESS: Self = Self(SUCCESS, "");
    /// Not all service providers ended their session.
    pub const PARTIAL_LOGOUT: Self = Self(SUCCESS, "PartialLogout");
    /// The session is of another user.
    pub const UNKNOWN_PRINCIPAL: Self = Self(REQUESTER, "UnknownPrincipal");
    pub const NO_PASSIVE: Self = Self(RESPONDER, "NoPassive");
    pub const REQUEST_DENIED: Self = Self(RESPONDER, "RequestDenied");
    pub const NO_AUTHN_CONTEXT: Self = Self(REQUESTER, "NoAuthnContext");
    pub const INVALID_NAME_ID_POLICY: Self = Self(REQUESTER, "InvalidNameIDPolicy");
    pub const AUTHN_FAILED: Self = Self(RESPONDER, "AuthnFailed");

    fn node(self, text: Option<&str>) -> Node {
        let written = |code: String| Node::new("samlp:StatusCode").attribute("Value", code);
        let second = Some(self.1).filter(|second| !second.is_empty());
        let second = second.map(|name| format!("urn:oasis:names:tc:SAML:2.0:status:{name}"));
        let code = written(self.0.to_owned()).children(second.map(written));
        let message = text.map(|text| Node::new("samlp:StatusMessage").text(text));
        Node::new("samlp:Status").child(code).children(message)
    }
}

/// Writes a signed response without an assertion.
pub fn failure(
    envelope: &Envelope<'_>,
    status: Status,
    text: &str,
    signer: &XmlSigner<'_>,
) -> Result<String, SignError> {
    let mut response = envelope
        .message("samlp:Response")
        .child(status.node(Some(text)));
    sign(&mut response, envelope.id, 1, signer)?;
    Ok(response.canonical())
}

/// Writes a request to end a session, to be signed over its query.
pub fn logout_request(envelope: &Envelope<'_>, name_id: &NameId, session_index: &str) -> String {
    let end = to_rfc3339(envelope.now + TTL);
    envelope
        .message("samlp:LogoutRequest")
        .attribute("NotOnOrAfter", end)
        .child(name_id.node(envelope.issuer, envelope.provider))
        .child(Node::new("samlp:SessionIndex").text(session_index))
        .canonical()
}

/// Writes the response to a request of a sign-out, to be signed over its query.
pub fn logout_response(envelope: &Envelope<'_>, status: Status) -> String {
    let response = envelope.message("samlp:LogoutResponse");
    response.child(status.node(None)).canonical()
}
