//! Configuration as code: `export`, `plan`, `apply` and `drift` with the files of a directory.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use doorward_admin::kinds;
use doorward_admin::operation::Entry;
use doorward_identity_server::features::as_code::export::{ExportError, export};
use doorward_identity_server::features::as_code::files::Folder;
use doorward_identity_server::features::as_code::operations;
use serde_json::Map;

use crate::command::prelude::*;
use crate::operation;

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Directory of the files; comments in present files stay
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Kind of objects to export (repeatable) [default: all kinds]
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    files: Files,
    /// Print Markdown, for a merge request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    files: Files,
    /// Hash of the state for which the plan was made; another state is rejected
    #[arg(long, value_name = "HASH")]
    state: Option<String>,
    /// Commit of the files, for the audit log
    #[arg(long, value_name = "NAME")]
    commit: Option<String>,
    /// New file for the secrets of new clients, which only its owner can read
    #[arg(long, value_name = "FILE")]
    new_secrets: Option<PathBuf>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct DriftArgs {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
struct Files {
    #[command(flatten)]
    target: ActingTarget,
    /// Directory of the files; the kinds that have a folder are managed
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Admin(error) => error.into(),
            ExportError::File(error) => Self::failure(error),
        }
    }
}

/// Writes the objects into the files of a directory.
pub async fn run_export(args: &ExportArgs) -> Result {
    let installation = args.target.open().await?;
    let all = kinds::all().map(|kind| kind.name);
    let chosen = args.kinds.iter().map(String::as_str);
    let names: Vec<&str> = if args.kinds.is_empty() {
        all.collect()
    } else {
        chosen.collect()
    };
    let done = export(&installation.operator(), &args.directory, names).await?;
    for path in &done.removed {
        output::print_status(&format!("Removed: {}", path.display()));
    }
    output::print_status(&format!(
        "Files written: {}, removed: {}, unchanged: {}.",
        done.written.len(),
        done.removed.len(),
        done.unchanged
    ));
    Ok(())
}

/// A secret that a command reads from its source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    /// Required.
    Read,
    /// The stored one takes the place of one that cannot be read here.
    ReadOrKeep,
    Keep,
}

impl Files {
    /// Returns the body of an operation with the objects of the files.
    fn body(&self, secrets: Secrets) -> Result<Map<String, Value>> {
        if !self.directory.is_dir() {
            let problem = format!("{} is no directory", self.directory.display());
            return Err(CliError::failure(problem));
        }
        let folder = Folder::read(&self.directory).map_err(CliError::failure)?;
        let objects = folder.objects(|source| match (secrets, source.read()) {
            (Secrets::Read, read) => read,
            (Secrets::ReadOrKeep, Ok(secret)) => Ok(secret),
            _ => Ok(kinds::KEEP.to_owned()),
        });
        let objects = json!(objects.map_err(CliError::failure)?);
        let mut body = Map::from_iter([("objects".to_owned(), objects)]);
        // Only an apply stores the secrets, and notes the files.
        if secrets == Secrets::Read {
            body.insert("files".to_owned(), json!(folder.places(&self.directory)));
        }
        Ok(body)
    }

    async fn run(&self, entry: &Entry, body: Map<String, Value>) -> Result<Value> {
        let installation = self.target.open().await?;
        let done = operation::run(entry, &body.into(), &installation.operator()).await?;
        Ok(done.document)
    }
}

/// Prints the result, as JSON or its text.
fn print(document: &Value, out: Output) -> Result {
    if out.json {
        return output::json(document);
    }
    output::document(document["text"].as_str().unwrap_or_default())
}

fn is_empty(document: &Value, name: &str) -> bool {
    document[name].as_array().is_none_or(Vec::is_empty)
}

/// Fails if a file has a problem.
fn check_problems(document: &Value) -> Result {
    if is_empty(document, "problems") {
        return Ok(());
    }
    Err(CliError::failure(
        "the objects cannot become as the files describe them",
    ))
}

/// Prints what an apply changes.
pub async fn run_plan(args: &PlanArgs) -> Result {
    let mut body = args.files.body(Secrets::ReadOrKeep)?;
    if args.markdown {
        body.insert("form".to_owned(), "markdown".into());
    }
    let document = args.files.run(&operations::PLAN, body).await?;
    print(&document, args.out)?;
    check_problems(&document)?;
    if is_empty(&document, "changes") {
        return Ok(());
    }
    Err(CliError::Differs("An apply changes objects.".to_owned()))
}

/// Makes the deployment as the files describe it.
pub async fn run_apply(args: ApplyArgs) -> Result {
    let mut body = args.files.body(Secrets::Read)?;
    for (name, value) in [("state", args.state), ("commit", args.commit)] {
        body.extend(value.map(|value| (name.to_owned(), value.into())));
    }
    body.insert("new_secrets".to_owned(), args.new_secrets.is_some().into());
    // Before the secrets exist, so that none is lost for want of a file.
    let file = match &args.new_secrets {
        Some(path) => {
            let mut options = OpenOptions::new();
            let options = options.write(true).create_new(true).mode(0o600);
            Some((path, options.open(path).map_err(CliError::at(path))?))
        }
        None => None,
    };
    let done = args.files.run(&operations::APPLY, body).await;
    let secrets = |document: &Value| document["new_secrets"].as_object().cloned();
    let secrets = done.as_ref().ok().and_then(secrets).unwrap_or_default();
    let is_applied = done
        .as_ref()
        .is_ok_and(|document| document["applied"] == true);
    if let Some((path, mut file)) = file {
        if is_applied && !secrets.is_empty() {
            let text = toml::to_string(&secrets).map_err(CliError::failure)?;
            file.write_all(text.as_bytes())
                .map_err(CliError::at(path))?;
            output::print_status(&format!("New secrets: {}", path.display()));
        } else {
            std::fs::remove_file(path).map_err(CliError::at(path))?;
        }
    }
    let mut document = done?;
    document["new_secrets"] = secrets.keys().cloned().collect();
    print(&document, args.out)?;
    check_problems(&document)?;
    if is_applied || is_empty(&document, "changes") {
        return Ok(());
    }
    if let Some(request) = document["waiting"].as_str() {
        let text =
            format!("It waits for the approval of the request {request}. Repeat it afterwards.");
        return Err(CliError::Differs(text));
    }
    let names: Vec<&str> = secrets.keys().map(String::as_str).collect();
    let names = names.join(", ");
    Err(CliError::failure(format!(
        "these clients get a new secret: {names}; name a file for the secrets by --new-secrets"
    )))
}

/// Prints what differs from the files, and who changed it.
pub async fn run_drift(args: &DriftArgs) -> Result {
    let body = args.files.body(Secrets::Keep)?;
    let document = args.files.run(&operations::DRIFT, body).await?;
    print(&document, args.out)?;
    check_problems(&document)?;
    if is_empty(&document, "objects") {
        return Ok(());
    }
    Err(CliError::Differs(
        "Objects differ from their files.".to_owned(),
    ))
}
