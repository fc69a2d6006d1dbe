//! An extractor that proves that a caller may use a route.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use super::error::GuardError;
use super::request::{Request, Target};
use crate::access::Access;
use crate::principal::Principal;
use crate::rbac::{Assurance, Decision, Reason, Requirement, assurance, decide};

/// Names a permission for [`Allowed`]: `permission!(ReadTasks = "tasks:read");`. The caller must
/// have it, and the token's scope must cover it.
///
/// ```
/// use doorward_access::prelude::*;
///
/// permission!(ReadTasks = "tasks:read");
/// permission!(
///     /// May see everybody's tasks; the scope to see one's own covers it.
///     pub ReadAllTasks = "tasks:read_all", covered by "tasks:read"
/// );
/// assert_eq!(ReadTasks::REQUIREMENT, Requirement::permission("tasks:read"));
/// assert_eq!(ReadAllTasks::REQUIREMENT.scope, "tasks:read");
/// ```
///
/// A text that is not a valid permission does not compile:
///
/// ```compile_fail,E0080
/// doorward_access::permission!(ReadTasks = "read tasks");
/// ```
#[macro_export]
macro_rules! permission {
    ($(#[$about:meta])* $visible:vis $name:ident = $permission:literal) => {
        $crate::permission!($(#[$about])* $visible $name = $permission, covered by $permission);
    };
    (
        $(#[$about:meta])*
        $visible:vis $name:ident = $permission:literal, covered by $scope:literal
    ) => {
        $(#[$about])*
        $visible struct $name;
        impl $crate::guard::RouteGuard for $name {
            const REQUIREMENT: $crate::rbac::Requirement =
                $crate::rbac::Requirement::covered_by($permission, $scope);
        }
        const _: () = assert!(
            $crate::rbac::Permission::is_codename($permission),
            "a permission is written resource:action"
        );
    };
}

/// The requirements of a route; implemented by a marker type for each requirement.
pub trait RouteGuard: 'static {
    /// Permission and scope that every caller must have.
    const REQUIREMENT: Requirement;

    /// Required strength and age of the sign-in (RFC 9470); by default any valid token suffices.
    const ASSURANCE: Assurance = Assurance::ANY;
}

/// Evidence that the caller is authenticated and meets the requirement of `G`.
///
/// Extracted from a request only, by actix-web or axum. The service must hold an [`Access`], which the
/// route tables see to. The response is 401 without a valid token (or API key, if the route's
/// [`AcceptedCredentials`](super::AcceptedCredentials) accept one), 403 without the permission or the scope, 401 with the required `acr` or `max_age` after
/// too weak or too old a sign-in (RFC 9470), 403 for a client that acts for itself where a sign-in is
/// required, and 503 without the issuer's keys.
pub struct Allowed<G: RouteGuard> {
    /// The authenticated caller.
    pub principal: Arc<Principal>,
    guard: PhantomData<fn() -> G>,
}

impl<G: RouteGuard> Deref for Allowed<G> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl<G: RouteGuard> fmt::Debug for Allowed<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allowed")
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

impl<G: RouteGuard> Allowed<G> {
    /// Checks the requirements of `G` for the sender of a request.
    pub(crate) fn admit(
        access: &Access,
        request: &Request<'_>,
        principal: Arc<Principal>,
    ) -> Result<Self, GuardError> {
        let target = request.target;
        if request.admission.verified_people_only && !principal.is_verified_user() {
            return Err(GuardError::unverified(target, &principal));
        }
        permit(access, target, &principal, &G::REQUIREMENT, &G::ASSURANCE)?;
        Ok(Self {
            principal,
            guard: PhantomData,
        })
    }
}

/// Checks a requirement for an authenticated caller.
pub(crate) fn permit(
    access: &Access,
    target: Target<'_>,
    principal: &Principal,
    requirement: &Requirement,
    required: &Assurance,
) -> Result<(), GuardError> {
    let decision = decide(principal, requirement);
    if !decision.is_allowed() {
        return Err(GuardError::forbidden(access, target, principal, decision));
    }
    // After the permission: a stronger sign-in does not help a caller without it.
    let reasons = assurance::lacks(principal, required, access.clock().now());
    match reasons.as_slice() {
        [] => Ok(()),
        [Reason::UserRequired] => {
            let decision = Decision {
                requirement: *requirement,
                reasons,
            };
            Err(GuardError::forbidden(access, target, principal, decision))
        }
        _ => Err(GuardError::sign_in(
            access, target, principal, required, reasons,
        )),
    }
}

#[cfg(test)]
#[cfg(feature = "actix")]
mod tests;
