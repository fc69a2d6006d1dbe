//! Reads the messages of service providers: authentication requests, and requests and responses of a sign-out
//! (SAML Core §3.4, §3.7). Signatures inside a message are not read; see [`redirect`](crate::redirect).

use doorward_domain::time::{UnixSeconds, to_rfc3339};

use crate::error::{MessageError, Result, differs};
use crate::names::{ASSERTION, ENTITY, POST, PROTOCOL, SUCCESS};
use crate::xml::{self, Element};

#[cfg(test)]
mod tests;

/// Lifetime of a message in seconds, from its `IssueInstant`.
const TTL: i64 = 5 * 60;
/// Maximum difference between the clocks of both sides, in seconds.
const SKEW: i64 = 3 * 60;
/// Maximum length of an ID or an entity ID (SAML Core §8.3.6).
const MAX_NAME: usize = 1024;

/// The parts that all messages have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub id: String,
    /// Entity ID of the service provider.
    pub issuer: String,
    pub destination: Option<String>,
}

doorward_protocol::words! {
    /// The comparison of a requested authentication context (SAML Core §3.3.2.2.1).
    #[derive(Default)]
    pub enum Comparison {
        #[default]
        Exact = "exact",
        Minimum = "minimum",
        Maximum = "maximum",
        Better = "better",
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestedContext {
    pub comparison: Comparison,
    pub classes: Vec<String>,
}

/// The address to which a request wants its response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RequestedConsumer {
    Default,
    Url(String),
    Index(u16),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthnRequest {
    pub head: Head,
    pub consumer: RequestedConsumer,
    pub force_authn: bool,
    pub is_passive: bool,
    /// The format of `NameIDPolicy`.
    pub name_id_format: Option<String>,
    pub context: Option<RequestedContext>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutRequest {
    pub head: Head,
    pub name_id: String,
    /// Sessions to end; all of the user at the service provider if empty.
    pub session_indexes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutResponse {
    pub head: Head,
    pub in_response_to: String,
    pub is_success: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    Authn(AuthnRequest),
    Logout(LogoutRequest),
    LogoutResponse(LogoutResponse),
}

/// Reads a message that was sent to the endpoint `url` at `now`.
///
/// # Errors
/// Returns an error for another destination, an expired message, and parts that cannot be honored.
pub fn read(document: &[u8], url: &str, now: UnixSeconds) -> Result<Message> {
    let document = xml::parse(document, xml::MAX_MESSAGE)?;
    let root = Element::root(&document);
    let head = head(root, url, now)?;
    match root.named(PROTOCOL).as_str() {
        "AuthnRequest" => authn(root, head).map(Message::Authn),
        "LogoutRequest" => logout(root, head, now).map(Message::Logout),
        "LogoutResponse" => logout_response(root, head).map(Message::LogoutResponse),
        other => {
            let expected = "AuthnRequest, LogoutRequest or LogoutResponse";
            differs("the message", expected, other)
        }
    }
}

/// Checks that an attribute or a format, if there is one, has the only value that can be honored.
fn expect(field: &'static str, expected: &str, received: Option<&str>) -> Result<()> {
    match received.filter(|received| *received != expected) {
        Some(other) => differs(field, expected, other),
        None => Ok(()),
    }
}

fn head(root: Element<'_>, url: &str, now: UnixSeconds) -> Result<Head> {
    expect("Version", "2.0", Some(root.required("Version")?))?;
    let destination = root.attribute("Destination");
    expect("Destination", url, destination)?;
    let issuer = root.child(ASSERTION, "Issuer")?;
    expect("Format of Issuer", ENTITY, issuer.attribute("Format"))?;
    let issued = root.required("IssueInstant")?;
    let issued_at = root.time("IssueInstant")?.unwrap_or_default();
    if issued_at > now + SKEW || now - issued_at > TTL + SKEW {
        let expected = format!("within the last five minutes (now: {})", to_rfc3339(now));
        return differs("IssueInstant", expected, issued);
    }
    Ok(Head {
        id: name("ID", root.required("ID")?)?,
        issuer: name("Issuer", issuer.value())?,
        destination: destination.map(str::to_owned),
    })
}

fn name(field: &'static str, value: &str) -> Result<String> {
    match value.len() {
        0 => Err(MessageError::Missing(field)),
        1..=MAX_NAME => Ok(value.to_owned()),
        _ => differs(field, format!("at most {MAX_NAME} bytes"), value),
    }
}

fn authn(root: Element<'_>, head: Head) -> Result<AuthnRequest> {
    // The response would have to be about this user alone.
    if root.only(ASSERTION, "Subject")?.is_some() {
        return differs("Subject", "absent", "a user");
    }
    expect("ProtocolBinding", POST, root.attribute("ProtocolBinding"))?;
    let policy = root.only(PROTOCOL, "NameIDPolicy")?;
    let format = policy.and_then(|policy| policy.attribute("Format"));
    // Zabbix writes an empty one if its settings name none.
    let format = format.filter(|format| !format.is_empty());
    let context = root.only(PROTOCOL, "RequestedAuthnContext")?;
    Ok(AuthnRequest {
        head,
        consumer: consumer(root)?,
        force_authn: root.boolean("ForceAuthn")?,
        is_passive: root.boolean("IsPassive")?,
        name_id_format: format.map(str::to_owned),
        context: context.map(requested_context).transpose()?,
    })
}

fn consumer(root: Element<'_>) -> Result<RequestedConsumer> {
    const INDEX: &str = "AssertionConsumerServiceIndex";
    let url = root.attribute("AssertionConsumerServiceURL");
    Ok(match (url, root.number(INDEX)?) {
        (Some(url), None) => RequestedConsumer::Url(url.to_owned()),
        (None, Some(index)) => RequestedConsumer::Index(index),
        (None, None) => RequestedConsumer::Default,
        (Some(url), Some(_)) => {
            let expected = "absent beside AssertionConsumerServiceURL";
            return differs(INDEX, expected, url);
        }
    })
}

fn requested_context(element: Element<'_>) -> Result<RequestedContext> {
    let words = "exact, minimum, maximum or better";
    let comparison = element.read("Comparison", words, Comparison::parse)?;
    let classes = element.all(ASSERTION, "AuthnContextClassRef");
    let classes: Vec<String> = classes.map(|class| class.value().to_owned()).collect();
    if classes.is_empty() {
        return Err(MessageError::Missing("AuthnContextClassRef"));
    }
    Ok(RequestedContext {
        comparison: comparison.unwrap_or_default(),
        classes,
    })
}

fn logout(root: Element<'_>, head: Head, now: UnixSeconds) -> Result<LogoutRequest> {
    let end = root.time("NotOnOrAfter")?;
    if end.is_some_and(|end| now - SKEW >= end) {
        let expected = format!("after {}", to_rfc3339(now));
        let received = root.required("NotOnOrAfter")?;
        return differs("NotOnOrAfter", expected, received);
    }
    let user = root.child(ASSERTION, "NameID")?;
    let sessions = root.all(PROTOCOL, "SessionIndex");
    Ok(LogoutRequest {
        head,
        name_id: name("NameID", user.value())?,
        session_indexes: sessions.map(|index| index.value().to_owned()).collect(),
    })
}

fn logout_response(root: Element<'_>, head: Head) -> Result<LogoutResponse> {
    let status = root.child(PROTOCOL, "Status")?;
    let code = status.child(PROTOCOL, "StatusCode")?;
    Ok(LogoutResponse {
        head,
        in_response_to: name("InResponseTo", root.required("InResponseTo")?)?,
        is_success: code.attribute("Value") == Some(SUCCESS),
    })
}
