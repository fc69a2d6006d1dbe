//! The pages between an authorization request and its response.

use doorward_domain::model::Authentication;
use doorward_rules::assurance::{self, SecondFactorMethod};

use super::types::{Simulation, SimulationRequest};
use crate::authorize::step;
use crate::authorize::types::BrowserContext;
use crate::prelude::*;

/// Maximum number of pages that the user answers: the app, a passkey and the consent.
const MAX_PAGES: usize = 3;

pub(super) async fn step(
    context: &Context,
    client: &Client,
    interaction: &Interaction,
    current: Option<&SignedIn>,
) -> Result<NextStep> {
    let browser = BrowserContext::new(interaction.browser_hash, current);
    step::step(context, client, interaction, &browser).await
}

/// Returns the next step after the pages that ask for a second factor or consent. The user gives
/// both; their names are added to `asked`.
pub(super) async fn answer(
    context: &Context,
    client: &Client,
    interaction: &mut Interaction,
    current: &mut Option<SignedIn>,
    asked: &mut Vec<&'static str>,
) -> Result<NextStep> {
    loop {
        let next = step(context, client, interaction, current.as_ref()).await?;
        let Some(signed_in) = current.as_mut().filter(|_| asked.len() < MAX_PAGES) else {
            return Ok(next);
        };
        match &next {
            NextStep::SecondFactor => {
                asked.push("second_factor");
                let proof = with_factor(&context.core, signed_in).await?;
                signed_in.session.authentication = proof.clone();
                signed_in.proof = proof;
            }
            NextStep::Consent(prompt) => {
                asked.push("consent");
                interaction.session_id = Some(signed_in.session.id);
                let allowed = prompt.granted_scope(&prompt.optional, &prompt.optional);
                interaction.consented = Some(allowed);
            }
            _ => return Ok(next),
        }
    }
}

/// Returns the authentication with the second factor that the user has.
async fn with_factor(core: &Core, signed_in: &SignedIn) -> Result<Authentication> {
    let has = repo::totp_factors::inventory(core.db.read(), signed_in.user.id).await?;
    let proof = &signed_in.session.authentication;
    // After a code of the app, only a required passkey can be missing.
    let method = if factors::has_app(&has) && proof.acr == assurance::AAL1 {
        SecondFactorMethod::Totp
    } else {
        SecondFactorMethod::Passkey { synced: true }
    };
    Ok(assurance::with_second(proof, method))
}

/// Returns the result for a page that ends the simulation, or for a rejection.
pub(super) fn stop(
    simulation: Simulation,
    step: &NextStep,
    question: &SimulationRequest<'_>,
) -> Simulation {
    let user = question.user.unwrap_or("USER");
    match step {
        NextStep::Refuse(error) => {
            let lost = error.code == ErrorCode::AccessDenied;
            let simulation = simulation.with_error("next_step", error);
            match question.org.filter(|_| lost) {
                Some(org) => simulation
                    .with_remediation(format!("doorward org add-member {org} --user {user}")),
                None => simulation,
            }
        }
        NextStep::Login(_) => {
            simulation.stop("sign_in", "no user is signed in: name one with --user")
        }
        NextStep::SecondFactor => simulation
            .stop("second_factor", "a code of the second factor is required")
            .with_remediation("the user enters the code: --acr aal2".to_owned()),
        NextStep::EnrolSecondFactor => simulation.stop(
            "second_factor",
            "the user must enroll a second factor first, at /account/security/2fa",
        ),
        NextStep::EnrolPasskey => simulation.stop(
            "second_factor",
            "the user must add a passkey first, at /account/security/passkeys",
        ),
        NextStep::CancelDeletion => {
            simulation.stop("keep_account", GrantCheckError::UserLeaving.reason())
        }
        NextStep::VerifyEmail => simulation
            .stop("verify_email", "the user has not verified their address")
            .with_remediation(format!("doorward user verify-email {user}")),
        NextStep::SelectAccount => simulation.stop("select_account", "the user chooses an account"),
        NextStep::Consent(question) => simulation.stop(
            "consent",
            format!("the user is asked to allow: {}", question.new),
        ),
        NextStep::Issue(_) => simulation.stop("sign_in", "no user is signed in"),
    }
}
