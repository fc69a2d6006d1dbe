//! What a person has to do next before a client gets its answer, as one pure function
//! (OIDC Core §3.1.2.3 and §3.1.2.4).

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::prompt::Prompt;
use doorward_protocol::scope::Scope;

use crate::model::{Client, ClientKind, Consent, Interaction, Session, UserId};
use crate::rules::authorize::{self, Registry};
use crate::rules::consent::{ConsentPrompt, ConsentRequest, ConsentedAccess};
use crate::rules::second_factor::SecondFactorStatus;
use crate::rules::{assurance, consent};
use crate::time::UnixSeconds;

/// Everything that the answer depends on.
#[derive(Clone, Copy, Debug)]
pub struct InteractionState<'a> {
    /// The request with its progress.
    pub interaction: &'a Interaction,
    /// Who asks.
    pub client: &'a Client,
    /// The browser's session; its user is active. One that is over counts as none.
    pub session: Option<&'a Session>,
    /// The subject that the client expects (`id_token_hint` or a `sub` in `claims`).
    pub expected_subject: Option<UserId>,
    /// What the session's user has allowed this client before.
    pub consent: Option<&'a Consent>,
    /// The scopes that people may leave out whoever asks, by the operator's word.
    pub optional_scopes: &'a Scope,
    /// The registered scopes and resources.
    pub registry: Registry<'a>,
    /// How the session's user stands to the second factor.
    pub second_factor: SecondFactorStatus,
    /// Whether the session's user asked for their account to be deleted.
    pub leaving: bool,
    /// Whether the session's user still has to prove that they read their address.
    pub email_due: bool,
    /// Whether the session's user belongs to the organization that was asked for; true where none
    /// was.
    pub is_member: bool,
    /// The time.
    pub now: UnixSeconds,
}

/// Why a person has to sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginReason {
    /// Nobody is signed in.
    NotSignedIn,
    /// The client asked for a fresh proof (`prompt=login`).
    Forced,
    /// The last proof is older than `max_age`.
    TooOld,
    /// The client expects somebody else.
    OtherSubject,
    /// The last proof is too weak for an essential `acr`.
    TooWeak,
}

/// The answer.
#[derive(Clone, PartialEq, Debug)]
pub enum NextStep {
    /// Show the sign-in page.
    Login(LoginReason),
    /// Ask for the code of the second factor: the session is to become stronger.
    SecondFactor,
    /// Have the person set up the second factor that they must have.
    EnrolSecondFactor,
    /// Have the person add the passkey that they must have.
    EnrolPasskey,
    /// Ask whether the account that is to be deleted shall stay.
    CancelDeletion,
    /// Have the person prove that they read their address.
    VerifyEmail,
    /// Show whom the browser is signed in as, and let them choose.
    SelectAccount,
    /// Ask for leave.
    Consent(ConsentPrompt),
    /// Answer with a code for what was allowed, and no more.
    Issue(ConsentedAccess),
    /// Answer with an error.
    Refuse(OAuthError),
}

/// Decides what comes next.
pub fn next_step(situation: &InteractionState<'_>) -> NextStep {
    let step = interactive_step(situation);
    if !situation.interaction.request.prompt.contains(Prompt::None) {
        return step;
    }
    // OIDC Core §3.1.2.1: with prompt=none no page is ever shown.
    match step {
        NextStep::Login(_) => refuse(ErrorCode::LoginRequired, "the person is not signed in"),
        NextStep::SecondFactor | NextStep::EnrolSecondFactor | NextStep::EnrolPasskey => refuse(
            ErrorCode::InteractionRequired,
            "a second step is needed to sign in",
        ),
        NextStep::CancelDeletion => refuse(
            ErrorCode::InteractionRequired,
            "the account is to be deleted",
        ),
        NextStep::VerifyEmail => refuse(
            ErrorCode::InteractionRequired,
            "the person has to confirm their address first",
        ),
        NextStep::SelectAccount => refuse(
            ErrorCode::AccountSelectionRequired,
            "the person has to choose an account",
        ),
        NextStep::Consent(_) => refuse(
            ErrorCode::ConsentRequired,
            "the person has not allowed this yet",
        ),
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
    let progress = Progress::of(situation.interaction, session);
    if let Some(step) = login_step(situation, session, &progress) {
        // The pages of the account, where a factor is set up, are open to proved addresses only.
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
        // The same for an organization that does not exist: who is in which one is not told.
        return refuse(
            ErrorCode::AccessDenied,
            "the person does not belong to that organization",
        );
    }
    consent_step(situation, session, &progress)
}

/// What the person did within this interaction, as far as it was the session's person: another
/// sign-in in a second tab inherits nothing.
struct Progress<'a> {
    authenticated: bool,
    account_chosen: bool,
    consented: Option<&'a Scope>,
}

