//! Authentication of administrators, and conversion of use-case errors to problems.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use doorward_admin::authority::Authority;
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{bearer, decisions};
use doorward_domain::model::SubjectKind;
use doorward_http_common::problem::FieldError;
use doorward_oauth::userinfo::AccessTokenError;
use doorward_protocol::params;
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::names::ADMIN_SCOPE;
use doorward_services::remediation::OUT_OF_SCOPE;
use doorward_web::api::bearer::{reauthenticate, token, unusable};
use doorward_web::api::body::field_error;
use doorward_web::api::denial;
use doorward_web::api::paging::Page;
use doorward_web::api::problem::{Denial, Kind, Problem, no_mail};
use doorward_web::api::request::ApiRequest;
use doorward_web::request::received_request;
use futures_util::future::LocalBoxFuture;
use utoipa::IntoParams;

/// The version of the object to change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header field")]
pub(super) struct IfMatch {
    /// ETag of the version that was read
    #[param(rename = "If-Match")]
    version: String,
}

/// The reason for a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header field")]
pub(super) struct ReasonHeader {
    /// Reason for the user and the audit log, URL-encoded, at most 200 characters
    #[param(rename = "X-Doorward-Reason")]
    reason: Option<String>,
}

pub(super) type Answer = Result<HttpResponse, Failure>;

/// The problem of a handler. An error of a use case becomes one by `?`; the middleware records a
/// denial.
#[derive(Debug)]
pub struct Failure(Problem);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        Self(problem(error))
    }
}

impl From<Failure> for actix_web::Error {
    fn from(failure: Failure) -> Self {
        failure.0.into()
    }
}

/// An authenticated administrator. As a handler argument it rejects requests without a token for
/// this server with the scope `admin`, and changes without a recent authentication. The check is in
/// the extractor, so that no endpoint can omit it.
#[derive(Debug)]
pub struct AdminCaller {
    pub call: ApiRequest,
    authority: Authority,
    reason: Option<ChangeReason>,
}

impl FromRequest for AdminCaller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let call = ApiRequest::from_request(request);
        Box::pin(async move {
            let call = call?;
            let presented = token(&call)?;
            let found = bearer::authenticate(&call.context, &presented).await;
            let known = found.map_err(to_problem)?;
            denial::store_details(call.request(), denial_details(&known.authority));
            call.request()
                .extensions_mut()
                .insert(known.authority.clone());
            if let Some(client) = &known.authority.client_id {
                received_request::record_client(call.request(), client);
            }
            if known.authority.kind == SubjectKind::User {
                received_request::record_user(call.request(), &known.authority.id);
            }
            let is_stale = is_change(call.request()) && !known.is_fresh(&call.context).await?;
            let (needed, _) = ADMIN_SCOPE;
            if !known.scope.contains(needed) {
                let denial = DelegationDenial::missing(DelegationRule::NeedsScope, needed);
                return Err(problem(denial.into()));
            }
            if is_stale {
                return Err(reauthenticate());
            }
            let reason = reason(call.request())?;
            Ok(Self {
                call,
                authority: known.authority,
                reason,
            })
        })
    }
}

/// Clears the caches of the objects that a change concerns, when its handler ends.
impl Drop for AdminCaller {
    fn drop(&mut self) {
        if is_change(self.call.request()) {
            self.call.context.directory.clear_administered();
        }
    }
}

impl AdminCaller {
    pub fn context(&self) -> AdminContext<'_> {
        let (authority, caller) = (self.authority.clone(), self.call.caller.clone());
        AdminContext::of_server(&self.call.context, authority, caller)
            .with_reason(self.reason.clone())
    }

    /// Returns the administrator's context for a change, with the version in `If-Match` (RFC 6585
    /// §3).
    pub fn context_with_version(&self) -> Result<AdminContext<'_>, Problem> {
        let mut fields = self.call.request().headers().get_all(IF_MATCH);
        let (Some(seen), None) = (fields.next(), fields.next()) else {
            let detail = "Send If-Match with the ETag of the version that you have read.";
            return Err(Problem::new(Kind::VersionRequired, detail));
        };
        let seen = seen.to_str().unwrap_or_default();
        Ok(AdminContext {
            seen: Some(seen.to_owned()),
            ..self.context()
        })
    }

    pub fn page(&self, filters: &[&str]) -> Result<Page<'_>, Problem> {
        Page::of(&self.call, self.id(), filters)
    }

    pub fn id(&self) -> &str {
        &self.authority.id
    }

    pub fn org(&self) -> Option<&str> {
        self.authority.org.as_deref()
    }
}

