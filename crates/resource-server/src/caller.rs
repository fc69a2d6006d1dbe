//! Who calls, as rules see them: the token, the projects they belong to, and the situation.

use std::sync::Arc;

use actix_web::HttpRequest;
use doorward_access::Principal;

use crate::policy::{Action, Kind, Object, PolicyDecision, PolicyPrincipal, Selection, Situation};
use crate::problem::Problem;
use crate::projects::memberships;
use crate::state::State;

/// Who calls, and in what situation.
pub(crate) struct Caller {
    pub principal: Arc<Principal>,
    pub person: PolicyPrincipal,
    pub situation: Situation,
}

impl Caller {
    /// The sender of this request, whose token was verified.
    pub(crate) async fn of(
        state: &State,
        request: &HttpRequest,
        principal: &Arc<Principal>,
    ) -> Result<Self, Problem> {
        let org = principal.org.as_deref().unwrap_or_default();
        let memberships = memberships(&state.db, org, &principal.subject).await?;
        Ok(Self {
            principal: Arc::clone(principal),
            person: PolicyPrincipal::new(principal, &memberships),
            situation: state.situation(request, principal),
        })
    }

    /// The tenant whose rows the caller works on; empty for none.
    pub(crate) fn org(&self) -> &str {
        &self.person.org
    }

    /// What the rules say about this object.
    pub(crate) fn decide(&self, state: &State, action: Action, object: &Object) -> PolicyDecision {
        state
            .policies
            .decide(&self.person, action, object, &self.situation)
    }

    /// The objects of the caller's tenant that the rules let through.
    pub(crate) fn select(&self, state: &State, action: Action, kind: Kind) -> Selection {
        let mut selection = state
            .policies
            .select(&self.person, action, kind, &self.situation);
        // Every statement carries the tenant, so that it need not be asked for again.
        let org = crate::policy::Scalar::Text(self.org().to_owned());
        selection.filter = selection.filter.assume(&["org".to_owned()], &org);
        selection
    }
}
