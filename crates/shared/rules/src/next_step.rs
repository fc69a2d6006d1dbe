//! The next step of an interaction, as one pure function (OIDC Core §3.1.2.3 and §3.1.2.4).

use doorward_protocol::prompt::Prompt;

use crate::authorize::{self, Registry};
use crate::consent::{ConsentPrompt, ConsentRequest, ConsentedAccess};
use crate::prelude::*;
use crate::second_factor::{FactorRequirement, SecondFactorStatus};
use crate::{assurance, consent};
use doorward_domain::model::{Consent, Interaction};

/// The state that the next step depends on.
#[derive(Clone, Copy, Debug)]
pub struct InteractionState<'a> {
    /// The request with its progress.
    pub interaction: &'a Interaction,
    pub client: &'a Client,
    /// The browser's session; its user is active. An expired one counts as none.
    pub session: Option<&'a Session>,
    /// The subject that the client expects (`id_token_hint` or a `sub` in `claims`).
    pub expected_subject: Option<UserId>,
    /// The user's existing consent to this client.
    pub consent: Option<&'a Consent>,
    /// The scopes that users may decline for any client, by the deployment's setting.
    pub optional_scopes: &'a Scope,
    /// The registries of scopes, resources and detail types.
    pub registry: Registry<'a>,
    /// The status of the user's second factor.
    pub second_factor: SecondFactorStatus,
    /// True if the user's account is scheduled for deletion.
    pub leaving: bool,
    /// True if the user must verify the e-mail address first.
    pub email_due: bool,
    /// True if the user is a member of the requested organization, or none was requested.
    pub is_member: bool,
    pub now: UnixSeconds,
}

/// The reason why the user must sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginReason {
    NotSignedIn,
    /// Reauthentication, requested by the client (`prompt=login`).
    Forced,
    /// An authentication older than `max_age`.
    TooOld,
    /// A session of another user than the client expects.
    OtherSubject,
    /// An authentication too weak for an essential `acr`.
    TooWeak,
}

#[derive(Clone, PartialEq, Debug)]
pub enum NextStep {
    Login(LoginReason),
    /// Request the second factor to step up the session.
    SecondFactor,
    /// Let the user enroll the required second factor.
    EnrolSecondFactor,
    /// Let the user enroll the required passkey.
    EnrolPasskey,
    /// Ask whether to cancel the deletion of the account.
    CancelDeletion,
    VerifyEmail,
    /// Show the account page of the session and let the user choose.
    SelectAccount,
    /// Show the consent page.
    Consent(ConsentPrompt),
    /// Respond with a code for this access.
    Issue(ConsentedAccess),
    Refuse(OAuthError),
}

pub fn next_step(situation: &InteractionState<'_>) -> NextStep {
    let step = interactive_step(situation);
    if !situation.interaction.request.prompt.contains(Prompt::None) {
        return step;
    }
    // OIDC Core §3.1.2.1: with prompt=none no page is ever shown.
    match step {
        NextStep::Login(_) => refuse(ErrorCode::LoginRequired, "the user is not signed in"),
        NextStep::SecondFactor | NextStep::EnrolSecondFactor | NextStep::EnrolPasskey => refuse(
            ErrorCode::InteractionRequired,
            "a second factor is required to sign in",
        ),
        NextStep::CancelDeletion => refuse(
            ErrorCode::InteractionRequired,
            "the account is scheduled for deletion",
        ),
        NextStep::VerifyEmail => refuse(
            ErrorCode::InteractionRequired,
            "the user must verify the e-mail address first",
        ),
        NextStep::SelectAccount => refuse(
            ErrorCode::AccountSelectionRequired,
            "the user must choose an account",
        ),
        NextStep::Consent(_) => {
            refuse(ErrorCode::ConsentRequired, "the user has not consented yet")
        }
        done => done,
    }
}

