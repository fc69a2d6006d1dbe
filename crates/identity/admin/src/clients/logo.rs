//! The logo of a client.

use doorward_domain::model::{Logo, LogoId};
use doorward_oauth::clients::registration::audit_details;
use doorward_services::error::FlowError;
use doorward_services::pictures::PictureError;

use super::ClientView;
use super::read::{client_id, get_in};
use crate::json_member::file;
use crate::operation::{Operation, Shown};
use crate::prelude::*;

pub const LOGO_TOO_LARGE: &str = "at most 2 MiB and 10,000 pixels a side are read";

#[boxed(?Send)]
pub async fn set_logo(context: &AdminContext<'_>, id: &ClientId, file: Vec<u8>) -> Result<Client> {
    let encoded = context.deployment.pictures().redraw(file).await;
    let png = encoded.map_err(picture_error)?;
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    let logo = Logo {
        id: LogoId::generate(&mut context.rng()),
        client_id: id.clone(),
        png,
        created_at: context.now(),
    };
    repo::client_logos::replace(&tx, &logo).await?;
    show(context, tx, &before, Some(logo.id)).await
}

#[boxed(?Send)]
pub async fn remove_logo(context: &AdminContext<'_>, id: &ClientId) -> Result<Client> {
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    repo::client_logos::remove(&tx, id).await?;
    show(context, tx, &before, None).await
}

async fn show(
    context: &AdminContext<'_>,
    tx: WriteTx,
    before: &Client,
    logo: Option<LogoId>,
) -> Result<Client> {
    context.unchanged(before)?;
    let mut client = before.clone();
    client.consent.logo = logo;
    client.updated_at = context.now();
    repo::clients::change(&tx, before, &client).await?;
    let event = context.event(AuditKind::ClientChanged, &client.id, "logo");
    let event = difference(event, &audit_details(before), &audit_details(&client));
    context.commit_with(tx, &event).await?;
    Ok(client)
}

/// Returns the error for a logo that cannot be encoded.
pub(crate) fn picture_error(error: FlowError<PictureError>) -> AdminError {
    match error {
        FlowError::Rejected(problem) => AdminError::invalid("logo", describe(problem)),
        FlowError::Server(server_error) => server_error.into(),
    }
}

fn describe(problem: PictureError) -> &'static str {
    match problem {
        PictureError::Missing => "the file is empty",
        PictureError::TooLarge => LOGO_TOO_LARGE,
        PictureError::NoPicture => "this is no PNG, JPEG, GIF or WebP, whatever its name says",
    }
}

/// Logo of a client.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLogo {
    /// Client ID.
    id: String,
    /// PNG, JPEG, GIF or WebP file of at most 2 MiB.
    #[serde(deserialize_with = "file")]
    #[schema(value_type = String, format = "picture")]
    picture: Vec<u8>,
}

impl Operation for SetLogo {
    const TITLE: &'static str = "Set the logo of a client, which the consent page shows";
    const TEXT: &'static str = "It is re-encoded as a square PNG of at most 256 pixels, without any other content of \
        the file.";
    const CALL: &'static str = "PUT clients/{id}/logo versioned picture=clients:write";
    const COMMAND: &'static str = "client set-logo CLIENT_ID=id --file=picture";
    const DONE: &'static str = "The client {id} has a logo.";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let client = set_logo(context, &client_id(&self.id)?, self.picture).await?;
        Ok(Shown::versioned(client))
    }
}

crate::targets! {
    {
        /// Client ID.
        id
    } => RemoveLogo
}

impl Operation for RemoveLogo {
    const TITLE: &'static str =
        "Remove the logo of a client; pages show the first character of its name";
    const CALL: &'static str = "DELETE clients/{id}/logo versioned renews";
    const COMMAND: &'static str = "client remove-logo CLIENT_ID=id";
    const DONE: &'static str = "The client {id} has no logo.";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let client = remove_logo(context, &client_id(&self.id)?).await?;
        Ok(Shown::versioned(client))
    }
}
