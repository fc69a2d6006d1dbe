//! `doorward explain authorize|token …`: what the issuing code would answer.

use std::sync::Arc;

use clap::Args;
use doorward_access::clock::{Clock, SystemClock};
use doorward_domain::rules::assurance;
use doorward_identity_server::rehearsal;
use doorward_protocol::scope::Scope;
use doorward_services::simulation::{self, SimulationRequest};
use doorward_services::state::State;

use crate::command::timestamp::when;
use crate::target::{Installation, TargetArgs};
use crate::{error::CliError, output};

/// What every question about a token has.
#[derive(Debug, Args)]
pub struct Wish {
    /// The person's user name, e-mail address or id
    #[arg(long)]
    pub user: Option<String>,
    /// The scope [default: all that the app may ask for]
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub scope: Option<Scope>,
    /// In the name of this organization
    #[arg(long)]
    pub org: Option<String>,
    /// How strongly the person would have signed in: aal1 or aal2
    #[arg(long, value_name = "ACR", default_value = assurance::AAL1, value_parser = assurance::SUPPORTED.to_vec())]
    pub acr: String,
    /// At another time: a date, or a time in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = when)]
    pub at: Option<i64>,
}

/// `doorward explain authorize`.
#[derive(Debug, Args)]
pub struct AuthorizeArgs {
    /// The app
    #[arg(long, value_name = "CLIENT_ID")]
    client: String,
    #[command(flatten)]
    wish: Wish,
    /// Where the code would go [default: the first registered one]
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// Narrows the audience; may be repeated
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
}

/// `doorward explain token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The app; without --user it acts for itself
    #[arg(long, value_name = "CLIENT_ID")]
    client: String,
    #[command(flatten)]
    wish: Wish,
    /// Narrows the audience; may be repeated
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).map_err(|error| error.to_string())
}

/// A clock that shows the time that was asked for.
#[derive(Debug)]
struct At(i64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0
    }
}

impl Wish {
    /// The time of the question.
    pub fn now(&self) -> i64 {
        self.at.unwrap_or_else(|| SystemClock.now())
    }

    /// The parts of the identity server that answer.
    pub fn state(&self, place: &Installation) -> Result<State, CliError> {
        let clock = Arc::new(At(self.now()));
        rehearsal(place.config.clone(), place.db.clone(), clock).map_err(CliError::failure)
    }

    /// The question, put to this app.
    pub fn question<'a>(
        &'a self,
        client: Option<&'a str>,
        resources: &'a [String],
    ) -> SimulationRequest<'a> {
        SimulationRequest {
            client,
            user: self.user.as_deref(),
            scope: self.scope.as_ref(),
            org: self.org.as_deref(),
            resources,
            redirect_uri: None,
            acr: &self.acr,
        }
    }
}

/// Prints what the authorization endpoint would answer.
pub async fn authorize(place: &TargetArgs, args: &AuthorizeArgs) -> Result<(), CliError> {
    let installation = place.open().await?;
    let state = args.wish.state(&installation)?;
    let question = SimulationRequest {
        redirect_uri: args.redirect_uri.as_deref(),
        ..args.wish.question(Some(&args.client), &args.resource)
    };
    let answer = simulation::authorize(&state, &question).await;
    output::json(&answer.map_err(CliError::failure)?)
}

/// Prints whether a token would be issued, and what it would say.
pub async fn token(place: &TargetArgs, args: &TokenArgs) -> Result<(), CliError> {
    let installation = place.open().await?;
    let state = args.wish.state(&installation)?;
    let question = args.wish.question(Some(&args.client), &args.resource);
    let answer = simulation::token(&state, &question).await;
    output::json(&answer.map_err(CliError::failure)?)
}
