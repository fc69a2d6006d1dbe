//! The caller as policies see it: token, project memberships and request context.

use std::sync::Arc;

use actix_web::HttpRequest;
use doorward_access::Principal;

use crate::access_log;
use crate::origin::Origin;
use crate::policy::{Action, Kind, Object, PolicyDecision, PolicyPrincipal, Selection, Situation};
use crate::problem::Problem;
use crate::projects::memberships;
use crate::state::State;

/// The caller of a request and the context for policies.
pub(crate) struct Caller {
    pub principal: Arc<Principal>,
    pub person: PolicyPrincipal,
    pub situation: Situation,
    pub origin: Origin,
}

impl Caller {
    /// Loads the caller of a request whose token was verified.
    pub(crate) async fn from_request(
        state: &State,
        request: &HttpRequest,
        principal: &Arc<Principal>,
    ) -> Result<Self, Problem> {
        access_log::record_caller(request, principal);
        let org = principal.org.as_deref().unwrap_or_default();
        let memberships = memberships(&state.db, org, &principal.subject).await?;
        Ok(Self {
            principal: Arc::clone(principal),
            person: PolicyPrincipal::new(principal, &memberships),
            situation: state.situation(request, principal),
            origin: Origin::from_request(request),
        })
    }

    /// Returns the organization of the caller; empty for none.
    pub(crate) fn org(&self) -> &str {
        &self.person.org
    }

    /// Evaluates the policies for this object.
    pub(crate) fn decide(&self, state: &State, action: Action, object: &Object) -> PolicyDecision {
        state
            .policies
            .decide(&self.person, action, object, &self.situation)
    }

    /// Selects the objects of the caller's organization that the policies permit.
    pub(crate) fn select(&self, state: &State, action: Action, kind: Kind) -> Selection {
        let mut selection = state
            .policies
            .select(&self.person, action, kind, &self.situation);
        // The organization is a condition of every statement, so it need not be checked again.
        let org = crate::policy::Scalar::Text(self.org().to_owned());
        selection.filter = selection.filter.assume(&["org".to_owned()], &org);
        selection
    }
}
