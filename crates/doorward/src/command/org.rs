use doorward_admin::organizations::OrganizationChange;
use doorward_admin::{invitations, organizations};
use doorward_domain::model::{BrandOwner, Invitation, Member, Organization};
use doorward_store::repo::organizations::OwnerlessFilter;

use super::branding::{self, BrandLogoArgs, BrandingArgs};
use super::lookup::{PAGE, all_pages, user_id};
use crate::command::prelude::*;
use crate::former_option::FORMER;

/// Maximum number of organizations that are marked because they need an owner.
const MAX_OWNERLESS: u64 = 1000;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create an organization
    Create(CreateArgs),
    /// List the organizations
    List(Output),
    /// Show an organization with its members
    Show(OrgSelector),
    /// Add a user to an organization
    AddMember(MemberArgs),
    /// Remove a user from an organization, its groups and its roles
    RemoveMember(MemberArgs),
    /// Make a user an owner
    SetOwner(MemberArgs),
    /// Set the domain whose requests are for the organization; without --domain, remove it
    SetDomain {
        /// Organization slug
        slug: String,
        /// Domain, such as login.acme.example
        #[arg(long)]
        domain: Option<String>,
        #[command(flatten)]
        out: Output,
    },
    /// Invite a user by e-mail, who becomes a member by accepting
    Invite {
        /// Organization slug
        slug: String,
        /// E-mail address that receives the invitation
        #[arg(long)]
        email: String,
        #[command(flatten)]
        out: Output,
    },
    /// List the open invitations
    Invitations(OrgSelector),
    /// Revoke an invitation
    RevokeInvitation {
        /// Organization slug
        slug: String,
        /// Invitation ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        out: Output,
    },
    /// Change the brand of an organization's sign-in pages and messages; without options, show it
    Branding(OrgBranding),
    /// Set or remove a logo of an organization's brand, scaled to at most 480 × 88 pixels, or its icon
    BrandingLogo(OrgBrandLogo),
    /// Delete an organization; its slug can never be reused
    Delete(OrgSelector),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Slug in tokens: 2 to 63 of a-z, 0-9 and inner -; never reusable
    #[arg(required = true, conflicts_with = "former_slug")]
    slug: Option<String>,
    /// Slug in tokens
    #[arg(long = "slug", value_name = FORMER, hide = true)]
    former_slug: Option<String>,
    /// Name shown to users
    #[arg(long)]
    name: String,
    /// First owner: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct OrgSelector {
    /// Organization slug
    slug: String,
    #[command(flatten)]
    out: Output,
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

#[derive(Debug, Args)]
pub struct MemberArgs {
    /// Organization slug
    slug: String,
    /// User name, e-mail address or ID
    #[arg(long)]
    user: String,
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::Create(args) => {
            let slug = args.slug.or(args.former_slug).unwrap_or_default();
            let owner = user_id(&context, args.owner.as_deref()).await?;
            let created = organizations::create(&context, &slug, &args.name, owner).await?;
            let sentence = format!("The organization {slug} is created.");
            args.out.result(&document(&created), &sentence)
        }
        Verb::List(out) => list(&context, out).await,
        Verb::Show(OrgSelector { slug, out }) => show(&context, &slug, out).await,
        Verb::AddMember(member) => set_member(&context, &member, false).await,
        Verb::SetOwner(member) => set_member(&context, &member, true).await,
        Verb::RemoveMember(member) => {
            let user = users::get(&context, &member.user).await?;
            organizations::remove_member(&context, &member.slug, user.id).await?;
            let (name, slug) = (user.login_identifier(), &member.slug);
            let shown = json!({ "organization": slug, "user": name });
            let sentence = format!("{name} no longer belongs to {slug}.");
            member.out.deleted(shown, &sentence)
        }
        Verb::SetDomain { slug, domain, out } => {
            set_domain(installation, &slug, domain.as_deref(), out).await
        }
        Verb::Invite { slug, email, out } => {
            let created = invitations::invite(&context, &slug, &email).await?;
            let sentence = format!("{} is invited by e-mail.", created.email);
            out.result(&invitation(&created), &sentence)
        }
        Verb::Invitations(OrgSelector { slug, out }) => {
            let organization = organizations::get(&context, &slug).await?;
            let all = all_pages(async |last: Option<&Invitation>| {
                let after = last.map(|item| item.id);
                invitations::list(&context, &organization, after, PAGE).await
            })
            .await?;
            let columns = [
                ("INVITATION", "id"),
                ("EMAIL", "email"),
                ("UNTIL", "expires_at"),
            ];
            out.list(all.iter().map(invitation), &columns)
        }
        Verb::RevokeInvitation { slug, id, out } => {
            let organization = organizations::get(&context, &slug).await?;
            let id = invitations::get(&context, &organization, &id).await?.id;
            let removed = invitations::revoke(&context, &slug, id).await?;
            let sentence = format!("{} is no longer invited.", removed.email);
            out.deleted(invitation(&removed), &sentence)
        }
        Verb::Branding(OrgBranding { slug, args }) => {
            branding::run(&context, &BrandOwner::Organization(slug), args).await
        }
        Verb::BrandingLogo(OrgBrandLogo { slug, args }) => {
            branding::run_logo(&context, &BrandOwner::Organization(slug), args).await
        }
        Verb::Delete(OrgSelector { slug, out }) => {
            let before = document(&organizations::get(&context, &slug).await?);
            organizations::delete(&context, &slug).await?;
            let sentence = format!("The organization {slug} is no more.");
            out.deleted(before, &sentence)
        }
    }
}

