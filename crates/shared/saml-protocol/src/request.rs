//! Reads the messages of service providers: authentication requests, and requests and responses of a sign-out
//! (SAML Core §3.4, §3.7). Signatures inside a message are not read; see [`redirect`](crate::redirect).

use doorward_domain::time::{UnixSeconds, from_rfc3339};

use crate::names::{ASSERTION, ENTITY, POST, PROTOCOL, SUCCESS};
use crate::xml::{self, Element, XmlError};

#[cfg(test)]
mod tests;

/// Lifetime of a message in seconds, from its `IssueInstant`.
const TTL: i64 = 5 * 60;
/// Maximum difference between the clocks of both sides, in seconds.
const SKEW: i64 = 3 * 60;
/// Maximum length of an ID or an entity ID (SAML Core §8.3.6).
const MAX_NAME: usize = 1024;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MessageError {
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error("{field} must be {expected}, got {received}")]
    Differs {
        /// Attribute or element.
        field: &'static str,
        expected: String,
        received: String,
    },
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("IssueInstant {issued} is not within the last five minutes; the time here is {now}")]
    Expired { issued: String, now: String },
    #[error("{0} is not supported")]
    Unsupported(&'static str),
}

impl MessageError {
    pub fn differs(
        field: &'static str,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        let received: String = received.into();
        Self::Differs {
            field,
            expected: expected.into(),
            received: received.chars().take(200).collect(),
        }
    }
}

/// The parts that all messages have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub id: String,
    /// Entity ID of the service provider.
    pub issuer: String,
    pub destination: Option<String>,
    pub issued_at: UnixSeconds,
}

/// The comparison of a requested authentication context (SAML Core §3.3.2.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    Exact,
    Minimum,
    Maximum,
    Better,
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
pub fn read(document: &[u8], url: &str, now: UnixSeconds) -> Result<Message, MessageError> {
    let root = xml::parse(document, xml::MAX_MESSAGE)?;
    let name = xml::named(&root, PROTOCOL);
    let head = read_head(&root, url, now)?;
    match &*name {
        "AuthnRequest" => authn(&root, head).map(Message::Authn),
        "LogoutRequest" => logout(&root, head, now).map(Message::Logout),
        "LogoutResponse" => logout_response(&root, head).map(Message::LogoutResponse),
        other => Err(MessageError::differs(
            "the message",
            "AuthnRequest, LogoutRequest or LogoutResponse",
            other,
        )),
    }
}

fn read_head(root: &Element, url: &str, now: UnixSeconds) -> Result<Head, MessageError> {
    let version = root.attribute("Version").unwrap_or_default();
    if version != "2.0" {
        return Err(MessageError::differs("Version", "2.0", version));
    }
    let destination = root.attribute("Destination").map(str::to_owned);
    if let Some(other) = destination.as_ref().filter(|sent| *sent != url) {
        return Err(MessageError::differs("Destination", url, other));
    }
    let issuer = root.only(ASSERTION, "Issuer")?;
    let issuer = issuer.ok_or(MessageError::Missing("Issuer"))?;
    if let Some(format) = issuer.attribute("Format")
        && format != ENTITY
    {
        return Err(MessageError::differs("Format of Issuer", ENTITY, format));
    }
    let written = required(root, "IssueInstant")?;
    let issued_at = instant("IssueInstant", written)?;
    if issued_at > now + SKEW || now - issued_at > TTL + SKEW {
        return Err(MessageError::Expired {
            issued: written.to_owned(),
            now: doorward_domain::time::to_rfc3339(now),
        });
    }
    Ok(Head {
        id: name("ID", required(root, "ID")?)?,
        issuer: name("Issuer", issuer.value())?,
        destination,
        issued_at,
    })
}

fn required<'a>(element: &'a Element, name: &'static str) -> Result<&'a str, MessageError> {
    let value = element.attribute(name).filter(|value| !value.is_empty());
    value.ok_or(MessageError::Missing(name))
}

fn name(field: &'static str, value: &str) -> Result<String, MessageError> {
    if value.is_empty() {
        return Err(MessageError::Missing(field));
    }
    if value.len() > MAX_NAME {
        let expected = format!("at most {MAX_NAME} bytes");
        return Err(MessageError::differs(field, expected, value));
    }
    Ok(value.to_owned())
}

