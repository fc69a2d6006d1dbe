//! `doorward explain authorize|token …`: simulates issuing with the server's own code.

use doorward_access::clock::Clock;
use doorward_identity_server::simulation_context;
use doorward_oauth::simulation::{self, SimulationRequest};
use doorward_protocol::scope::Scope;
use doorward_rules::assurance;
use doorward_services::context::Context;

use crate::command::prelude::*;
use crate::command::values::parse_time;

/// Arguments of every simulated token request.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// User: user name, e-mail address or ID
    #[arg(long)]
    pub user: Option<String>,
    /// Requested scope [default: all that the client can request]
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub scope: Option<Scope>,
    /// Organization of the token
    #[arg(long)]
    pub org: Option<String>,
    /// Authentication level of the simulated sign-in: aal1 or aal2
    #[arg(long, value_name = "ACR", default_value = assurance::AAL1, value_parser = assurance::SUPPORTED.to_vec())]
    pub acr: String,
    /// Time of the simulated request: a date, or a time in RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub at: Option<i64>,
}

/// `doorward explain authorize`.
#[derive(Debug, Args)]
pub struct AuthorizeArgs {
    /// Client that sends the request
    #[arg(long, value_name = "CLIENT_ID")]
    client: String,
    #[command(flatten)]
    request: RequestArgs,
    /// Redirect URI of the request [default: the first registered one]
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// Requested resource, which narrows the audience (repeatable)
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
}

/// `doorward explain token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Client that requests the token; without --user it acts for itself
    #[arg(long, value_name = "CLIENT_ID")]
    client: String,
    #[command(flatten)]
    request: RequestArgs,
    /// Requested resource, which narrows the audience (repeatable)
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).map_err(|error| error.to_string())
}

/// A clock that is stopped at the simulated time.
#[derive(Debug)]
struct At(i64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0
    }
}

impl RequestArgs {
    pub fn now(&self) -> i64 {
        self.at.unwrap_or_else(|| SystemClock.now())
    }

    /// Creates the parts of the identity server that evaluate the request.
    pub fn context(&self, installation: &Installation) -> Result<Context> {
        let clock = Arc::new(At(self.now()));
        let (config, db) = (installation.config.clone(), installation.db.clone());
        simulation_context(config, db, clock, installation.master_key()?).map_err(CliError::failure)
    }

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
            answers: false,
        }
    }
}

/// Returns the simulated response of the authorization endpoint.
pub async fn authorize(target: &TargetArgs, args: &AuthorizeArgs) -> Result<Value> {
    let installation = target.open().await?;
    let context = args.request.context(&installation)?;
    let question = SimulationRequest {
        redirect_uri: args.redirect_uri.as_deref(),
        ..args.request.question(Some(&args.client), &args.resource)
    };
    let answer = simulation::authorize(&context, &question).await;
    serde_json::to_value(answer.map_err(CliError::failure)?).map_err(CliError::failure)
}

/// Returns whether a token would be issued, and its claims.
pub async fn token(target: &TargetArgs, args: &TokenArgs) -> Result<Value> {
    let installation = target.open().await?;
    let context = args.request.context(&installation)?;
    let question = args.request.question(Some(&args.client), &args.resource);
    let answer = simulation::token(&context, &question).await;
    serde_json::to_value(answer.map_err(CliError::failure)?).map_err(CliError::failure)
}
