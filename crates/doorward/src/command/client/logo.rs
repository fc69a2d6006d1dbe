//! Options for the logo of a client.

use doorward_services::pictures::{MAX_FILE, PictureEncoder};

use super::parse::client_id;
use super::view::document;
use crate::command::prelude::*;

/// The client and the logo to set.
#[derive(Debug, Args)]
pub struct LogoArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// PNG, JPEG, GIF or WebP file of at most 2 MiB; cropped to a square and scaled to at most 256
    /// pixels
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "remove",
        required_unless_present = "remove"
    )]
    file: Option<PathBuf>,
    /// Remove the logo; pages show the first character of the name instead
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(operator: &AdminContext<'_>, args: LogoArgs) -> Result {
    let id = client_id(&args.id)?;
    let client = match &args.file {
        Some(path) => {
            let file = read(path)?;
            clients::set_logo(operator, &PictureEncoder::default(), &id, file).await?
        }
        None => clients::remove_logo(operator, &id).await?,
    };
    let sentence = match client.consent.logo {
        Some(_) => format!("The client {id} has a logo."),
        None => format!("The client {id} has no logo."),
    };
    args.out.result(&document(&client), &sentence)
}

/// Reads the file, at most one byte more than the accepted size.
fn read(path: &std::path::Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let failed = |error: std::io::Error| CliError::Usage(format!("{}: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let max = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    let mut file = file.take(max.saturating_add(1));
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
