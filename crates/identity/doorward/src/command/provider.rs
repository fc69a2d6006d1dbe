use std::collections::BTreeMap;

use doorward_admin::providers::operations::shown;
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::derived_keys::ProviderKey;
use serde::Deserialize;

use crate::command::prelude::*;
use crate::secret_input;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create or replace every provider of a file, all or none; other providers remain
    Apply {
        /// TOML file with a table `[ID]` for each provider
        file: PathBuf,
        /// Check the file and report the changes without applying them
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        out: Output,
    },
}

/// A provider in a file: the members of the API, or a separate file with the secret.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a table for each provider, such as [google]")]
struct Listed {
    client_secret_file: Option<PathBuf>,
    #[serde(flatten)]
    spec: toml::Table,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::Apply { file, dry_run, out } = verb;
    apply(installation, &file, dry_run, out).await
}

fn key(installation: &Installation) -> Result<ProviderKey> {
    Ok(ProviderKey::derive(&installation.master_key()?))
}

fn secret(file: &std::path::Path) -> Result<String> {
    Ok(secret_input::of_file(file)?.trim().to_owned())
}

fn read(file: &std::path::Path) -> Result<Vec<(String, ProviderSpec)>> {
    let text = std::fs::read_to_string(file).map_err(CliError::at(file))?;
    let wrong = CliError::at(file);
    let tables: BTreeMap<String, Listed> = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        wrong(format!("line {line}: {}", error.message()))
    })?;
    let mut specs = Vec::new();
    for (id, mut listed) in tables {
        listed.spec.insert("id".to_owned(), id.as_str().into());
        let spec: Result<ProviderSpec, _> = listed.spec.try_into();
        let mut spec = spec.map_err(|error| wrong(format!("[{id}]: {}", error.message())))?;
        if let Some(path) = listed.client_secret_file {
            // Relative to the file that names it.
            let path = file
                .parent()
                .map_or(path.clone(), |folder| folder.join(&path));
            spec.client_secret = Some(secret(&path)?);
        }
        specs.push((id, spec));
    }
    Ok(specs)
}

async fn apply(
    installation: &Installation,
    file: &std::path::Path,
    dry_run: bool,
    out: Output,
) -> Result {
    let (specs, context) = (read(file)?, installation.operator());
    let done = providers::put_all(&context, &key(installation)?, &specs, !dry_run).await?;
    if out.json {
        let mut all = Vec::new();
        for (item, is_new) in done {
            let mut document = json!(shown(&context, item).await?);
            document["new"] = json!(is_new);
            all.push(document);
        }
        return output::json(&all);
    }
    for (item, is_new) in &done {
        let verb = match (dry_run, is_new) {
            (false, true) => "is added",
            (false, false) => "is replaced",
            (true, true) => "would be added",
            (true, false) => "would be replaced",
        };
        output::line(&format!("The provider {} {verb}.", item.id))?;
    }
    Ok(())
}