fn interactive_step(situation: &InteractionState<'_>) -> NextStep {
    let live = situation
        .session
        .filter(|session| session.is_live(situation.now));
    let Some(session) = live else {
        return NextStep::Login(LoginReason::NotSignedIn);
    };
    let progress = Progress::from_interaction(situation.interaction, session);
    if let Some(step) = login_step(situation, session, &progress) {
        // The account pages, which include enrollment, require a verified e-mail address.
        return match step {
            NextStep::EnrolSecondFactor | NextStep::EnrolPasskey if situation.email_due => {
                NextStep::VerifyEmail
            }
            step => step,
        };
    }
    let request = &situation.interaction.request;
    if situation.leaving {
        return NextStep::CancelDeletion;
    }
    if situation.email_due {
        return NextStep::VerifyEmail;
    }
    if request.prompt.contains(Prompt::SelectAccount) && !progress.account_chosen {
        return NextStep::SelectAccount;
    }
    if !situation.is_member {
        // Also the response for an unknown organization, so that memberships stay confidential.
        return refuse(
            ErrorCode::AccessDenied,
            "the user does not belong to that organization",
        );
    }
    consent_step(situation, session, &progress)
}

/// The user's progress in this interaction. It counts only for the session of the interaction, not
/// for another sign-in in a second tab.
#[derive(Default)]
struct Progress<'a> {
    authenticated: bool,
    account_chosen: bool,
    consented: Option<&'a Scope>,
}

impl<'a> Progress<'a> {
    fn from_interaction(interaction: &'a Interaction, session: &Session) -> Self {
        if interaction.session_id != Some(session.id) {
            return Self::default();
        }
        let authenticated = interaction.authenticated_at.is_some();
        Self {
            authenticated,
            account_chosen: interaction.account_chosen || authenticated,
            consented: interaction.consented.as_ref(),
        }
    }
}

fn login_step(
    situation: &InteractionState<'_>,
    session: &Session,
    progress: &Progress<'_>,
) -> Option<NextStep> {
    let request = &situation.interaction.request;
    if situation
        .expected_subject
        .is_some_and(|subject| subject != session.user_id)
    {
        // The user just signed in as another one: a new prompt would loop.
        return Some(if progress.authenticated {
            refuse(
                ErrorCode::LoginRequired,
                "the signed-in user is not the one that the client expects",
            )
        } else {
            NextStep::Login(LoginReason::OtherSubject)
        });
    }
    if !progress.authenticated {
        if request.prompt.contains(Prompt::Login) {
            return Some(NextStep::Login(LoginReason::Forced));
        }
        if is_too_old(request, session.authentication.auth_time, situation.now) {
            return Some(NextStep::Login(LoginReason::TooOld));
        }
    }
    strength_step(situation, session, progress)
}

/// Returns the step for the required authentication strength. Reauthentication comes before it,
/// because the second factor follows it anyway.
fn strength_step(
    situation: &InteractionState<'_>,
    session: &Session,
    progress: &Progress<'_>,
) -> Option<NextStep> {
    let request = &situation.interaction.request;
    let have = &session.authentication.acr;
    let essential = authorize::essential_acr(&request.claims);
    let SecondFactorStatus {
        enrolled,
        required,
        passkey_due,
    } = situation.second_factor;
    let required = required || situation.client.factor_requirement() > FactorRequirement::OneFactor;
    let has_two = FactorRequirement::TwoFactors.is_met_by(&session.authentication);
    let is_missing = !has_two || passkey_due;
    let enrol = if passkey_due {
        NextStep::EnrolPasskey
    } else {
        NextStep::EnrolSecondFactor
    };
    if !assurance::satisfies(have, &essential) {
        let would_do = is_missing && assurance::satisfies(assurance::AAL2, &essential);
        return Some(match (would_do, enrolled, required) {
            (true, true, _) => NextStep::SecondFactor,
            (true, false, true) => enrol,
            _ if progress.authenticated => refuse(
                ErrorCode::UnmetAuthenticationRequirements,
                "the sign-in did not satisfy the essential acr",
            ),
            _ => NextStep::Login(LoginReason::TooWeak),
        });
    }
    // OIDC Core §3.1.2.1: `acr_values` are voluntary, so only an enrolled user is prompted (RFC
    // 9470 §5).
    let wished = assurance::preferred(&request.acr_values) == Some(assurance::AAL2);
    match (is_missing, enrolled, required) {
        (true, true, true) => Some(NextStep::SecondFactor),
        (true, true, false) if wished => Some(NextStep::SecondFactor),
        (true, false, true) => Some(enrol),
        _ => None,
    }
}

