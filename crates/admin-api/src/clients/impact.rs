//! The impact of a change of a client, before it is made.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use doorward_admin::clients::{self, Impact};
use doorward_domain::model::ClientChange;
use doorward_http_common::problem::FieldError;
use doorward_web::api::Body;
use doorward_web::api::problem::Problem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::members::ClientPatch;
use super::parse::client_id;
use crate::caller::AdminCaller;
use crate::support::same_id;

/// Converts the members of a change, as the request body of the admin API has them.
///
/// # Errors
/// Returns the error of the first member that cannot be read.
pub fn change_from_json(members: Value) -> Result<ClientChange, FieldError> {
    let patch: ClientPatch = serde_json::from_value(members).map_err(|error| {
        let detail = error.to_string();
        FieldError::parameter("", "invalid", detail)
    })?;
    patch.read().map_err(|problem| {
        let first = problem.errors().first().cloned();
        first.unwrap_or_else(|| FieldError::parameter("", "invalid", problem.to_string()))
    })
}

/// The effect of a change on one setting.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingEffect {
    /// Member of the client.
    setting: &'static str,
    /// `weaker` for less protection or more access, `stronger` for the reverse, otherwise `neutral`.
    effect: &'static str,
}

/// The impact of a change of a client, with the users, sessions and tokens that the client reaches
/// at present.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientImpact {
    /// Changed settings.
    changes: Vec<SettingEffect>,
    /// Number of users with a grant that has not ended.
    users: u64,
    /// Number of their sessions that have not ended.
    sessions: u64,
    /// Number of grants that have not ended, at most 1001.
    grants: u64,
    /// Number of refresh tokens of these grants.
    refresh_tokens: u64,
    /// True if there may be more than was counted: only 1001 grants are read.
    capped: bool,
    /// Seconds until the change holds everywhere: on every replica, and if issued access tokens
    /// keep the former value, until they expire.
    seconds: i64,
}

impl From<Impact> for ClientImpact {
    fn from(impact: Impact) -> Self {
        let changes = impact.changes.iter().map(|change| {
            let member = change.setting.members.first();
            SettingEffect {
                setting: member.copied().unwrap_or(change.setting.name),
                effect: change.effect.as_str(),
            }
        });
        Self {
            changes: changes.collect(),
            users: impact.reach.users,
            sessions: impact.reach.sessions,
            grants: impact.reach.grants,
            refresh_tokens: impact.reach.refresh_tokens,
            capped: impact.reach.is_capped(),
            seconds: impact.seconds,
        }
    }
}

/// Read the impact of a change
///
/// Checks the change as `PATCH` does, and changes nothing. A change that disables the client has the
/// impact of its deletion.
#[utoipa::path(
    operation_id = "admin_read_client_impact",
    tag = "admin",
    request_body = ClientPatch,
    responses((status = 200, description = "The impact", body = ClientImpact)),
    security(("bearer" = []))
)]
#[post("/admin/clients/{id}/impact")]
pub(super) async fn read_impact(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ClientPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let (context, server) = (admin.context(), &admin.call.context);
    let before = clients::get(&context, &client_id(&id)?).await;
    let before = admin.map_result(before).await?;
    let after = clients::plan(&context, server, &before, body.read()?).await;
    let after = admin.map_result(after).await?;
    let impact = clients::impact(&context, server, &before, &after).await;
    let impact = admin.map_result(impact).await?;
    Ok(HttpResponse::Ok().json(ClientImpact::from(impact)))
}
