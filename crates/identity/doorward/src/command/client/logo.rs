//! Options for the logo of a client.

use doorward_admin::clients::ClientView;
use doorward_services::pictures::PictureEncoder;

use super::credentials::client_id;
use crate::command::branding::PictureArgs;
use crate::command::prelude::*;

/// The client and the logo to set.
#[derive(Debug, Args)]
pub struct LogoArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[command(flatten)]
    picture: PictureArgs,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(operator: &AdminContext<'_>, args: LogoArgs) -> Result {
    let id = client_id(&args.id)?;
    let client = match args.picture.read()? {
        Some(file) => clients::set_logo(operator, &PictureEncoder::default(), &id, file).await?,
        None => clients::remove_logo(operator, &id).await?,
    };
    let sentence = match client.consent.logo {
        Some(_) => format!("The client {id} has a logo."),
        None => format!("The client {id} has no logo."),
    };
    args.out.result(&ClientView::from(client), &sentence)
}
