//! Reasons of a denial, with instructions to resolve it.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use uuid::Uuid;

/// A missing requirement. In JSON `{"code": "missing_scope", "scope": "tasks:read", "detail":
/// "…"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A permission that the user lacks; an administrator can assign a role that grants it.
    MissingEntitlement {
        /// Missing permission.
        permission: &'static str,
    },
    /// A scope that the user did not grant to the client; the client can request it.
    MissingScope {
        /// Missing scope.
        scope: &'static str,
    },
    /// A sign-in that is too weak; the user can sign in with a second factor.
    SignInTooWeak {
        /// Accepted `acr` values.
        acr_values: &'static [&'static str],
    },
    /// A caller without a verified e-mail address; the user can verify one.
    Unverified,
    /// A caller without a sign-in, where an operation requires one: no step-up can help.
    UserRequired,
    /// A sign-in that is too old; the user can sign in again.
    SignInTooOld {
        /// Maximum age of the sign-in in seconds.
        max_age: u64,
    },
}

impl Reason {
    /// Returns the stable code of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingEntitlement { .. } => "missing_entitlement",
            Self::MissingScope { .. } => "missing_scope",
            Self::SignInTooWeak { .. } => "sign_in_too_weak",
            Self::Unverified => "unverified",
            Self::UserRequired => "user_required",
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
            Self::Unverified | Self::UserRequired => {}
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
                "the caller must be a user with a verified e-mail address; \
                 the user can verify it on the account page",
            ),
            Self::UserRequired => f.write_str(
                "a user must sign in; a client that acts for itself, or an API key, may not do \
                     this",
            ),
            Self::SignInTooOld { max_age } => write!(
                f,
                "the sign-in was too long ago; the application must ask for max_age {max_age}"
            ),
        }
    }
}

/// The ID of a denial in the response and in the log, by which an administrator can find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct DecisionId(Uuid);

impl DecisionId {
    /// Creates a random ID. The ID is not secret.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Returns the ID as a UUID, for storage.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests;
