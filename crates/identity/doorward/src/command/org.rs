use doorward_domain::model::BrandOwner;

use super::branding::{self, BrandLogoArgs};
use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Set or remove a logo of an organization's brand, scaled to at most 480 × 88 pixels, or its icon
    BrandingLogo(OrgBrandLogo),
}

#[derive(Debug, Args)]
pub struct OrgBrandLogo {
    /// Organization slug
    slug: String,
    #[command(flatten)]
    args: BrandLogoArgs,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::BrandingLogo(OrgBrandLogo { slug, args }) = verb;
    let owner = BrandOwner::Organization(slug);
    branding::run_logo(&installation.operator(), &owner, args).await
}