impl<'a> Progress<'a> {
    fn of(interaction: &'a Interaction, session: &Session) -> Self {
        if interaction.session_id == Some(session.id) {
            let authenticated = interaction.authenticated_at.is_some();
            Self {
                authenticated,
                account_chosen: interaction.account_chosen || authenticated,
                consented: interaction.consented.as_ref(),
            }
        } else {
            Self {
                authenticated: false,
                account_chosen: false,
                consented: None,
            }
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
        // The person just proved to be somebody else: asking again would loop.
        return Some(if progress.authenticated {
            refuse(
                ErrorCode::LoginRequired,
                "another person is signed in than the client expects",
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

/// What the strength of the proof asks for. A fresh password comes before this, because the second
/// step follows it anyway.
fn strength_step(
    situation: &InteractionState<'_>,
    session: &Session,
    progress: &Progress<'_>,
) -> Option<NextStep> {
    let request = &situation.interaction.request;
    let have = &session.authentication.acr;
    let two = [assurance::AAL2.to_owned()];
    let essential = authorize::essential_acr(&request.claims);
    let SecondFactorStatus {
        enrolled,
        required,
        passkey_due,
    } = situation.second_factor;
    let required = required || situation.client.require_mfa;
    let is_missing = !assurance::satisfies(have, &two) || passkey_due;
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
                "the essential acr was not reached by signing in",
            ),
            _ => NextStep::Login(LoginReason::TooWeak),
        });
    }
    // OIDC Core §3.1.2.1: `acr_values` are voluntary, so only who can is asked (RFC 9470 §5).
    let wished = assurance::preferred(&request.acr_values) == Some(assurance::AAL2);
    match (is_missing, enrolled, required) {
        (true, true, true) => Some(NextStep::SecondFactor),
        (true, true, false) if wished => Some(NextStep::SecondFactor),
        (true, false, true) => Some(enrol),
        _ => None,
    }
}

/// Whether a request demands that the person prove themselves now, whatever they proved before.
pub fn wants_new_sign_in(request: &AuthorizationRequest) -> bool {
    request.prompt.contains(Prompt::Login) || request.max_age == Some(0)
}

/// Returns how old a sign-in at another provider may be, in seconds; none where any is accepted. A user
/// who is signed in here already is asked for a new one.
pub fn upstream_max_age(request: Option<&AuthorizationRequest>, is_signed_in: bool) -> Option<u64> {
    if is_signed_in || request.is_some_and(wants_new_sign_in) {
        return Some(0);
    }
    request.and_then(|request| request.max_age)
}

/// OIDC Core §3.1.2.1: `max_age=0` is the same as `prompt=login`.
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
    let wanted = ConsentRequest {
        scope: &scope,
        resources: &request.resource,
        details: &request.authorization_details,
        optional: &consent::optional(client, situation.optional_scopes),
        registry: situation.registry,
    };
    let forced = request.prompt.contains(Prompt::Consent);
    // The operator may have taken a type away since the request came.
    if let Err(error) = authorize::check_details(wanted.details, client, &situation.registry) {
        return NextStep::Refuse(error);
    }
    if client.first_party && !forced && !wanted.is_always_asked() {
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
        let (scope, resources) = wanted.within(allowed);
        NextStep::Issue(ConsentedAccess {
            scope,
            resources,
            details: request.authorization_details.clone(),
            until: remembered.and_then(|consent| consent.expires_at),
        })
    };
    if let Some(answer) = progress.consented
        && wanted.is_answered_by(answer)
    {
        return issue(answer);
    }
    // Nobody but its own host vouches for a client that is known by a document alone.
    let is_strange = client.document.is_some();
    let may_pose = is_impersonable(client, &request.redirect_uri);
    match remembered {
        Some(consent) if wanted.is_settled_by(consent) && !forced && !may_pose && !is_strange => {
            issue(&consent.scope)
        }
        _ => NextStep::Consent(wanted.question(remembered)),
    }
}

/// Whether another program on the person's device could pose as this client (RFC 8252 §8.6): then
/// consent is never silent.
fn is_impersonable(client: &Client, redirect_uri: &str) -> bool {
    client.kind == ClientKind::Public && !redirect_uri.starts_with("https://")
}

fn refuse(code: ErrorCode, description: &'static str) -> NextStep {
    NextStep::Refuse(OAuthError::new(code, description))
}

#[cfg(test)]
mod tests;
