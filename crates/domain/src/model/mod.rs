//! The nouns of the identity server, as values without behaviour that needs the outside world.

pub mod audit;
pub mod client;
pub mod code;
pub mod consent;
pub mod email_token;
pub mod grant;
pub mod id;
pub mod interaction;
pub mod job;
pub mod rbac;
pub mod refresh_token;
pub mod scope;
pub mod second_factor;
pub mod session;
pub mod user;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use audit::{AuditEvent, AuditKind};
pub use client::{Client, ClientKind, PkceException};
pub use code::Code;
pub use consent::Consent;
pub use email_token::{EmailPurpose, EmailToken};
pub use grant::{Grant, RevokeReason};
pub use id::{
    AssignmentId, AttemptId, AuditId, ClientId, ConsentId, GrantId, InteractionId, JobId,
    SessionId, UserId,
};
pub use interaction::Interaction;
pub use job::{Job, JobKind};
pub use rbac::{Assignment, EffectiveRoles, Permission, Role, SubjectKind};
pub use refresh_token::{RefreshContext, RefreshToken};
pub use scope::{Resource, ScopeEntry};
pub use second_factor::{FirstProof, PendingSignIn, TotpFactor};
pub use session::{Authentication, EndReason, Session};
pub use user::{Address, Profile, User};