fn instant(field: &'static str, written: &str) -> Result<UnixSeconds, MessageError> {
    from_rfc3339(written)
        .ok_or_else(|| MessageError::differs(field, "a time such as 2026-11-30T12:00:00Z", written))
}

fn boolean(element: &Element, name: &'static str) -> Result<bool, MessageError> {
    match element.attribute(name) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => Err(MessageError::differs(name, "true or false", other)),
    }
}

fn authn(root: &Element, head: Head) -> Result<AuthnRequest, MessageError> {
    // The response would have to be about this user alone.
    if root.only(ASSERTION, "Subject")?.is_some() {
        return Err(MessageError::Unsupported("Subject"));
    }
    let binding = root.attribute("ProtocolBinding");
    if let Some(other) = binding.filter(|binding| *binding != POST) {
        return Err(MessageError::differs("ProtocolBinding", POST, other));
    }
    let policy = root.only(PROTOCOL, "NameIDPolicy")?;
    let context = root.only(PROTOCOL, "RequestedAuthnContext")?;
    Ok(AuthnRequest {
        head,
        consumer: consumer(root)?,
        force_authn: boolean(root, "ForceAuthn")?,
        is_passive: boolean(root, "IsPassive")?,
        name_id_format: policy
            .and_then(|policy| policy.attribute("Format"))
            .map(str::to_owned),
        context: context.map(requested_context).transpose()?,
    })
}

fn consumer(root: &Element) -> Result<RequestedConsumer, MessageError> {
    let url = root.attribute("AssertionConsumerServiceURL");
    let index = root.attribute("AssertionConsumerServiceIndex");
    match (url, index) {
        (Some(url), None) => Ok(RequestedConsumer::Url(url.to_owned())),
        (None, Some(index)) => {
            let number = index.parse().map_err(|_| {
                MessageError::differs("AssertionConsumerServiceIndex", "a number", index)
            });
            number.map(RequestedConsumer::Index)
        }
        (None, None) => Ok(RequestedConsumer::Default),
        (Some(_), Some(_)) => Err(MessageError::differs(
            "AssertionConsumerServiceIndex",
            "absent beside AssertionConsumerServiceURL",
            index.unwrap_or_default(),
        )),
    }
}

fn requested_context(element: &Element) -> Result<RequestedContext, MessageError> {
    let comparison = match element.attribute("Comparison") {
        None | Some("exact") => Comparison::Exact,
        Some("minimum") => Comparison::Minimum,
        Some("maximum") => Comparison::Maximum,
        Some("better") => Comparison::Better,
        Some(other) => {
            let expected = "exact, minimum, maximum or better";
            return Err(MessageError::differs("Comparison", expected, other));
        }
    };
    let classes = element.all(ASSERTION, "AuthnContextClassRef");
    let classes: Vec<String> = classes.map(|class| class.value().to_owned()).collect();
    if classes.is_empty() {
        return Err(MessageError::Missing("AuthnContextClassRef"));
    }
    Ok(RequestedContext {
        comparison,
        classes,
    })
}

fn logout(root: &Element, head: Head, now: UnixSeconds) -> Result<LogoutRequest, MessageError> {
    if let Some(end) = root.attribute("NotOnOrAfter")
        && now - SKEW >= instant("NotOnOrAfter", end)?
    {
        let now = doorward_domain::time::to_rfc3339(now);
        return Err(MessageError::differs(
            "NotOnOrAfter",
            format!("after {now}"),
            end,
        ));
    }
    let user = root.only(ASSERTION, "NameID")?;
    let user = user.ok_or(MessageError::Missing("NameID"))?;
    let sessions = root.all(PROTOCOL, "SessionIndex");
    Ok(LogoutRequest {
        head,
        name_id: name("NameID", user.value())?,
        session_indexes: sessions.map(|index| index.value().to_owned()).collect(),
    })
}

fn logout_response(root: &Element, head: Head) -> Result<LogoutResponse, MessageError> {
    let status = root.only(PROTOCOL, "Status")?;
    let code = status
        .ok_or(MessageError::Missing("Status"))?
        .only(PROTOCOL, "StatusCode")?;
    let code = code.ok_or(MessageError::Missing("StatusCode"))?;
    Ok(LogoutResponse {
        head,
        in_response_to: name("InResponseTo", required(root, "InResponseTo")?)?,
        is_success: code.attribute("Value") == Some(SUCCESS),
    })
}
