//! Sign-in to a first-party client: password, second factor, tokens.
//!
//! Input is checked like on the pages. Instead of a session cookie, the client gets a grant, whose
//! tokens pass the same grant checks as all others.

use doorward_accounts::login::{self, Attempt, PasswordSignIn, SignIn};
use doorward_accounts::second_factor::pending::PENDING_TTL;
use doorward_accounts::second_factor::verification::{self, FactorAnswer, SecondFactorError};
use doorward_domain::boxed;
use doorward_domain::model::{
    AttemptId, AttemptRule, AttemptStep, Client, EndReason, Grant, GrantOrigin, OrgScope, Session,
    UserId,
};
use doorward_domain::secret::{OpaqueToken, Secret, TokenHash};
use doorward_oauth::issue::grant_in_session;
use doorward_oauth::refresh_token;
use doorward_oauth::token::common::family;
use doorward_oauth::token::{AccessGrant, mint_access_token};
use doorward_rules::authorize::{self, ResolvedAccess};
use doorward_rules::grant_check;
use doorward_rules::sender_constraint::ProvenKeys;
use doorward_services::attempts::EndedAttempt;
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core, effective_roles};
use doorward_services::error::{FlowError, FlowResult, Result, ServerError};
use doorward_services::known_device::Account;
use doorward_services::limits::AttemptPermit;
use doorward_services::session::NewSession;
use doorward_services::signed_in::SignedIn;
use doorward_services::transaction::in_recording_transaction;
use doorward_services::{access_end, factors, organization};
use doorward_store::{WriteTx, repo};

#[derive(Debug)]
pub struct Credentials {
    pub pass: AttemptPermit,
    /// The user name or e-mail address, as typed.
    pub identifier: String,
    pub password: Secret<String>,
    /// A code of the second factor, if the client asked for it at once.
    pub code: Option<Secret<String>>,
    /// The slug of the organization in which the user acts.
    pub organization: Option<String>,
}

#[derive(Debug)]
pub struct Tokens {
    /// The account that was signed in to; `None` if tokens were refreshed.
    pub account: Option<Account>,
    pub access: String,
    pub expires_in: i64,
    pub refresh: String,
    /// The TTL of the unused refresh token, in seconds.
    pub refresh_expires_in: i64,
}

#[derive(Debug)]
pub enum SignInError {
    /// Unknown login identifier, wrong password or disabled account; callers do not learn which.
    Rejected,
    /// The password is right, and a code of the second factor is required.
    SecondStep(PendingSignInHandle),
    /// The password is right and temporary: this token sets another one.
    TemporaryPassword(OpaqueToken),
    Code(SecondFactorError, Option<PendingSignInHandle>),
    /// The user must verify their address first; a mail was enqueued.
    EmailNotVerified(UserId),
    /// The operator requires a second factor of this user, who has none yet.
    FactorDue(UserId),
    NotMember {
        user: UserId,
        organization: String,
    },
    /// The grant check failed: the account or the client has just been disabled.
    Closed,
}

/// A sign-in that waits for the second factor. Its text is the only access to it: the id, and a
/// secret that is stored as a hash, bound to the client.
#[derive(Clone, Debug)]
pub struct PendingSignInHandle {
    attempt: AttemptId,
    key: OpaqueToken,
}

impl PendingSignInHandle {
    /// The lifetime of a pending sign-in, in seconds.
    pub const TTL: i64 = PENDING_TTL;

    /// Parses the output of [`Self::to_token`].
    pub fn parse(text: &str) -> Option<Self> {
        let (attempt, key) = text.split_once('.')?;
        Some(Self {
            attempt: AttemptId::parse(attempt)?,
            key: OpaqueToken::parse(key)?,
        })
    }

    /// Formats the token that the client keeps until the user has typed the code.
    pub fn to_token(&self) -> String {
        format!("{}.{}", self.attempt, self.key.expose())
    }
}

/// Returns the binding of a pending sign-in to this client, stored in place of the browser hash. No
/// browser has such a hash, so a page cannot continue the sign-in of a client, or the reverse.
fn binding(key: &OpaqueToken, client: &Client) -> TokenHash {
    TokenHash::digest(&format!("{}.{}", key.expose(), client.id.as_str()))
}