/// Returns true if a request requires a new authentication, whatever the session has.
pub fn requires_new_sign_in(request: &AuthorizationRequest) -> bool {
    request.prompt.contains(Prompt::Login) || request.max_age == Some(0)
}

/// Returns the maximum age of a sign-in at an identity provider, in seconds; `None` if any is
/// accepted. A user who is already signed in here needs a new one.
pub fn upstream_max_age(request: Option<&AuthorizationRequest>, is_signed_in: bool) -> Option<u64> {
    if is_signed_in || request.is_some_and(requires_new_sign_in) {
        return Some(0);
    }
    request.and_then(|request| request.max_age)
}

/// Returns true if the authentication is older than `max_age`. `max_age=0` equals `prompt=login`
/// (OIDC Core §3.1.2.1).
fn is_too_old(request: &AuthorizationRequest, auth_time: UnixSeconds, now: UnixSeconds) -> bool {
    request.max_age.is_some_and(|max_age| {
        let age = u64::try_from(now.saturating_sub(auth_time)).unwrap_or(0);
        max_age == 0 || age > max_age
    })
}

fn consent_step(
    situation: &InteractionState<'_>,
    session: &Session,
    progress: &Progress<'_>,
) -> NextStep {
    let (client, request) = (situation.client, &situation.interaction.request);
    let scope = authorize::consent_scope(request);
    let requested = ConsentRequest {
        scope: &scope,
        resources: &request.resource,
        details: &request.authorization_details,
        optional: &consent::optional(client, situation.optional_scopes),
        registry: situation.registry,
    };
    let forced = request.prompt.contains(Prompt::Consent);
    // The operator may have removed a type since the request arrived.
    if let Err(error) = authorize::check_details(requested.details, client, &situation.registry) {
        return NextStep::Refuse(error);
    }
    if client.first_party && !forced && !requested.requires_prompt() {
        return NextStep::Issue(ConsentedAccess {
            resources: request.resource.clone(),
            details: request.authorization_details.clone(),
            scope,
            until: None,
        });
    }
    let remembered = situation
        .consent
        .filter(|consent| consent.is_live(situation.now))
        .filter(|consent| consent.user_id == session.user_id)
        .filter(|consent| consent.client_id == client.id);
    let issue = |allowed: &Scope| {
        let (scope, resources) = requested.within(allowed);
        NextStep::Issue(ConsentedAccess {
            scope,
            resources,
            details: request.authorization_details.clone(),
            until: remembered.and_then(|consent| consent.expires_at),
        })
    };
    if let Some(answer) = progress.consented
        && requested.is_complete_with(answer)
    {
        return issue(answer);
    }
    // Only its own host vouches for a client that is known by a metadata document.
    let is_strange = client.document.is_some();
    let may_pose = is_impersonable(client, &request.redirect_uri);
    match remembered {
        Some(consent)
            if requested.is_covered_by(consent) && !forced && !may_pose && !is_strange =>
        {
            issue(&consent.scope)
        }
        _ => NextStep::Consent(requested.question(remembered)),
    }
}

/// Returns true if another program on the user's device could impersonate this client (RFC 8252
/// §8.6); then consent is never silent.
fn is_impersonable(client: &Client, redirect_uri: &str) -> bool {
    client.kind == ClientKind::Public && !redirect_uri.starts_with("https://")
}

fn refuse(code: ErrorCode, description: &'static str) -> NextStep {
    NextStep::Refuse(OAuthError::new(code, description))
}

#[cfg(test)]
mod tests;