#[derive(Debug)]
enum Denied {
    /// A rule of delegation decided.
    Rule(DelegationDenial),
    /// The object is outside the administrator's organization, whether it exists elsewhere or not:
    /// the response does not reveal which.
    OutOfScope { kind: &'static str, name: String },
}

impl Denial for Denied {
    fn record<'a>(
        &'a self,
        request: &'a HttpRequest,
    ) -> LocalBoxFuture<'a, Result<Option<String>, Problem>> {
        Box::pin(async move {
            let authority = request.extensions().get::<Authority>().cloned();
            let Some(authority) = authority else {
                return Ok(None);
            };
            let call = ApiRequest::from_request(request)?;
            let attempt = denial::attempt(request);
            let (kind, name) = match self {
                Self::Rule(denial) => {
                    let context = AdminContext::of_server(&call.context, authority, call.caller);
                    let decision = decisions::deny(&context, denial, &attempt).await;
                    return decision.map(|id| Some(id.to_string())).map_err(problem);
                }
                Self::OutOfScope { kind, name } => (*kind, name.clone()),
            };
            let Some(org) = &authority.org else {
                return Ok(None);
            };
            let denied = DeniedRequest {
                rule: OUT_OF_SCOPE,
                status: Kind::NotFound.status().as_u16(),
                attempt: &attempt,
                details: DenialDetails {
                    because: Some(format!("there is no such {kind} in {org}")),
                    hidden: Some((kind, name)),
                    ..denial_details(&authority)
                },
            };
            let (core, denials) = (&call.context.core, &call.context.limits.denials);
            let kept = denials.record(&core.db, core.now(), &denied, &call.caller);
            Ok(Some(kept.await.to_string()))
        })
    }
}

/// Returns the reason in `X-Doorward-Reason`. It is URL-encoded, because values of header fields are
/// ASCII (RFC 9110 §5.5).
fn reason(request: &HttpRequest) -> Result<Option<ChangeReason>, Problem> {
    let mut fields = request.headers().get_all("x-doorward-reason");
    let text = match (fields.next(), fields.next()) {
        (None, _) => return Ok(None),
        (Some(field), None) => params::decode(field.as_bytes()).ok(),
        _ => None,
    };
    let reason = text.and_then(|text| ChangeReason::parse(&text).ok());
    reason.map(Some).ok_or_else(|| {
        let detail = "Send 1 to 200 characters, URL-encoded, no control characters.";
        Problem::parameter("X-Doorward-Reason", "invalid", detail)
    })
}

fn is_change(request: &HttpRequest) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD)
}

fn denial_details(authority: &Authority) -> DenialDetails {
    DenialDetails {
        actor: Some(authority.id.clone()),
        client_id: authority.client_id.clone(),
        org: authority.org.clone(),
        ..DenialDetails::default()
    }
}

fn to_problem(error: FlowError<AccessTokenError>) -> Problem {
    match error {
        FlowError::Server(server_error) => server_error.into(),
        FlowError::Rejected(token_error) => {
            unusable(&token_error).knowing(denial::details(token_error))
        }
    }
}

