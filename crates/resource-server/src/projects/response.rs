//! Steps that requests on a project share: the access check, the response, and the audit event of a
//! read.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use uuid::Uuid;

use super::members;
use super::model::{Confidentiality, MembersView, Project, ProjectView, Sight};
use crate::audit;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::with_tag;
use crate::state::State;
use doorward_policy::Action;

/// Returns the fields of the project that the caller may read.
pub(super) async fn sight(
    state: &State,
    caller: &Caller,
    project: &Project,
) -> Result<Sight, Problem> {
    let object = project.object();
    let sees = async |action| caller.decide(state, action, &object).await;
    Ok(Sight {
        budget: sees(Action::ReadBudget).await?.allowed,
        notes: sees(Action::ReadNotes).await?.allowed,
    })
}

/// Responds with the project, limited to what the caller may read.
pub(super) async fn show(
    state: &State,
    caller: &Caller,
    request: &HttpRequest,
    response: actix_web::HttpResponseBuilder,
    project: &Project,
) -> Result<HttpResponse, Problem> {
    let reads = caller
        .decide(state, Action::ReadMembers, &project.object())
        .await?;
    let members = MembersView {
        count: members::count(&state.db, caller.org(), project.id).await?,
        url: reads.allowed.then(|| list_path(request, project.id)),
    };
    let sight = sight(state, caller, project).await?;
    let view = ProjectView::new(project, sight, Some(members));
    Ok(with_tag(response, project.version, &view))
}

/// Returns the path of the list of members, below the base path of the request.
fn list_path(request: &HttpRequest, project: Uuid) -> String {
    const COLLECTION: &str = "/projects";
    let path = request.path();
    let base = path.find(COLLECTION).map_or("/api", |at| &path[..at]);
    format!("{base}{COLLECTION}/{project}/members/")
}

/// Records the read of a restricted project.
pub(super) async fn saw(state: &State, caller: &Caller, project: &Project) -> Result<(), Problem> {
    if project.confidentiality == Confidentiality::Restricted {
        let about = Some(resource(project.id));
        audit::saw(state, caller, "read", about, json!({})).await?;
    }
    Ok(())
}

/// Returns the name of a project in events and denials.
pub(super) fn resource(id: Uuid) -> String {
    format!("Project/{id}")
}
