use doorward_domain::model::BrandOwner;

use super::branding::{self, BrandLogoArgs, BrandingArgs};
use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Change the brand of an organization's sign-in pages and messages; without options, show it
    Branding(Box<OrgBranding>),
    /// Set or remove a logo of an organization's brand, scaled to at most 480 × 88 pixels, or its icon
    BrandingLogo(OrgBrandLogo),
}

#[derive(Debug, Args)]
pub struct OrgBranding {
    /// Organization slug
    slug: String,
    #[command(flatten)]
    args: BrandingArgs,
}

#[derive(Debug, Args)]
pub struct OrgBrandLogo {
    /// Organization slug
    slug: String,
    #[command(flatten)]
    args: BrandLogoArgs,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::Branding(branding) => {
            let OrgBranding { slug, args } = *branding;
            branding::run(&context, &BrandOwner::Organization(slug), args).await
        }
        Verb::BrandingLogo(OrgBrandLogo { slug, args }) => {
            branding::run_logo(&context, &BrandOwner::Organization(slug), args).await
        }
    }
}
