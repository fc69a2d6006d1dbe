//! Why something is denied, in words that say how to change it.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use uuid::Uuid;

/// One thing that is missing. In JSON
/// `{"code": "missing_scope", "scope": "tasks:read", "detail": "…"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The person does not have the permission; an administrator can give a role that has it.
    MissingEntitlement {
        /// The permission.
        permission: &'static str,
    },
    /// The person did not let the client do this; the client can ask for the scope.
    MissingScope {
        /// The scope.
        scope: &'static str,
    },
    /// The person did not sign in strongly enough; they can prove a second factor.
    SignInTooWeak {
        /// The `acr` values that do.
        acr_values: &'static [&'static str],
    },
    /// A person whose e-mail address is proved must call; they can confirm theirs.
    Unverified,
    /// The person signed in too long ago; they can sign in again.
    SignInTooOld {
        /// The oldest sign-in that does, in seconds.
        max_age: u64,
    },
}

impl Reason {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingEntitlement { .. } => "missing_entitlement",
            Self::MissingScope { .. } => "missing_scope",
            Self::SignInTooWeak { .. } => "sign_in_too_weak",
            Self::Unverified => "unverified",
            Self::SignInTooOld { .. } => "sign_in_too_old",
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Reason", 3)?;
        object.serialize_field("code", self.code())?;
        match self {
            Self::MissingEntitlement { permission } => {
                object.serialize_field("permission", permission)?;
            }
            Self::MissingScope { scope } => object.serialize_field("scope", scope)?,
            Self::SignInTooWeak { acr_values } => {
                object.serialize_field("acr_values", acr_values)?;
            }
            Self::Unverified => {}
            Self::SignInTooOld { max_age } => object.serialize_field("max_age", max_age)?,
        }
        object.serialize_field("detail", &self.to_string())?;
        object.end()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingEntitlement { permission } => write!(
                f,
                "the account does not have the permission {permission}; \
                 an administrator can assign a role that has it"
            ),
            Self::MissingScope { scope } => write!(
                f,
                "the token does not have the scope {scope}; the application must ask for it"
            ),
            Self::SignInTooWeak { acr_values } => write!(
                f,
                "the sign-in was not strong enough; the application must ask for acr_values {}",
                acr_values.join(" ")
            ),
            Self::Unverified => f.write_str(
                "the caller must be a person whose e-mail address is proved; \
                 it can be confirmed in the account",
            ),
            Self::SignInTooOld { max_age } => write!(
                f,
                "the sign-in was too long ago; the application must ask for max_age {max_age}"
            ),
        }
    }
}

/// Names one denial, in the answer and in the log, so that an administrator can find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DecisionId(Uuid);

impl DecisionId {
    /// A new, random id. It is a name, not a secret.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id as a UUID, to keep it.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for DecisionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
