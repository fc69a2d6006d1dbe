//! The logo of a client.

use doorward_domain::model::{Logo, LogoId};
use doorward_oauth::clients::registration::audit_details;
use doorward_services::error::FlowError;
use doorward_services::pictures::{PictureEncoder, PictureError};

use super::read::get_in;
use crate::prelude::*;

pub const LOGO_TOO_LARGE: &str = "at most 2 MiB and 10,000 pixels a side are read";

#[boxed(?Send)]
pub async fn set_logo(
    context: &AdminContext<'_>,
    encoder: &PictureEncoder,
    id: &ClientId,
    file: Vec<u8>,
) -> Result<Client> {
    let png = encoder.redraw(file).await.map_err(picture_error)?;
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
    repo::clients::update(&tx, &client).await?;
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
