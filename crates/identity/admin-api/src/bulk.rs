//! `/api/admin/bulk`: changes of many users.

use std::collections::BTreeMap;

use doorward_admin::bulk::{self, NewBulkChange};
use doorward_admin::bulk_step;
use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkFailure, BulkSelection, GroupId, StopReason,
};
use doorward_rules::bulk::MAX_FAILURES;
use url::form_urlencoded::Serializer;

use crate::prelude::*;

endpoints! { admin_start_bulk_change, admin_read_bulk_change, admin_stop_bulk_change }

/// A bulk change to start. Choose the users by `ids` or by `filter`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBulkChangeBody {
    /// `disable`, `enable`, `end_sessions`, `add_to_group`, `verify_email` or `change_email_domain`.
    #[schema(example = "disable")]
    action: String,
    /// IDs of 1 to 50 users.
    ids: Option<Vec<String>>,
    /// Filter of the list of users, such as `{"state": "active"}`; an empty object chooses all users.
    filter: Option<BTreeMap<String, String>>,
    /// ID of the group, for `add_to_group` only.
    group: Option<String>,
    /// Old domain of `change_email_domain`: only addresses in it change, and stay verified. An address that
    /// another account has is not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_domain: Option<String>,
    /// New domain of `change_email_domain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_domain: Option<String>,
    /// False: the users get no mail about the change. Only an administrator with the role `admin` may set
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notify: Option<bool>,
}

view! {
    /// A user that was not changed.
    #[schema(as = BulkFailure)]
    BulkFailureView(failure: BulkFailure) {
        /// ID of the user.
        user: String = failure.user.to_string();
        /// `not_found`, `still_needed`, `taken` (address of another account), `invalid_address`,
        /// `server_error`, or the rule of the denial, such as `not_to_oneself` or `more_powerful`.
        reason: String = failure.reason;
    }
}

view! {
    /// A bulk change.
    #[schema(as = BulkChange)]
    BulkChangeView(change: BulkChange, failures: Vec<BulkFailure>) {
        /// ID, the `batch` in the audit events of its users.
        id: String = change.id.to_string();
        /// `disable`, `enable`, `end_sessions`, `add_to_group`, `verify_email` or `change_email_domain`.
        action: &'static str = change.action.as_str();
        /// `running`, `done` or `stopped`.
        state: &'static str = change.state.as_str();
        /// Reason of a stop: `requested`, `starter_deleted`, `starter_disabled`, `permission_lost` or
        /// `interrupted`.
        stop_reason?: &'static str = change.stop_reason.map(StopReason::as_str);
        /// ID of the user or client that started it; empty for the command line.
        started_by: String = change.starter;
        /// ID of the group.
        group?: String = change.group.map(|id| id.to_string());
        /// Old domain of the addresses.
        from_domain?: String = change.email_domains.as_ref().map(|domains| domains.from.clone());
        /// New domain of the addresses.
        to_domain?: String = change.email_domains.as_ref().map(|domains| domains.to.clone());
        /// False if the users get no mail about the change.
        notify: bool = change.notify;
        /// Number of users at the start; absent: too many accounts to check for it.
        total?: u64 = change.total;
        /// Number of users that are in the requested state.
        done: u64 = change.done;
        /// Number of users that were not changed.
        failed: u64 = change.failed;
        /// At most 1,000 of these users.
        failures: Vec<BulkFailureView> = failures.into_iter().map(BulkFailureView::new).collect();
        /// Time of the start (RFC 3339).
        created_at: Time = change.created_at;
        /// Time of the end (RFC 3339); absent while it is running.
        ended_at?: Time = change.ended_at;
    }
}

async fn load(context: &AdminContext<'_>, change: BulkChange) -> Result<BulkChangeView> {
    let failures = bulk::failures(context, &change, None, MAX_FAILURES).await?;
    Ok(BulkChangeView::new(change, failures))
}

/// Change many users
///
/// At most 50 users are changed before the response; more are changed afterwards, by the present rights
/// of the caller. Each user is changed as by the endpoint for one user: the own account and users with
/// more permissions are not changed, and are listed in `failures`.
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Started, and done if `state` is `done`", body = BulkChangeView)),
)]
#[post("/admin/bulk")]
async fn admin_start_bulk_change(admin: AdminCaller, body: Json<NewBulkChangeBody>) -> Answer {
    let body = body.0;
    let new = new_change(&body)?;
    let permission = bulk_step::permission(new.action);
    let work = async |context: AdminContext<'_>| {
        let change = bulk::start(&context, new).await?;
        created(&context, change).await
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let id = BulkChangeId::parse(&stored.id);
        let id = id.ok_or_else(|| AdminError::NotFound {
            kind: "bulk change",
            name: stored.id.clone(),
        })?;
        created(context, bulk::get(context, id).await?).await
    };
    idempotency::create(&admin, admin.context(), permission, &body, work, again).await
}

fn new_change(body: &NewBulkChangeBody) -> Result<NewBulkChange, Problem> {
    let action = BulkAction::parse(&body.action).ok_or_else(|| {
        let detail = "Must be disable, enable, end_sessions, add_to_group, verify_email or \
                      change_email_domain.";
        wrong("action", "invalid", detail)
    })?;
    let selection = match (&body.ids, &body.filter) {
        (Some(ids), None) => {
            let ids = ids.iter().map(|id| UserId::parse(id));
            let ids = ids.collect::<Option<Vec<_>>>();
            let invalid = || wrong("ids", "invalid", "Must be the IDs of users.");
            BulkSelection::Users(ids.ok_or_else(invalid)?)
        }
        (None, Some(filter)) => {
            let mut query = Serializer::new(String::new());
            BulkSelection::Filter(query.extend_pairs(filter).finish())
        }
        _ => return Err(wrong("ids", "required", "Send either ids or filter.")),
    };
    let group = body.group.as_deref();
    let group = group.map(|id| {
        let invalid = || wrong("group", "invalid", "Must be the ID of a group.");
        GroupId::parse(id).ok_or_else(invalid)
    });
    Ok(NewBulkChange {
        id: None,
        action,
        group: group.transpose()?,
        domains: body.from_domain.clone().zip(body.to_domain.clone()),
        notify: body.notify.unwrap_or(true),
        selection,
    })
}

async fn created(context: &AdminContext<'_>, change: BulkChange) -> Result<CreatedResource> {
    let location = format!("/api/admin/bulk/{}", change.id);
    let view = load(context, change).await?;
    Ok(created_response(&view, location, None))
}

/// Read a bulk change
///
/// It is kept for 30 days. The change of another administrator requires `system:read`.
#[utoipa::path(responses((status = 200, description = "The bulk change", body = BulkChangeView)))]
#[get("/admin/bulk/{id}")]
async fn admin_read_bulk_change(admin: AdminCaller, id: Path<String>) -> Answer {
    let (id, context) = (parse(&id)?, admin.context());
    let change = bulk::get(&context, id).await?;
    let view = load(&context, change).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Stop a bulk change
///
/// The users that were changed stay changed. The change of another administrator requires
/// `system:write`.
#[utoipa::path(responses((status = 204, description = "Stopped")))]
#[post("/admin/bulk/{id}/stop")]
async fn admin_stop_bulk_change(admin: AdminCaller, id: Path<String>) -> Answer {
    let id = parse(&id)?;
    bulk::stop(&admin.context(), id).await?;
    Ok(no_content())
}

fn parse(id: &str) -> Result<BulkChangeId, Problem> {
    BulkChangeId::parse(id).ok_or_else(Problem::not_found)
}
