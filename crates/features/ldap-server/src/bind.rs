//! Binds: a user with an app password, or with an API key that may read the directory. The password of an account
//! is never checked here, so that no application learns it.

use std::net::IpAddr;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::credentials::app_password::AppPasswordText;
use doorward_domain::model::id::RequestId;
use doorward_domain::model::{
    ApiKey, AppPassword, AttemptRule, AttemptStep, AuditKind, OrgScope, User,
};
use doorward_rules::api_key::{self as key_rule, USE_WRITTEN_EVERY, UsageRecord};
use doorward_services::attempts::EndedAttempt;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::effective_roles;
use doorward_services::error::{FlowError, Result as ServerResult};
use doorward_services::limits::{AttemptPermit, SignInRejection, record_success};
use doorward_services::organization;
use doorward_services::transaction::in_plain_transaction;
use doorward_store::repo;
use ldap3_proto::proto::LdapResultCode as Code;

use crate::entry::is_visible;
use crate::identity::{Bound, Credential, Identity, View};
use crate::mail;
use crate::result::{Outcome, Result};
use crate::server::Server;
use doorward_ldap_protocol::message::{self, Bind};

/// The audit log's word for the sign-in method.
const METHOD: &str = "ldap";

/// Returns the caller of an operation.
pub fn caller(server: &Server, address: IpAddr) -> Caller {
    let core = &server.context.core;
    Caller {
        ip: Some(address),
        request_id: RequestId::generate(core.now(), &mut core.rng()).to_string(),
        lang: core.default_lang(),
        ..Caller::of_server(&core.random)
    }
}

/// Checks the credential of a bind, and returns the new identity of the connection.
///
/// # Errors
/// Returns the result for the client.
pub async fn bind(server: &Server, bind: &Bind, address: IpAddr) -> Result<Identity> {
    if bind.version != 3 {
        return Err(Outcome::new(
            Code::ProtocolError,
            "only version 3 is supported",
        ));
    }
    let message::Credential::Simple(password) = &bind.credential else {
        let text = "only simple binds are supported";
        return Err(Outcome::new(Code::AuthMethodNotSupported, text));
    };
    match (bind.name.is_empty(), password.is_empty()) {
        (true, true) => return Ok(Identity::default()),
        (false, true) => {
            // RFC 4513 §5.1.2: many clients would take its success for a sign-in.
            let text = "a bind with a name and without a password is rejected";
            return Err(Outcome::new(Code::UnwillingToPerform, text));
        }
        (true, false) => return Err(rejected(server)),
        (false, false) => {}
    }
    let names = &server.names;
    let identifier = names.identifier(&bind.name).ok_or_else(|| {
        Outcome::new(
            Code::InvalidCredentials,
            format!("users have names such as uid=NAME,{}", names.users()),
        )
    })?;
    let attempt = Attempt {
        server,
        identifier,
        caller: caller(server, address),
    };
    attempt.check(password).await
}

/// Returns the result of a wrong credential, which says what this server accepts.
fn rejected(server: &Server) -> Outcome {
    let text = format!(
        "LDAP accepts app passwords and API keys, not the password of the account: {}{}",
        server.context.core.config.issuer,
        mail::PATH
    );
    Outcome::new(Code::InvalidCredentials, text)
}

struct Attempt<'a> {
    server: &'a Server,
    identifier: String,
    caller: Caller,
}

