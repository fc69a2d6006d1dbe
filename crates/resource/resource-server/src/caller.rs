//! The caller as policies see it: token, project memberships and request context.
//!
//! A caller may have very many memberships. Those of a caller with few are read at once; of others,
//! only those in the projects that a decision is about. Neither the cost of a request nor the size
//! of its records depends on their number.

use std::collections::BTreeSet;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use doorward_access::Principal;
use doorward_policy::principal::{Extent, Memberships};
use doorward_policy::{
    Action, Engine, Kind, Object, PolicyDecision, PolicyPrincipal, Selection, Situation, Value,
};
use sea_orm::{DatabaseConnection, DbErr};
use uuid::Uuid;

use crate::access_log;
use crate::address::Origin;
use crate::members::{join_memberships, memberships, memberships_in};
use crate::problem::Result;
use crate::request::{expected_version, object_id};
use crate::state::State;

/// Maximum number of memberships that are read at once. A page of a list reads one index range for
/// each of them.
const FEW_MEMBERSHIPS: u64 = 64;

/// The request of a handler, and the state of the server.
pub(crate) struct Call {
    pub request: HttpRequest,
    pub state: web::Data<State>,
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let state = web::Data::from_request(request, payload).into_inner();
        let request = request.clone();
        ready(state.map(|state| Self { request, state }))
    }
}

impl Call {
    /// Loads the caller, whose token was verified.
    pub(crate) async fn caller(&self, principal: &Arc<Principal>) -> Result<Caller<'_>> {
        Caller::from_request(&self.state, &self.request, principal).await
    }

    /// Returns the ID of the object in the path, and the version of it that the request expects.
    pub(crate) fn target(&self) -> Result<(Uuid, Option<i64>)> {
        Ok((object_id(&self.request)?, expected_version(&self.request)?))
    }
}

/// The caller of a request, the context for policies, and the policies.
pub(crate) struct Caller<'a> {
    pub principal: Arc<Principal>,
    pub situation: Situation,
    pub origin: Origin,
    pub db: &'a DatabaseConnection,
    pub policies: &'a Engine,
    org: String,
    known: Mutex<KnownMemberships>,
}

struct KnownMemberships {
    memberships: Memberships,
    extent: Extent,
    looked_up: BTreeSet<Uuid>,
    person: Arc<PolicyPrincipal>,
}

impl<'a> Caller<'a> {
    /// Loads the caller of a request whose token was verified.
    pub(crate) async fn from_request(
        state: &'a State,
        request: &HttpRequest,
        principal: &Arc<Principal>,
    ) -> Result<Self> {
        access_log::record_caller(request, principal);
        let situation = state.situation(request, principal);
        let origin = Origin::from_request(request);
        let principal = Arc::clone(principal);
        Ok(Self::load(&state.db, &state.policies, principal, situation, origin).await?)
    }

    pub(crate) async fn load(
        db: &'a DatabaseConnection,
        policies: &'a Engine,
        principal: Arc<Principal>,
        situation: Situation,
        origin: Origin,
    ) -> Result<Self, DbErr> {
        let org = principal.org.clone().unwrap_or_default();
        let most = (!policies.needs_all_memberships()).then_some(FEW_MEMBERSHIPS);
        let (memberships, extent) = match memberships(db, &org, &principal.subject, most).await? {
            Some(all) if all.projects.len() as u64 <= FEW_MEMBERSHIPS => (all, Extent::Few),
            Some(all) => (all, Extent::Many),
            None => (Memberships::default(), Extent::Some),
        };
        let person = person(&principal, &memberships, extent);
        let known = KnownMemberships {
            memberships,
            extent,
            looked_up: BTreeSet::new(),
            person,
        };
        Ok(Self {
            principal,
            situation,
            origin,
            db,
            policies,
            org,
            known: Mutex::new(known),
        })
    }
}

impl Caller<'_> {
    /// Returns the organization of the caller; empty for none.
    pub(crate) fn org(&self) -> &str {
        &self.org
    }

    pub(crate) fn subject(&self) -> &str {
        &self.principal.subject
    }

    /// Returns the principal with the memberships that were read so far.
    pub(crate) fn person(&self) -> Arc<PolicyPrincipal> {
        Arc::clone(&self.known().person)
    }

    /// Returns the principal with these memberships instead of the token's.
    pub(crate) fn with(&self, memberships: &Memberships) -> PolicyPrincipal {
        PolicyPrincipal::with_memberships(&self.principal, memberships, self.known().extent)
    }

    /// Returns the memberships that were read so far, among them those in the project.
    pub(crate) async fn memberships_with(&self, project: Uuid) -> Result<Memberships, DbErr> {
        self.look_up([project]).await?;
        Ok(self.known().memberships.clone())
    }

    /// Reads the memberships in these projects, unless they are known.
    async fn look_up(&self, projects: impl IntoIterator<Item = Uuid>) -> Result<(), DbErr> {
        let unknown: Vec<Uuid> = {
            let known = self.known();
            if known.extent != Extent::Some {
                return Ok(());
            }
            let is_unknown = |id: &Uuid| !known.looked_up.contains(id);
            projects.into_iter().filter(is_unknown).collect()
        };
        if unknown.is_empty() {
            return Ok(());
        }
        let memberships = memberships_in(self.db, &self.org, self.subject(), &unknown).await?;
        let mut known = self.known();
        known.looked_up.extend(unknown);
        if !memberships.projects.is_empty() {
            join_memberships(&mut known.memberships, memberships);
            known.person = person(&self.principal, &known.memberships, known.extent);
        }
        Ok(())
    }

    pub(crate) async fn decide(
        &self,
        action: Action,
        object: &Object,
    ) -> Result<PolicyDecision, DbErr> {
        self.look_up(projects_of(object)).await?;
        let person = self.person();
        Ok(self
            .policies
            .decide(&person, action, object, &self.situation))
    }

    /// Selects the objects of the caller's organization that the policies permit.
    pub(crate) fn select(&self, action: Action, kind: Kind) -> Selection {
        let person = self.person();
        let mut selection = self.policies.select(&person, action, kind, &self.situation);
        // The organization is a condition of every statement, so it need not be checked again.
        let org = doorward_policy::Scalar::Text(self.org().to_owned());
        selection.filter = selection.filter.assume(&["org".to_owned()], &org);
        selection
    }

    fn known(&self) -> MutexGuard<'_, KnownMemberships> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn person(
    principal: &Principal,
    memberships: &Memberships,
    extent: Extent,
) -> Arc<PolicyPrincipal> {
    let person = PolicyPrincipal::with_memberships(principal, memberships, extent);
    Arc::new(person)
}

/// Returns the projects that a decision on the object can depend on: the object itself, and those
/// that its attributes name.
fn projects_of(object: &Object) -> BTreeSet<Uuid> {
    let own = (object.kind == Kind::Project).then(|| object.id.clone());
    let named = object.facts.values().filter_map(|value| match value {
        Value::Entity(Kind::Project, id) => Some(id.clone()),
        _ => None,
    });
    let all = own.into_iter().chain(named);
    all.filter_map(|id| Uuid::try_parse(&id).ok()).collect()
}