#[boxed(?Send)]
pub async fn with_password(
    context: &Context,
    client: &Client,
    credentials: Credentials,
    caller: &Caller,
) -> FlowResult<Tokens, SignInError> {
    let key = OpaqueToken::generate(&mut context.core.rng());
    let attempt = Attempt {
        pass: credentials.pass,
        identifier: credentials.identifier,
        password: credentials.password,
        remember: false,
        interaction: None,
        before: None,
        browser: binding(&key, client),
        next: None,
    };
    let signed_in = login::with_password(context, attempt, caller).await;
    let organization = credentials.organization;
    match (signed_in, credentials.code) {
        (Ok(PasswordSignIn::Temporary(token)), _) => {
            Err(FlowError::Rejected(SignInError::TemporaryPassword(token)))
        }
        (Ok(PasswordSignIn::Own(SignIn::Done(session))), _) => {
            let success = EndedAttempt::success(AttemptStep::Password, session.session.user_id);
            issue(context, client, *session, organization, success, caller).await
        }
        (Ok(PasswordSignIn::Own(SignIn::SecondStep(id))), None) => {
            let waiting = PendingSignInHandle { attempt: id, key };
            Err(FlowError::Rejected(SignInError::SecondStep(waiting)))
        }
        (Ok(PasswordSignIn::Own(SignIn::SecondStep(id))), Some(code)) => {
            let step = SecondStep {
                waiting: PendingSignInHandle { attempt: id, key },
                code,
                organization,
            };
            with_code(context, client, step, caller).await
        }
        (Err(error), _) => Err(error.map(|_| SignInError::Rejected)),
    }
}

#[derive(Debug)]
pub struct SecondStep {
    pub waiting: PendingSignInHandle,
    pub code: Secret<String>,
    pub organization: Option<String>,
}

#[boxed(?Send)]
pub async fn with_code(
    context: &Context,
    client: &Client,
    step: SecondStep,
    caller: &Caller,
) -> FlowResult<Tokens, SignInError> {
    let SecondStep {
        waiting,
        code,
        organization,
    } = step;
    let answer = FactorAnswer {
        attempt: waiting.attempt.clone(),
        browser: binding(&waiting.key, client),
        proof: verification::FactorProof::Code(code),
        before: None,
        trust: false,
    };
    match verification::submit(context, &answer, caller).await {
        Ok(completed) => {
            let user = completed.session.session.user_id;
            let success = EndedAttempt::success(AttemptStep::SecondFactor, user)
                .with("method", completed.method.as_str());
            issue(
                context,
                client,
                completed.session,
                organization,
                success,
                caller,
            )
            .await
        }
        Err(error) => Err(error.map(|why| {
            // Another code may be tried with the same token.
            let may_retry = matches!(
                why,
                SecondFactorError::Wrong { .. } | SecondFactorError::Wait { .. }
            );
            SignInError::Code(why, may_retry.then_some(waiting))
        })),
    }
}

/// Issues the first tokens of a new session to the client, and records how the sign-in ended: with
/// them, or with the reason why there are none.
async fn issue(
    context: &Context,
    client: &Client,
    new_session: NewSession,
    organization: Option<String>,
    success: EndedAttempt<'_>,
    caller: &Caller,
) -> FlowResult<Tokens, SignInError> {
    let user = new_session.session.user_id;
    let issued = issue_in_session(context, client, new_session, organization).await;
    let failure = |rule| EndedAttempt::failure(AttemptStep::FirstParty, rule).by(Some(user));
    let ended = match &issued {
        Ok(_) => success,
        Err(FlowError::Rejected(SignInError::EmailNotVerified(_))) => {
            failure(AttemptRule::EmailNotVerified)
        }
        Err(FlowError::Rejected(SignInError::FactorDue(_))) => failure(AttemptRule::FactorRequired),
        Err(FlowError::Rejected(SignInError::NotMember { .. })) => failure(AttemptRule::NotMember),
        Err(FlowError::Rejected(SignInError::Closed)) => failure(AttemptRule::GrantRejected),
        Err(_) => return issued,
    };
    let ended = ended.through(Some(client.id.as_str()));
    let (attempts, now) = (&context.limits.attempts, context.core.now());
    attempts.record(now, ended, caller);
    issued
}