const fn sentence(rule: DelegationRule) -> &'static str {
    match rule {
        DelegationRule::NeedsPermission => "You lack the permission for this.",
        DelegationRule::NeedsScope => {
            "The token does not have the scope admin; the application must ask for it."
        }
        DelegationRule::NeedsEveryOrganization => {
            "This can only be changed globally, not for one organization."
        }
        DelegationRule::MoreThanHeld => "You cannot grant more than you have.",
        DelegationRule::LongerThanHeld => {
            "You cannot grant it for longer than you have it; set an earlier end."
        }
        DelegationRule::NotToOneself => "You cannot do this to your own account.",
        DelegationRule::MorePowerful => "The target has more permissions than you.",
        DelegationRule::UnderReview => {
            "The review has a role of yours. Its creator, or an administrator, can do this."
        }
        DelegationRule::OwnersOnly => "Only an owner of the organization can do this.",
        DelegationRule::AdministratorsOnly => "Only the role admin can do this.",
    }
}

/// Returns the error of a member with its JSON pointer (RFC 6901): `/redirect_uris/0`.
fn member_error(name: &str, at: Option<usize>, problem: String) -> FieldError {
    let mut path: Vec<&str> = name.split('.').collect();
    let field = path.last().copied().unwrap_or_default().to_owned();
    let position = at.map(|at| at.to_string());
    path.extend(position.as_deref());
    FieldError {
        field,
        ..FieldError::at(&path, "invalid", problem)
    }
}

fn problem(error: AdminError) -> Problem {
    match error {
        AdminError::NotFound { kind, name } => {
            Problem::not_found().denied(Denied::OutOfScope { kind, name })
        }
        AdminError::Denied(denial) => {
            let missing: Vec<&str> = denial.missing.iter().map(String::as_str).collect();
            Problem::new(Kind::PermissionDenied, sentence(denial.rule))
                .with("rule", denial.rule.as_str())
                .with("missing", missing)
                .denied(Denied::Rule(denial))
        }
        AdminError::Taken { kind, .. } => {
            let detail = format!("This {kind} already exists.");
            Problem::new(Kind::AlreadyExists, detail)
        }
        AdminError::NoChange(why) => Problem::new(Kind::AlreadyDone, why),
        AdminError::Body(error) => field_error(&error),
        AdminError::Invalid { field, at, problem } => {
            Problem::invalid(vec![member_error(field, at, problem)])
        }
        AdminError::Choice { field, problem } => {
            Problem::invalid(vec![member_error(field, None, problem.to_owned())])
        }
        AdminError::Password(problem) => {
            let detail = problem.to_string();
            Problem::invalid(vec![FieldError::member("password", "invalid", detail)])
        }
        AdminError::Changed => Problem::new(
            Kind::ChangedMeanwhile,
            "It was changed after you read it. Read it again.",
        ),
        AdminError::Overtaken => Problem::new(
            Kind::InProgress,
            "Another request with this key is in progress.",
        ),
        AdminError::TooMany(budget) => Problem::too_many(budget),
        AdminError::MailDisabled => no_mail(),
        AdminError::Fault(server_error) => server_error.into(),
        AdminError::LastHolder(why) => Problem::new(Kind::StillNeeded, why),
        error @ AdminError::Waiting(_) => Problem::new(Kind::ApprovalNeeded, error.to_string()),
        error @ AdminError::Managed(_) => Problem::new(Kind::StillNeeded, error.to_string()),
        AdminError::OnlySignInMethod => Problem::new(
            Kind::StillNeeded,
            "It is the only sign-in method of the user. Add another one first.",
        ),
        AdminError::Store(error) => ServerError::from(error).into(),
        error @ AdminError::Hash(_) => ServerError::Internal(error.to_string()).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_points_to_value_of_member() {
        for (name, at, pointer, field) in [
            (
                "redirect_uris",
                Some(1),
                "/redirect_uris/1",
                "redirect_uris",
            ),
            ("consent.publisher", None, "/consent/publisher", "publisher"),
        ] {
            let error = member_error(name, at, "https only".to_owned());
            let received = serde_json::to_value(&error).unwrap();
            assert_eq!(
                (&received["pointer"], &received["field"]),
                (&pointer.into(), &field.into())
            );
        }
    }
}
