//! The input and the result of a simulation.

use doorward_access::jwt::claims::{AccessTokenClaims, IdTokenClaims};
use doorward_protocol::error::OAuthError;
use doorward_protocol::scope::Scope;
use doorward_rules::grant_check::GrantCheckError;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::custom_claims::OutputClaims;

/// The name of the stand-in client for requests without one.
pub(super) const PLACEHOLDER_NAME: &str = "explain";

#[derive(Clone, Copy, Debug)]
pub struct SimulationRequest<'a> {
    /// The client; if absent, a stand-in with all scopes.
    pub client: Option<&'a str>,
    /// The signed-in user: user name, e-mail address or id.
    pub user: Option<&'a str>,
    /// The scope; if absent, all that the client may request.
    pub scope: Option<&'a Scope>,
    pub org: Option<&'a str>,
    pub resources: &'a [String],
    /// The redirect URI; if absent, the first registered one.
    pub redirect_uri: Option<&'a str>,
    /// The authentication level of the user's sign-in: `aal1` or `aal2`.
    pub acr: &'a str,
    /// True if the user gives the second factor and the consent that pages ask for. Otherwise the
    /// first page ends the simulation.
    pub answers: bool,
}

impl<'a> SimulationRequest<'a> {
    pub(super) fn client_name(&self) -> &'a str {
        self.client.unwrap_or(PLACEHOLDER_NAME)
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Simulation {
    /// True if a code or a token would be issued now.
    pub allowed: bool,
    /// The passed checks, in order.
    pub passed: Vec<&'static str>,
    /// The pages that the user answers, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<&'static str>,
    /// The failed check, or the page that is shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<&'static str>,
    /// The error for the client (RFC 6749 §4.1.2.1, §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The remediation, with its commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<AccessTokenClaims>,
    /// The claims of the ID token, without `nonce` and `at_hash`: they depend on the request and the
    /// signed access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<IdTokenClaims>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<Map<String, Value>>,
    #[serde(flatten)]
    pub output_claims: OutputClaims,
}

impl Simulation {
    pub(super) fn pass(&mut self, gate: &'static str) {
        self.passed.push(gate);
    }

    pub(super) fn stop(mut self, gate: &'static str, because: impl Into<String>) -> Self {
        self.stopped_by = Some(gate);
        self.because = Some(because.into());
        self
    }

    pub(super) fn with_error(mut self, gate: &'static str, error: &OAuthError) -> Self {
        self.error = Some(error.code.as_str().to_owned());
        self.stop(gate, error.description.clone().into_owned())
    }

    /// Ends the simulation at the client, which is disabled.
    pub(super) fn disabled_client(self, question: &SimulationRequest<'_>) -> Self {
        let error = GrantCheckError::ClientDisabled;
        let mut answer = self.stop("client", error.reason());
        answer.grant = lifted(error, question);
        answer
    }

    pub(super) fn gate(self, error: GrantCheckError, question: &SimulationRequest<'_>) -> Self {
        let mut answer = self.stop("gate", error.reason());
        answer.error = Some(error.to_error().code.as_str().to_owned());
        answer.grant = lifted(error, question);
        answer
    }

    pub(super) fn with_remediation(mut self, command: String) -> Self {
        self.grant.push(command);
        self
    }
}

fn lifted(error: GrantCheckError, question: &SimulationRequest<'_>) -> Vec<String> {
    let client = question.client_name();
    let user = question.user.unwrap_or("USER");
    let org = question.org.unwrap_or("ORG");
    vec![match error {
        GrantCheckError::ClientDisabled => {
            format!("doorward client update {client} --disabled=false")
        }
        GrantCheckError::GrantNotAllowed => {
            format!("doorward client update {client} --grant … (the whole list)")
        }
        GrantCheckError::UserDisabled => format!("doorward user enable {user}"),
        GrantCheckError::UserLeaving => {
            "the user cancels the deletion at their next sign-in".to_owned()
        }
        GrantCheckError::MembershipLost => format!("doorward org add-member {org} --user {user}"),
        GrantCheckError::SecondFactorMissing => {
            "the user signs in with a second factor: --acr aal2".to_owned()
        }
        GrantCheckError::PasskeyMissing => "the user signs in with a passkey".to_owned(),
        GrantCheckError::GrantEnded | GrantCheckError::UserGone | GrantCheckError::SessionEnded => {
            "the user signs in again".to_owned()
        }
    }]
}
