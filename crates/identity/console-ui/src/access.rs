//! The administrators who may open a page of the console.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::providers::require_admin;

/// The administrators who may open a page.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Each of them; the operation decides.
    Any,
    /// Those with the role `admin`.
    Admin,
    /// Like `Admin`; the operation denies the change of others, and its answer says why.
    AdminChange,
    /// Those with this permission for the whole deployment.
    Global(&'static str),
    /// Those with this permission for the whole deployment, if a condition holds.
    GlobalIf(&'static str, fn(&AdminContext<'_>) -> bool),
    /// Those with this permission, also in one organization.
    Scoped(&'static str),
}

impl Access {
    pub fn check(self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        match self {
            Self::Any => Ok(()),
            Self::Admin | Self::AdminChange => require_admin(context),
            Self::Global(permission) => context.require_global(permission),
            Self::GlobalIf(permission, has) => {
                context.require_global(permission)?;
                let missing = || AdminError::not_found("page", "");
                has(context).then_some(()).ok_or_else(missing)
            }
            Self::Scoped(permission) => context.need(permission),
        }
    }
}
