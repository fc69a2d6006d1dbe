//! `/api/admin/users/{id}/offboard`: the departure of a user.

use doorward_admin::offboarding::{self, Obstacle, Offboarding, Responsibility};
use doorward_admin::users;
use doorward_domain::model::User;
use doorward_services::access_end::EndedAccess;

use crate::caller::{Failure, IfMatchAccount};
use crate::prelude::*;

endpoints! { admin_offboard_user }

/// A departure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OffboardingBody {
    /// ID of the user who takes over; without it, the response lists what has no owner or manager
    /// afterwards.
    successor: Option<String>,
    /// True: nothing changes, and the response has what would be done.
    #[serde(default)]
    dry_run: bool,
    /// False: the user gets no mail that the account is disabled.
    notify: Option<bool>,
}

/// A responsibility of a user who leaves.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Responsibility)]
pub struct ResponsibilityView {
    /// `organization`, `group`, `role`, `profile_field` (of another user, which refers to the user),
    /// `invitation`, `registration_token`, or an object of a feature for which only the user is responsible:
    /// `access_review`.
    kind: &'static str,
    /// ID of the group, the object of a feature or the initial access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Organization (slug).
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// Path of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Name of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// ID of the user whose profile field refers to the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Name of the profile field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Name of the object of a feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// E-mail address of the invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Note of the initial access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The successor does not have it, because: `no_successor`, `no_member` (of the organization of the
    /// group), `manual` (you decide, because it gives rights or is a statement about others) or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Description of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

impl ResponsibilityView {
    fn new(item: Responsibility, obstacle: Option<Obstacle>) -> Self {
        let mut view = Self {
            kind: item.kind(),
            reason: obstacle.as_ref().map(Obstacle::code),
            ..Self::default()
        };
        if let Some(Obstacle::Failed(problem)) = obstacle {
            view.problem = Some(problem);
        }
        match item {
            Responsibility::Organization(slug) => view.organization = Some(slug),
            Responsibility::Group { id, path, org } => {
                view.id = Some(id.to_string());
                view.path = Some(path);
                view.organization = org;
            }
            Responsibility::Role { role, org } => {
                view.role = Some(role);
                view.organization = org;
            }
            Responsibility::ProfileField { user, field } => {
                view.user = Some(user.to_string());
                view.field = Some(field);
            }
            Responsibility::Invitation { org, email } => {
                view.organization = Some(org);
                view.email = Some(email);
            }
            Responsibility::Feature { id, name, .. } => {
                view.id = Some(id);
                view.name = Some(name);
            }
            Responsibility::RegistrationToken { id, note } => {
                view.id = Some(id.to_string());
                view.note = Some(note);
            }
        }
        view
    }
}

view! {
    /// Numbers of access that ended. Those of a dry run end at 1,001.
    #[schema(as = EndedAccess)]
    EndedAccessView(ended: EndedAccess) {
        /// Number of sessions.
        sessions: u64 = ended.sessions;
        /// Number of grants.
        grants: u64 = ended.grants;
        /// Number of API keys.
        api_keys: u64 = ended.api_keys;
        /// Number of trusted devices.
        trusted_devices: u64 = ended.trusted_devices;
    }
}

view! {
    /// The result of a departure.
    #[schema(as = Offboarding)]
    OffboardingView(done: Offboarding, user: UserId, successor: Option<UserId>, is_dry_run: bool) {
        /// ID of the user.
        id: String = user.to_string();
        /// ID of the user who takes over.
        successor?: String = successor.map(|id| id.to_string());
        /// True if nothing was changed.
        dry_run: bool = is_dry_run;
        /// True if the account was active before.
        was_active: bool = done.was_active;
        /// Access that ended; in a dry run, that would end.
        ended: EndedAccessView = EndedAccessView::new(done.ended);
        /// Ownership of organizations and management of groups that the successor has now.
        moved: Vec<ResponsibilityView> = {
            let moved = done.moved.into_iter();
            moved.map(|item| ResponsibilityView::new(item, None)).collect()
        };
        /// Responsibilities that did not move, at most 100 of each kind except organizations and groups.
        left: Vec<ResponsibilityView> = {
            let left = done.left.into_iter();
            left.map(|(item, why)| ResponsibilityView::new(item, Some(why))).collect()
        };
    }
}

/// Offboard a user
///
/// Disables the account, which ends sessions, grants, API keys and trusted devices, and makes the
/// successor an owner of the user's organizations and the manager of the user's groups. Roles, profile
/// fields of others, invitations and initial access tokens are listed. Repeat the request to move what is
/// left. Requires the role `admin`.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 200, description = "Done, or planned", body = OffboardingView)),
)]
#[post("/admin/users/{id}/offboard")]
async fn admin_offboard_user(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<OffboardingBody>,
) -> Answer {
    let (body, context) = (body.0, admin.context_with_version()?);
    let user = users::read(&context, &id).await?;
    let successor = successor(&context, body.successor.as_deref()).await?;
    let done = if body.dry_run {
        offboarding::plan(&context, &user, successor.as_ref()).await?
    } else {
        let notify = body.notify.unwrap_or(true);
        Box::pin(offboarding::run(
            &context,
            &user,
            successor.as_ref(),
            notify,
        ))
        .await?
    };
    let successor = successor.map(|successor| successor.id);
    let view = OffboardingView::new(done, user.id, successor, body.dry_run);
    Ok(HttpResponse::Ok().json(view))
}

async fn successor(context: &AdminContext<'_>, id: Option<&str>) -> Result<Option<User>, Failure> {
    let Some(id) = id else {
        return Ok(None);
    };
    match users::read(context, id).await {
        Err(AdminError::NotFound { .. }) => {
            Err(wrong("successor", "invalid", "Must be the ID of a user.").into())
        }
        found => Ok(Some(found?)),
    }
}
