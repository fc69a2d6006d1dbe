//! Results of operations (RFC 4511 §4.1.9).

use doorward_services::error::ServerError;
use doorward_store::StoreError;
use ldap3_proto::proto::{LdapResult, LdapResultCode as Code};

/// The end of an operation.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    pub code: Code,
    pub message: String,
    /// The entry above one that does not exist.
    pub matched: String,
}

pub type Result<T> = std::result::Result<T, Outcome>;

impl Outcome {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            matched: String::new(),
        }
    }

    pub fn success() -> Self {
        Self::new(Code::Success, "")
    }

    /// Returns the end of an operation that this server does not have.
    pub fn read_only() -> Self {
        Self::new(Code::UnwillingToPerform, "this directory is read-only")
    }

    pub fn into_result(self) -> LdapResult {
        LdapResult {
            code: self.code,
            matcheddn: self.matched,
            message: self.message,
            referral: Vec::new(),
        }
    }

    /// Returns the result in one word, for the metric.
    pub const fn word(&self) -> &'static str {
        match self.code {
            Code::Success | Code::CompareTrue | Code::CompareFalse => "success",
            Code::InvalidCredentials => "invalid_credentials",
            Code::InsufficentAccessRights => "insufficient_access",
            Code::NoSuchObject => "no_such_object",
            Code::SizeLimitExceeded | Code::AdminLimitExceeded => "limit",
            Code::Busy | Code::Unavailable => "unavailable",
            Code::UnwillingToPerform => "unwilling",
            _ => "rejected",
        }
    }
}

impl From<ServerError> for Outcome {
    /// Logs the error; the client learns only whether to try again.
    fn from(error: ServerError) -> Self {
        tracing::error!(%error, "LDAP operation failed");
        match error {
            ServerError::Unavailable(_) => Self::new(Code::Unavailable, "try again later"),
            ServerError::Internal(_) => Self::new(Code::Other, "internal error"),
        }
    }
}

impl From<StoreError> for Outcome {
    fn from(error: StoreError) -> Self {
        ServerError::from(error).into()
    }
}
