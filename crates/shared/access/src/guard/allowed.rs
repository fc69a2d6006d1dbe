//! An extractor that proves that a caller may use a route.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::accepted_credentials::AcceptedCredentials;
use super::authentication::authenticate;
use super::error::GuardError;
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
/// Extracted from a request only. The service must hold an [`Access`] as `web::Data<Access>`. The
/// response is 401 without a valid token (or API key, if the route's [`AcceptedCredentials`] accept
/// one), 403 without the permission or the scope, 401 with the required `acr` or `max_age` after
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

impl<G: RouteGuard> FromRequest for Allowed<G> {
    type Error = GuardError;
    type Future = LocalBoxFuture<'static, Result<Self, GuardError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(access) = request.app_data::<web::Data<Access>>() else {
                return Err(GuardError::misconfigured());
            };
            let principal = authenticate(access, &request).await?;
            let admission = AcceptedCredentials::from_request(&request);
            if admission.verified_people_only && !principal.is_verified_user() {
                return Err(GuardError::unverified(&request, &principal));
            }
            permit(access, &request, &principal, &G::REQUIREMENT, &G::ASSURANCE)?;
            Ok(Self {
                principal,
                guard: PhantomData,
            })
        })
    }
}

/// Checks a requirement for an authenticated caller, if it is known only after the request was
/// read, such as the tool that the caller invokes.
///
/// # Errors
/// 403 without the permission or the scope (RFC 6750 §3.1), or for a client that acts for itself where
/// a sign-in is required; 401 after too weak or too old a sign-in (RFC 9470 §3).
pub fn permit(
    access: &Access,
    request: &HttpRequest,
    principal: &Principal,
    requirement: &Requirement,
    required: &Assurance,
) -> Result<(), GuardError> {
    let decision = decide(principal, requirement);
    if !decision.is_allowed() {
        return Err(GuardError::forbidden(access, request, principal, decision));
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
            Err(GuardError::forbidden(access, request, principal, decision))
        }
        _ => Err(GuardError::sign_in(
            access, request, principal, required, reasons,
        )),
    }
}

#[cfg(test)]
mod tests;