async fn set_domain(
    installation: &Installation,
    slug: &str,
    domain: Option<&str>,
    out: Output,
) -> Result {
    let config = &installation.config;
    let domain = domain.map(|text| config.organization_domain(text));
    let wrong = |problem| CliError::failure(format!("domain: {problem}"));
    let change = OrganizationChange {
        domain: Some(domain.transpose().map_err(wrong)?),
        ..OrganizationChange::default()
    };
    let changed = organizations::update(&installation.operator(), slug, change).await?;
    let sentence = match &changed.domain {
        Some(domain) => {
            let step = config.certificate_step(domain);
            format!("Requests to {domain} are for {slug}. {step}")
        }
        None => format!("{slug} has no domain."),
    };
    out.result(&document(&changed), &sentence)
}

async fn set_member(context: &AdminContext<'_>, member: &MemberArgs, is_owner: bool) -> Result {
    let (user, slug) = (users::get(context, &member.user).await?, &member.slug);
    organizations::set_member(context, slug, user.id, is_owner).await?;
    let name = user.login_identifier();
    let what = if is_owner { "owns" } else { "belongs to" };
    let shown = json!({ "organization": slug, "user": name, "owner": is_owner });
    member.out.result(&shown, &format!("{name} {what} {slug}."))
}

fn document(organization: &Organization) -> Value {
    json!({
        "slug": organization.slug, "name": organization.name, "active": organization.active,
        "domain": organization.domain, "created_at": output::time(organization.created_at),
    })
}

fn invitation(item: &Invitation) -> Value {
    json!({
        "id": item.id.to_string(), "organization": item.org, "email": item.email,
        "invited_by": item.inviter.as_ref().map(|who| &who.id),
        "created_at": output::time(item.created_at), "expires_at": output::time(item.expires_at),
    })
}

async fn list(context: &AdminContext<'_>, out: Output) -> Result {
    let all = all_pages(async |last: Option<&Organization>| {
        let after = last.map(|item| item.slug.as_str());
        organizations::list(context, after, PAGE).await
    })
    .await?;
    let everywhere = OwnerlessFilter::default();
    let ownerless = organizations::needing_owner(context, &everywhere, MAX_OWNERLESS).await?;
    let needs_owner = |organization: &Organization| ownerless.contains(&organization.slug);
    let with_mark = |organization: &Organization| {
        let mut shown = document(organization);
        shown["needs_owner"] = needs_owner(organization).into();
        shown
    };
    out.rows(&all, with_mark, ["ORGANIZATION", "NAME", "STATE"], |item| {
        let state = match (item.active, needs_owner(item)) {
            (_, true) => "needs an owner (org set-owner)",
            (true, false) => "active",
            (false, false) => "inactive",
        };
        [item.slug.clone(), item.name.clone(), state.to_owned()]
    })
}

async fn show(context: &AdminContext<'_>, slug: &str, out: Output) -> Result {
    let organization = organizations::get(context, slug).await?;
    let members = all_pages(async |last: Option<&(Member, Option<User>)>| {
        let after = last.map(|(member, _)| member.user_id);
        organizations::members(context, &organization, after, PAGE).await
    })
    .await?;
    let named = |(member, user): (Member, Option<User>)| {
        Some((user?.login_identifier().to_owned(), member.is_owner))
    };
    let mut users: Vec<_> = members.into_iter().filter_map(named).collect();
    users.sort();
    let document_of = |(user, owner): &(String, bool)| json!({ "user": user, "owner": owner });
    if out.json {
        let mut shown = document(&organization);
        shown["members"] = users.iter().map(document_of).collect();
        return output::json(&shown);
    }
    output::line(&format!("{} ({})", organization.name, organization.slug))?;
    out.rows(&users, document_of, ["USER", "IS"], |(user, owner)| {
        let kind = if *owner { "owner" } else { "member" };
        [user.clone(), kind.to_owned()]
    })
}
