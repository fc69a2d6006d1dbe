//! The JSON of ACME (RFC 8555 §7.1). Members that this client does not use are ignored.

use std::fmt;

use serde::Deserialize;

/// Prefix of the problem types of ACME.
const TYPE: &str = "urn:ietf:params:acme:error:";

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Directory {
    pub new_nonce: String,
    pub new_account: String,
    pub new_order: String,
    /// RFC 9773.
    pub renewal_info: Option<String>,
    #[serde(default)]
    pub meta: Meta,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    #[serde(default)]
    pub external_account_required: bool,
}

/// The states of orders, authorizations and challenges; each uses some of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Pending,
    Ready,
    Processing,
    Valid,
    Invalid,
    /// A state that ends an authorization: `deactivated`, `expired`, `revoked`.
    #[serde(other)]
    Ended,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct OrderObject {
    pub status: Status,
    #[serde(default)]
    pub authorizations: Vec<String>,
    pub finalize: String,
    pub certificate: Option<String>,
    pub error: Option<Problem>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Authorization {
    pub status: Status,
    pub identifier: Identifier,
    #[serde(default)]
    pub challenges: Vec<ChallengeObject>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Identifier {
    pub value: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct ChallengeObject {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub token: String,
    pub error: Option<Problem>,
}

/// A problem document of the authority (RFC 9457, RFC 8555 §6.7).
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
pub struct Problem {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    subproblems: Vec<Subproblem>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
struct Subproblem {
    #[serde(default)]
    detail: String,
    identifier: Option<Identifier>,
}

impl Problem {
    #[cfg(test)]
    pub(super) fn new(word: &str, detail: &str) -> Self {
        Self {
            kind: format!("{TYPE}{word}"),
            detail: detail.to_owned(),
            subproblems: Vec::new(),
        }
    }

    /// Reads the problem of a response; one without a document has the status as detail.
    pub(super) fn read(status: u16, body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| Self {
            detail: format!("status {status}"),
            ..Self::default()
        })
    }

    /// Returns the last part of the type: `badNonce`.
    pub(super) fn word(&self) -> &str {
        self.kind.strip_prefix(TYPE).unwrap_or(&self.kind)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.word().is_empty() {
            write!(f, "{}: ", self.word())?;
        }
        f.write_str(&self.detail)?;
        for part in &self.subproblems {
            let host = part.identifier.as_ref().map_or("", |it| it.value.as_str());
            write!(f, "; {host}: {}", part.detail)?;
        }
        Ok(())
    }
}

/// The renewal information of a certificate (RFC 9773 §4.2).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RenewalObject {
    pub suggested_window: WindowObject,
}

/// Both times as in RFC 3339.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct WindowObject {
    pub start: String,
    pub end: String,
}
