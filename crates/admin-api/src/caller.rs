//! Authentication of administrators, and conversion of use-case errors to problems.

use std::fmt::Debug;

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use doorward_admin::authority::Authority;
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{bearer, decisions};
use doorward_domain::model::SubjectKind;
use doorward_domain::rules::delegation::{DelegationDenial, DelegationRule};
use doorward_http_common::problem::FieldError;
use doorward_oauth::userinfo::AccessTokenError;
use doorward_protocol::params;
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::names::ADMIN_SCOPE;
use doorward_services::remediation::OUT_OF_SCOPE;
use doorward_web::api::bearer::{reauthenticate, token, unusable};
use doorward_web::api::decision_id;
use doorward_web::api::paging::Page;
use doorward_web::api::problem::{Kind, Problem, no_mail};
use doorward_web::api::request::ApiRequest;
use doorward_web::request::arrival;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::member;
use super::support::{no_content, versioned_response};

/// An authenticated administrator. As a handler argument it rejects requests without a token for
/// this server with the scope `admin`, and changes without a recent authentication. The check is in
/// the extractor, so that no endpoint can omit it.
#[derive(Debug)]
pub struct AdminCaller {
    /// The request.
    pub call: ApiRequest,
    authority: Authority,
    attempt: String,
    reason: Option<ChangeReason>,
}

impl FromRequest for AdminCaller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let call = ApiRequest::from_request(request);
        let attempt = decision_id::attempt(request);
        Box::pin(async move {
            let call = call?;
            let presented = token(&call)?;
            let found = bearer::authenticate(
                &call.context.core,
                &call.context.directory,
                &call.context.issuing,
                &presented,
            )
            .await;
            let known = found.map_err(to_problem)?;
            decision_id::store_details(call.request(), denial_details(&known.authority));
            if let Some(client) = &known.authority.client_id {
                arrival::record_client(call.request(), client);
            }
            if known.authority.kind == SubjectKind::User {
                arrival::record_user(call.request(), &known.authority.id);
            }
            let is_stale = is_change(call.request())
                && !known
                    .is_fresh(&call.context.core, &call.context.accounts)
                    .await?;
            let mut admin = Self {
                call,
                authority: known.authority,
                attempt,
                reason: None,
            };
            let (needed, _) = ADMIN_SCOPE;
            if !known.scope.contains(needed) {
                let denial = DelegationDenial::missing(DelegationRule::NeedsScope, needed);
                return Err(admin.deny(&denial).await);
            }
            if is_stale {
                return Err(reauthenticate());
            }
            admin.reason = reason(admin.call.request())?;
            Ok(admin)
        })
    }
}

impl AdminCaller {
    /// Returns the administrator's context for a use case.
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

    /// Parses the requested page of a list, with its filters.
    pub fn page(&self, filters: &[&str]) -> Result<Page<'_>, Problem> {
        Page::of(&self.call, self.id(), filters)
    }

    /// Returns the ID of the administrator.
    pub fn id(&self) -> &str {
        &self.authority.id
    }

    /// Returns the organization that the administrator acts for.
    pub fn org(&self) -> Option<&str> {
        self.authority.org.as_deref()
    }

    /// Converts the result of a use case for the caller. A denial is recorded and receives a
    /// decision ID. So is an object outside the caller's organization, whether it exists elsewhere
    /// or not: the response does not reveal which.
    pub async fn map_result<T>(&self, result: Result<T, AdminError>) -> Result<T, Problem> {
        match result {
            Ok(value) => {
                if is_change(self.call.request()) {
                    self.call.context.directory.clear_client_roles();
                    self.call.context.directory.clear_domains();
                }
                Ok(value)
            }
            Err(AdminError::Denied(denial)) => Err(self.deny(&denial).await),
            Err(AdminError::NotFound { kind, name }) => Err(self.hide(kind, name).await),
            Err(error) => Err(problem(error)),
        }
    }

    /// Responds to a change without a body.
    pub async fn no_content<T>(
        &self,
        done: Result<T, AdminError>,
    ) -> Result<HttpResponse, Problem> {
        self.map_result(done).await.map(|_| no_content())
    }

    /// Responds with an object and its version.
    pub async fn versioned<T: Debug, V: Serialize>(
        &self,
        found: Result<T, AdminError>,
        view: impl FnOnce(T) -> V,
    ) -> Result<HttpResponse, Problem> {
        let found = self.map_result(found).await?;
        Ok(versioned_response(found, view))
    }

    async fn hide(&self, what: &'static str, name: String) -> Problem {
        let problem = Problem::not_found();
        let Some(org) = &self.authority.org else {
            return problem;
        };
        let denied = DeniedRequest {
            rule: OUT_OF_SCOPE,
            status: problem.kind().status().as_u16(),
            attempt: &self.attempt,
            details: DenialDetails {
                because: Some(format!("there is no such {what} in {org}")),
                hidden: Some((what, name)),
                ..denial_details(&self.authority)
            },
        };
        let context = &self.call.context;
        let kept = context.limits.denials.record(
            &context.core.db,
            context.core.now(),
            &denied,
            &self.call.caller,
        );
        problem.decided(kept.await)
    }

    async fn deny(&self, denial: &DelegationDenial) -> Problem {
        let decision = match decisions::deny(&self.context(), denial, &self.attempt).await {
            Ok(decision) => decision.to_string(),
            Err(error) => return problem(error),
        };
        let missing: Vec<&str> = denial.missing.iter().map(String::as_str).collect();
        Problem::new(Kind::PermissionDenied, sentence(denial.rule))
            .decided(decision)
            .with("rule", denial.rule.as_str())
            .with("missing", missing)
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
        let error = FieldError::parameter("X-Doorward-Reason", "invalid", detail);
        Problem::invalid(vec![error])
    })
}

fn is_change(request: &HttpRequest) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Returns the caller's details for a later denial.
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
            unusable(&token_error).knowing(decision_id::denial_details(token_error))
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
        DelegationRule::OwnersOnly => "Only an owner of the organization can do this.",
    }
}

/// Converts a use case error to a problem.
fn problem(error: AdminError) -> Problem {
    match error {
        AdminError::NotFound { .. } => Problem::not_found(),
        AdminError::Taken { kind, .. } => {
            let detail = format!("This {kind} already exists.");
            Problem::new(Kind::AlreadyExists, detail)
        }
        AdminError::NoChange(why) => Problem::new(Kind::AlreadyDone, why),
        AdminError::Invalid { field, at, problem } => {
            Problem::invalid(vec![member::error(field, at, problem)])
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
        AdminError::OnlySignInMethod => Problem::new(
            Kind::StillNeeded,
            "It is the only sign-in method of the user. Add another one first.",
        ),
        AdminError::Store(error) => ServerError::from(error).into(),
        error @ (AdminError::Denied(_) | AdminError::Hash(_)) => {
            ServerError::Internal(error.to_string()).into()
        }
    }
}