impl Attempt<'_> {
    async fn check(&self, password: &str) -> Result<Identity> {
        let context = &self.server.context;
        let (core, limiter) = (&context.core, &context.limits.rate_limiter);
        let admitted = limiter
            .admit_bind(&core.db, &self.identifier, &self.caller, core.now())
            .await;
        let mut permit = match admitted {
            Ok(permit) => permit,
            Err(FlowError::Rejected(rejection)) => return Err(self.limited(rejection)),
            Err(FlowError::Server(error)) => return Err(error.into()),
        };
        let user = permit.take_user();
        let found = match user.as_ref().filter(|user| is_visible(user)) {
            None => Err(match &user {
                None => AttemptRule::UnknownUser,
                Some(_) => AttemptRule::UserDisabled,
            }),
            Some(user) if ApiKeyToken::resembles(password) => {
                self.check_key(user, password).await?
            }
            Some(user) => self.check_app_password(user, password).await?,
        };
        match found {
            Ok(bound) => {
                self.succeed(&permit, &bound).await?;
                Ok(Identity::new(bound))
            }
            Err(rule) => {
                self.fail(&permit, user.as_ref(), rule).await?;
                Err(rejected(self.server))
            }
        }
    }

    async fn check_app_password(
        &self,
        user: &User,
        password: &str,
    ) -> ServerResult<std::result::Result<Bound, AttemptRule>> {
        let context = &self.server.context;
        let Some(text) = AppPasswordText::parse(password) else {
            return Ok(Err(AttemptRule::AppPasswordUnknown));
        };
        let keys = context.accounts.api_key_key.all();
        let hashes: Vec<_> = keys.map(|key| text.hash(key, user.id)).collect();
        let found = repo::app_passwords::find(context.core.db.read(), user.id, &hashes).await?;
        let Some(found) = found else {
            return Ok(Err(AttemptRule::AppPasswordUnknown));
        };
        self.record_app_password(&found).await?;
        let credential = Credential::AppPassword(found.id);
        Ok(Ok(Bound::new(user.clone(), credential, View::Own)))
    }

    async fn record_app_password(&self, found: &AppPassword) -> ServerResult<()> {
        let core = &self.server.context.core;
        let (now, address) = (core.now(), self.caller.ip);
        let last = (found.last_used_at, found.last_used_from);
        let record = key_rule::usage_record(last, address, now);
        if record == UsageRecord::Nothing {
            return Ok(());
        }
        let event = self.caller.event(AuditKind::AppPasswordUsed, true, now);
        let event = event.by(found.user_id).about(found.user_id);
        let event = event
            .with("app_password", found.id.to_string())
            .with("name", found.name.clone());
        in_plain_transaction(&core.db, async |tx| {
            let before = now - USE_WRITTEN_EVERY;
            let first = repo::app_passwords::record_use(tx, found.id, address, now, before).await?;
            if first && record == UsageRecord::Audit {
                repo::audit::insert(tx, &event).await?;
            }
            Ok(())
        })
        .await
    }

    /// Checks an API key of the user with the scope for LDAP, which the user must currently have too.
    async fn check_key(
        &self,
        user: &User,
        password: &str,
    ) -> ServerResult<std::result::Result<Bound, AttemptRule>> {
        let context = &self.server.context;
        let core = &context.core;
        let rejected = Ok(Err(AttemptRule::ApiKeyRejected));
        let Some(text) = ApiKeyToken::parse(password) else {
            return rejected;
        };
        let read = core.db.read();
        let found = repo::api_keys::find_with_owner(read, &text.id()).await?;
        let is_genuine = |key: &ApiKey| {
            let mut secrets = context.accounts.api_key_key.all();
            key.user_id == user.id && secrets.any(|secret| key.hash == text.hash(secret))
        };
        let Some((key, owner)) = found.filter(|(key, _)| is_genuine(key)) else {
            return rejected;
        };
        let org = key.org.clone();
        let is_member = organization::is_member(read, org.as_deref(), user.id).await?;
        let used = key_rule::check_use(&key, owner.as_ref(), is_member, self.caller.ip, core.now());
        if used.is_err() {
            return rejected;
        }
        let scope = &core.config.ldap.scope;
        let registry = context.registry().await?;
        let audiences = key_rule::audiences(&key, &registry.scopes);
        let of_org = OrgScope::from_org(org.as_deref());
        let roles = effective_roles::of_user_in(core, user.id, of_org).await?;
        let entitled = key_rule::entitled(&key, &roles, &registry.scopes, &audiences);
        if !entitled.contains(scope) {
            return rejected;
        }
        self.record_key(&key).await?;
        let credential = Credential::ApiKey(key.id);
        Ok(Ok(Bound::new(user.clone(), credential, View::All(org))))
    }

    async fn record_key(&self, key: &ApiKey) -> ServerResult<()> {
        let core = &self.server.context.core;
        let (now, address) = (core.now(), self.caller.ip);
        let record = key_rule::usage_record((key.last_used_at, key.last_used_from), address, now);
        if record == UsageRecord::Nothing {
            return Ok(());
        }
        let kind = match key.last_used_at {
            None => AuditKind::ApiKeyFirstUsed,
            Some(_) => AuditKind::ApiKeyUsed,
        };
        let event = self.caller.event(kind, true, now);
        let event = event
            .by(key.user_id)
            .about(key.id.prefix())
            .with("method", METHOD);
        in_plain_transaction(&core.db, async |tx| {
            let before = now - USE_WRITTEN_EVERY;
            let first = repo::api_keys::record_use(tx, &key.id, address, now, before).await?;
            if first && record == UsageRecord::Audit {
                repo::audit::insert(tx, &event).await?;
            }
            Ok(())
        })
        .await
    }

    async fn succeed(&self, permit: &AttemptPermit, bound: &Bound) -> ServerResult<()> {
        let context = &self.server.context;
        context.limits.rate_limiter.forgive(permit).await;
        let done = EndedAttempt::success(AttemptStep::Ldap, bound.user.id);
        let now = context.core.now();
        context.limits.attempts.record(now, done, &self.caller);
        if permit.has_failures() {
            in_plain_transaction(&context.core.db, async |tx| {
                Ok(record_success(tx, permit).await?)
            })
            .await?;
        }
        Ok(())
    }

    /// Records a wrong credential, and starts a lockout of binds if its limit is reached.
    async fn fail(
        &self,
        permit: &AttemptPermit,
        user: Option<&User>,
        rule: AttemptRule,
    ) -> ServerResult<()> {
        let context = &self.server.context;
        let (core, limits) = (&context.core, &context.limits);
        let (now, id) = (core.now(), user.map(|user| user.id));
        tracing::info!(
            rule = rule.as_str(),
            request_id = self.caller.request_id,
            remediation = "LDAP accepts an app password of the user, or an API key with the scope `ldap.scope`",
            "LDAP bind rejected"
        );
        self.record_attempt(rule, user);
        in_plain_transaction(&core.db, async |tx| {
            let wait = limits.rate_limiter.record_failure(tx, permit, now).await?;
            let event = self.caller.event(AuditKind::LoginFailed, false, now);
            let event = event
                .about_optional(id)
                .with_optional("wait", wait.map(|wait| wait.seconds))
                .with("method", METHOD)
                .with("rule", rule.as_str());
            repo::audit::insert(tx, &event).await?;
            Ok(())
        })
        .await
    }

    fn record_attempt(&self, rule: AttemptRule, user: Option<&User>) {
        let context = &self.server.context;
        let failure = EndedAttempt::failure(AttemptStep::Ldap, rule)
            .by(user.map(|user| user.id))
            .typed(&self.identifier);
        let now = context.core.now();
        context.limits.attempts.record(now, failure, &self.caller);
    }

    fn limited(&self, rejection: SignInRejection) -> Outcome {
        let context = &self.server.context;
        let failure = EndedAttempt::failure(AttemptStep::Ldap, rejection.rule)
            .by(rejection.user)
            .typed(&self.identifier);
        let now = context.core.now();
        context.limits.attempts.record(now, failure, &self.caller);
        let text = format!(
            "too many failures; try again in {} seconds",
            rejection.status.reset
        );
        Outcome::new(Code::InvalidCredentials, text)
    }
}
