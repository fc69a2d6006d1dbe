//! Registration of a known application: `client create --app`, `client apps`, `client config`.

use doorward_admin::applications::{ADDED, ChosenApplication, Configuration, SECRET_PLACEHOLDER};
use doorward_applications::application::{Application, Part};
use doorward_applications::catalogue;
use doorward_domain::random::Random;
use doorward_domain::secret::OpaqueToken;
use serde_json::Map;

use super::credentials::{client_id, print_credentials};
use crate::command::prelude::*;

/// The client whose configuration to print.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Application, as `client apps` lists it
    #[arg(long, value_name = "NAME")]
    app: String,
    /// URL at which users open the application
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    out: Output,
}

/// Prints the client, and the configuration of its application.
pub(super) fn print(
    installation: &Installation,
    chosen: &ChosenApplication,
    client: &Client,
    secret: Option<&str>,
    out: Output,
) -> Result {
    let issuer = installation.issuer()?;
    let random = OpaqueToken::generate(&mut Random::default().rng());
    let configuration = chosen.configure(issuer, client, secret, &random);
    if out.json {
        return output::json(&document(issuer, chosen, client, secret, &configuration));
    }
    print_credentials(client.id.as_str(), secret)?;
    let title = &chosen.application.title;
    for part in &configuration.parts {
        output::line(&format!("\n# {title}: {}\n", part.place))?;
        output::document(&part.text)?;
    }
    for note in &configuration.notes {
        output::print_status(&format!("Note: {note}"));
    }
    Ok(())
}

fn document(
    issuer: &str,
    chosen: &ChosenApplication,
    client: &Client,
    secret: Option<&str>,
    configuration: &Configuration,
) -> Value {
    let endpoints = configuration.endpoints.iter();
    let endpoints: Map<String, Value> = endpoints
        .map(|(name, url)| ((*name).to_owned(), json!(url)))
        .collect();
    let parts = configuration.parts.iter().map(part_document);
    let mut shown = json!({
        "client_id": client.id.as_str(),
        "application": chosen.application.id,
        "issuer": issuer,
        "endpoints": endpoints,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "scopes": client.scopes.iter().collect::<Vec<_>>(),
        "configuration": parts.collect::<Vec<_>>(),
        "notes": configuration.notes,
    });
    if let Some(url) = &chosen.url {
        shown["url"] = json!(url.as_str());
    }
    if let Some(secret) = secret {
        shown["client_secret"] = json!(secret);
    }
    shown
}

fn part_document(part: &Part) -> Value {
    let mut shown = json!({
        "form": part.form.as_str(),
        "place": part.place,
        "text": part.text,
    });
    let variables: Map<String, Value> = part
        .variables()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    if !variables.is_empty() {
        shown["variables"] = Value::Object(variables);
    }
    shown
}

pub(super) fn list(out: Output) -> Result {
    let document = |application: &Application| {
        json!({
            "name": application.id,
            "title": application.title,
            "aliases": application.aliases,
            "kind": application.kind.as_str(),
            "version": application.version,
            "run_in_suite": application.is_run(),
            "documentation": application.source,
            "needs_url": application.url.is_some(),
        })
    };
    let header = ["NAME", "APPLICATION", "VERSION", "KIND", "CONFIGURATION"];
    let catalogue = catalogue::all().iter().map(|application| {
        let tested = if application.is_run() {
            "run in the test suite"
        } else {
            "from its documentation"
        };
        let row = [
            application.id.to_owned(),
            application.title.clone(),
            application.version.clone(),
            application.kind.as_str().to_owned(),
            tested.to_owned(),
        ];
        (document(application), row)
    });
    let added = ADDED.all().iter().flat_map(|others| {
        let kind = others.kind.as_str();
        (others.all)().into_iter().map(move |known| {
            let document = json!({
                "name": known.id,
                "title": known.title,
                "kind": kind,
                "documentation": known.source,
                "needs_url": true,
            });
            let row = [known.id, known.title, "", kind, "from its documentation"];
            (document, row.map(str::to_owned))
        })
    });
    let all: Vec<(Value, [String; 5])> = catalogue.chain(added).collect();
    out.rows(&all, |row| row.0.clone(), header, |row| row.1.clone())
}

/// Prints the configuration of a client's application again.
pub(super) async fn config(installation: &Installation, args: ConfigArgs) -> Result {
    let chosen = ChosenApplication::named(&args.app, args.url.as_deref());
    let chosen = chosen.map_err(CliError::usage)?;
    let client = clients::get(&installation.operator(), &client_id(&args.id)?).await?;
    print(installation, &chosen, &client, None, args.out)?;
    if client.auth_method.is_by_secret() && !args.out.json {
        output::print_status(&format!(
            "Write the secret in place of {SECRET_PLACEHOLDER}; `doorward client rotate-secret` creates a new one."
        ));
    }
    Ok(())
}