/// Creates a grant for the client in the new session. If that fails, the session is ended, so that
/// no unused session remains.
pub(super) async fn issue_in_session(
    context: &Context,
    client: &Client,
    new_session: NewSession,
    organization: Option<String>,
) -> FlowResult<Tokens, SignInError> {
    let core = &context.core;
    let NewSession {
        session, account, ..
    } = new_session;
    let user = repo::users::find_by_id(core.db.read(), session.user_id).await?;
    let Some(user) = user else {
        return Err(FlowError::Rejected(SignInError::Closed));
    };
    let signed_in = SignedIn::in_browser(session, user);
    let owed = owed(context, client, &signed_in).await?;
    let resolved = resolve_access(context, client).await?;
    let SignedIn { session, user, .. } = signed_in;
    let grant = grant(core, client, &session, resolved, organization);
    let refresh = refresh_token::generate(context, &grant, 1);
    let first = family(core, &grant, &refresh, None, ProvenKeys::default());
    let grant = Grant {
        refresh: Some(first.clone()),
        ..grant
    };
    let grant = core
        .aliases
        .with_subject(core.db.read(), grant)
        .await
        .map_err(ServerError::from)?;
    in_recording_transaction(&core.db, async |tx| {
        if let Some(error) = owed {
            end(core, tx, &session).await?;
            return Err(FlowError::Rejected(error));
        }
        let state = grant_check::GrantState {
            client,
            grantee: client,
            grant: &grant,
            user: Some(&user),
            session: Some(&session),
            is_member: organization::is_member(tx, grant.org.as_deref(), user.id).await?,
            demand: factors::requirement(core, tx, user.id).await?,
        };
        if grant_check::check_grant(&state, core.now()).is_err() {
            end(core, tx, &session).await?;
            return Err(FlowError::Rejected(if state.is_member {
                SignInError::Closed
            } else {
                SignInError::NotMember {
                    user: user.id,
                    organization: grant.org.clone().unwrap_or_default(),
                }
            }));
        }
        repo::grants::insert(tx, &grant).await?;
        access_end::revoke_surplus_grants(core, tx, user.id, &client.id, true).await?;
        // The session is listed until its refresh token expires.
        repo::sessions::touch(tx, session.id, first.issued_at, first.expires_at).await?;
        Ok(())
    })
    .await?;
    let scope = OrgScope::from_org(grant.org.as_deref());
    let roles = effective_roles::of_user_in(core, user.id, scope).await?;
    let access = AccessGrant::of_user(&grant, &user, &roles);
    let (registry, unproved) = (context.registry().await?, ProvenKeys::default());
    let minted = mint_access_token(context, &registry, client, &access, &unproved).await?;
    Ok(Tokens {
        account: Some(account),
        access: minted.access_token,
        expires_in: minted.expires_in,
        refresh: refresh.expose().to_owned(),
        refresh_expires_in: first.expires_at - first.issued_at,
    })
}

/// Returns what the user must do before the client gets tokens.
async fn owed(
    context: &Context,
    client: &Client,
    signed_in: &SignedIn,
) -> Result<Option<SignInError>> {
    let core = &context.core;
    let user = signed_in.user.id;
    if core.requires_verification_of(&signed_in.user) {
        return Ok(Some(SignInError::EmailNotVerified(user)));
    }
    let factor = factors::status(context, signed_in).await?;
    let proof = &signed_in.session.authentication;
    let is_due = factor.required || !client.factor_requirement().is_met_by(proof);
    Ok(is_due.then_some(SignInError::FactorDue(user)))
}

async fn end(core: &Core, tx: &WriteTx, session: &Session) -> Result<()> {
    repo::sessions::end(tx, session.id, EndReason::SignedOut, core.now()).await?;
    Ok(())
}

/// Resolves all registered scopes of the client, for this server and the resources of these scopes.
/// Nothing of it outlives the session.
async fn resolve_access(context: &Context, client: &Client) -> Result<ResolvedAccess> {
    let registry = context.registry().await?;
    let registry = registry.view();
    Ok(authorize::for_account_api(
        client,
        &registry,
        context.core.issuer(),
    ))
}

fn grant(
    core: &Core,
    client: &Client,
    session: &Session,
    resolved: ResolvedAccess,
    org: Option<String>,
) -> Grant {
    let longest = core.now() + core.config.tokens.refresh_absolute_ttl;
    let (origin, until) = (GrantOrigin::AccountApi, longest.min(session.expires_at));
    Grant {
        scope: resolved.scope,
        org,
        resources: resolved.resources,
        ..grant_in_session(core, origin, &client.id, session, until)
    }
}
