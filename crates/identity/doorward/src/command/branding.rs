//! `org branding-logo`, and the same command for clients.

use std::io::Read as _;

use doorward_admin::brands;
use doorward_admin::brands::operations::BrandingView;
use doorward_domain::model::BrandOwner;
use doorward_rules::own_brand::PictureKind;
use doorward_services::pictures::{MAX_FILE, PictureEncoder};

use crate::command::prelude::*;
use crate::command::values::word;

const KINDS: &str = "write light, dark or favicon";

/// The logo or icon to set or remove.
#[derive(Debug, Args)]
pub struct BrandLogoArgs {
    /// Color scheme of the logo: light or dark; without the light one there is no dark one. With
    /// favicon, the picture is the icon of the pages, cut to a square
    #[arg(long, default_value = "light", value_parser = word(PictureKind::parse, KINDS))]
    scheme: PictureKind,
    #[command(flatten)]
    picture: PictureArgs,
    #[command(flatten)]
    out: Output,
}

/// The file of a logo, or its removal.
#[derive(Debug, Args)]
pub struct PictureArgs {
    /// PNG, JPEG, GIF or WebP file of at most 2 MiB
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "remove",
        required_unless_present = "remove"
    )]
    file: Option<PathBuf>,
    /// Remove the logo
    #[arg(long)]
    remove: bool,
}

impl PictureArgs {
    /// Reads the file, at most one byte more than the accepted size; `None` for the removal.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>> {
        let Some(path) = &self.file else {
            return Ok(None);
        };
        let failed =
            |error: std::io::Error| CliError::Usage(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        let max = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
        let mut file = file.take(max.saturating_add(1));
        file.read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(bytes))
    }
}

pub(super) async fn run_logo(
    operator: &AdminContext<'_>,
    owner: &BrandOwner,
    args: BrandLogoArgs,
) -> Result {
    let brand = match args.picture.read()? {
        Some(file) => {
            let encoder = PictureEncoder::default();
            brands::set_logo(operator, &encoder, owner, args.scheme, file).await?
        }
        None => brands::remove_logo(operator, owner, args.scheme).await?,
    };
    args.out.object(&json!(BrandingView::new(brand)))
}
