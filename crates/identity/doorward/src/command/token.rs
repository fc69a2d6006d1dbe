//! `doorward token`: gets an access token from `doorward dev`.

use std::time::Duration;

use doorward_identity_server::dev;
use serde::Deserialize;
use url::Url;

use super::dev::PORT;
use crate::command::prelude::*;
use crate::target;

#[derive(Debug, Args)]
pub struct TokenArgs {
    /// User: user name or e-mail address
    #[arg(long, value_name = "USER", default_value = "alice")]
    user: String,
    /// Client that requests the token [default: doorward-dev]
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
    /// Requested scope (repeatable), such as `admin` for the admin API [default: all of the
    /// client's]
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Organization (ID) in which the user acts
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// Issuer of the development instance [default: that of the instance in .doorward, or
    /// `http://localhost:8400`]
    #[arg(long, value_name = "ISSUER", conflicts_with = "data_dir", value_parser = parse_issuer)]
    url: Option<Url>,
    /// Data directory of the development instance, whose last start names the issuer
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error_description: Option<String>,
    detail: Option<String>,
}

fn parse_issuer(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(Url::has_host);
    url.ok_or_else(|| format!("write a URL such as http://localhost:{PORT}"))
}

fn issuer(args: &TokenArgs) -> Result<Url> {
    if let Some(url) = &args.url {
        return Ok(url.clone());
    }
    let here = target::has_dev_instance().then_some(Path::new(target::DEV_DIRECTORY));
    let issuer = match args.data_dir.as_deref().or(here) {
        Some(directory) => dev::reopen(directory).map_err(CliError::failure)?.issuer,
        None => format!("http://localhost:{PORT}"),
    };
    issuer.parse().map_err(CliError::failure)
}

/// Requests a token and prints only the token.
pub async fn run(args: &TokenArgs) -> Result {
    let url = issuer(args)?;
    let endpoint = url.join("/dev/token").map_err(CliError::failure)?;
    let mut body = json!({ "user": args.user });
    if let Some(client) = &args.client {
        body["client"] = json!(client);
    }
    if let Some(org) = &args.org {
        body["organization"] = json!(org);
    }
    if !args.scope.is_empty() {
        body["scope"] = json!(args.scope.join(" "));
    }
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(CliError::failure)?;
    let response = client
        .post(endpoint)
        .json(&body)
        .send()
        .await
        .map_err(|error| {
            CliError::Unavailable(if error.is_connect() {
                format!("nothing answers at {url}; start `doorward dev` first")
            } else {
                crate::error::with_causes(&error)
            })
        })?;
    let status = response.status();
    let text = response.text().await.map_err(CliError::failure)?;
    if status.is_success() {
        let issued: Issued = serde_json::from_str(&text).map_err(CliError::failure)?;
        return output::line(&issued.access_token);
    }
    if status == reqwest::StatusCode::NOT_FOUND {
        return Err(CliError::failure(format!(
            "{url} has no /dev/token: only `doorward dev` gives tokens away"
        )));
    }
    let refused: ErrorBody = serde_json::from_str(&text).unwrap_or_default();
    let why = refused.error_description.or(refused.detail);
    Err(CliError::Failure(
        why.unwrap_or_else(|| format!("the server answered {status}")),
    ))
}
