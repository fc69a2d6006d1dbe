//! Options for the logo of a client.

use doorward_services::pictures::PictureEncoder;

use super::parse::client_id;
use super::view::document;
use crate::command::branding::read_picture;
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
            let file = read_picture(path)?;
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
