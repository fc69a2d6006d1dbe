//! Who administers, and how a use case's refusal is told.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use doorward_domain::rules::grants::{Denial, Rule};
use futures_util::future::LocalBoxFuture;

use crate::fault::Fault;
use crate::flow::admin::authority::Authority;
use crate::flow::admin::{AdminError, Operator, bearer, decisions, standard};
use crate::http::api::bearer::{invalid, reauthenticate, token};
use crate::http::api::call::Call;
use crate::http::api::problem::{FieldError, Kind, Problem, no_mail};
use crate::mail::Letters;

/// Who administers. As an argument of a handler it keeps everybody out who brings no token for this
/// server with the scope `admin`; and from every change, who has not proved themselves lately. That
/// stands here, so that no endpoint can forget it.
#[derive(Debug)]
pub struct Admin {
    /// The request.
    pub call: Call,
    authority: Authority,
    attempt: String,
}

impl FromRequest for Admin {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let call = Call::of(request);
        // The pattern, not the path: a log of denials is no place for ids that somebody made up.
        let path = request.match_pattern().unwrap_or_default();
        let attempt = format!("{} {path}", request.method());
        Box::pin(async move {
            let call = call?;
            let token = token(&call)?;
            let found = bearer::authenticate(&call.state, &token).await?;
            let Some(known) = found else {
                tracing::info!(attempt, "denied: no valid token");
                return Err(invalid("the access token is not valid here"));
            };
            let is_change = !matches!(*call.request().method(), Method::GET | Method::HEAD);
            let is_stale = is_change && !known.is_fresh(&call.state).await?;
            let admin = Self {
                call,
                authority: known.authority,
                attempt,
            };
            let (needed, _) = standard::ADMIN_SCOPE;
            if !known.scope.contains(needed) {
                let denial = Denial::missing(Rule::NeedsScope, needed);
                return Err(admin.deny(&denial).await);
            }
            if is_stale {
                tracing::info!(attempt = admin.attempt, "a fresh sign-in is required");
                return Err(reauthenticate());
            }
            Ok(admin)
        })
    }
}

impl Admin {
    /// The administrator for a use case.
    pub fn op(&self) -> Operator<'_> {
        Operator {
            db: &self.call.state.db,
            clock: &*self.call.state.clock,
            actor: Some(self.authority.id.clone()),
            caller: self.call.caller.clone(),
            authority: Some(self.authority.clone()),
            seen: None,
            once: None,
            letters: Some(Letters::of(&self.call.state)),
        }
    }

    /// The administrator for a change, who says which version they have seen (RFC 6585 §3).
    pub fn op_seen(&self) -> Result<Operator<'_>, Problem> {
        let mut fields = self.call.request().headers().get_all(IF_MATCH);
        let (Some(seen), None) = (fields.next(), fields.next()) else {
            let detail = "Send If-Match with the ETag of what you have read.";
            return Err(Problem::new(Kind::VersionRequired, detail));
        };
        let seen = seen.to_str().unwrap_or_default();
        Ok(Operator {
            seen: Some(seen.to_owned()),
            ..self.op()
        })
    }

    /// The id of the administrator.
    pub fn id(&self) -> &str {
        &self.authority.id
    }

    /// The organization in whose name they act.
    pub fn org(&self) -> Option<&str> {
        self.authority.org.as_deref()
    }

    /// What a use case says, for the caller. A denial is written down, and gets a decision id.
    pub async fn told<T>(&self, result: Result<T, AdminError>) -> Result<T, Problem> {
        match result {
            Ok(value) => Ok(value),
            Err(AdminError::Denied(denial)) => Err(self.deny(&denial).await),
            Err(error) => Err(problem(error)),
        }
    }

    async fn deny(&self, denial: &Denial) -> Problem {
        let decision = match decisions::deny(&self.op(), denial, &self.attempt).await {
            Ok(decision) => decision.to_string(),
            Err(error) => return problem(error),
        };
        let missing: Vec<&str> = denial.missing.iter().map(String::as_str).collect();
        Problem::new(Kind::PermissionDenied, sentence(denial.rule))
            .with("decision", decision)
            .with("rule", denial.rule.as_str())
            .with("missing", missing)
    }
}

const fn sentence(rule: Rule) -> &'static str {
    match rule {
        Rule::NeedsPermission => "You lack the permission for this.",
        Rule::NeedsScope => "The app was not allowed to administer in your name.",
        Rule::NeedsEveryOrganization => "This is not for one organization alone to change.",
        Rule::MoreThanHeld => "Nobody can give more than they hold.",
        Rule::NotToOneself => "Nobody can do this to themselves.",
        Rule::MorePowerful => "It concerns somebody, or something, that may do more than you.",
        Rule::OwnersOnly => "Only an owner of the organization can do this.",
    }
}

/// A refusal of a use case as a problem.
fn problem(error: AdminError) -> Problem {
    match error {
        AdminError::NotFound { .. } => Problem::not_found(),
        AdminError::Taken { what, .. } => {
            let detail = format!("There already is such a {what}.");
            Problem::new(Kind::AlreadyExists, detail)
        }
        AdminError::Invalid { field, problem } => {
            Problem::invalid(vec![FieldError::member(field, "invalid", problem)])
        }
        AdminError::Password(problem) => {
            let detail = problem.to_string();
            Problem::invalid(vec![FieldError::member("password", "invalid", detail)])
        }
        AdminError::Changed => Problem::new(
            Kind::ChangedMeanwhile,
            "It was changed since you have read it. Read it again.",
        ),
        AdminError::Overtaken => Problem::new(
            Kind::InProgress,
            "Another request with this key is at work.",
        ),
        AdminError::NoMail => no_mail(),
        AdminError::Letter(fault) => fault.into(),
        AdminError::Last(why) => Problem::new(Kind::StillNeeded, why),
        AdminError::Busy => {
            Fault::Unavailable("the password hashing queue is full".to_owned()).into()
        }
        AdminError::Store(error) => Fault::from(error).into(),
        error @ (AdminError::Denied(_) | AdminError::Key(_) | AdminError::Hash(_)) => {
            Fault::Internal(error.to_string()).into()
        }
    }
}
