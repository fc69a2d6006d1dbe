//! `doorward org create|list|show|add-member|remove-member|set-owner|set-domain|invite|invitations|
//! revoke-invitation|delete`.

use clap::{Args, Subcommand};
use doorward_admin::operator::AdminContext;
use doorward_admin::organizations::OrganizationChange;
use doorward_admin::{invitations, organizations, users};
use doorward_domain::model::{Invitation, Member, Organization, User};
use doorward_store::repo::organizations::OwnerlessFilter;
use serde_json::{Value, json};

use crate::{
    error::CliError,
    former_option::FORMER,
    output,
    target::{Installation, TargetArgs},
};

/// Number of organizations read per query.
const PAGE: u64 = 200;
/// Maximum number of organizations that are marked because they need an owner.
const MAX_OWNERLESS: u64 = 1000;

/// Manage organizations and their members.
#[derive(Debug, Args)]
pub struct OrgArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create an organization
    Create {
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
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the organizations
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an organization with its members
    Show {
        /// Organization slug
        slug: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a user to an organization
    AddMember {
        #[command(flatten)]
        member: MemberArgs,
    },
    /// Remove a user from an organization, its groups and its roles
    RemoveMember {
        #[command(flatten)]
        member: MemberArgs,
    },
    /// Make a user an owner
    SetOwner {
        #[command(flatten)]
        member: MemberArgs,
    },
    /// Set the domain whose requests are for the organization; without --domain, remove it
    SetDomain {
        /// Organization slug
        slug: String,
        /// Domain, such as login.acme.example
        #[arg(long)]
        domain: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Invite a user by e-mail, who becomes a member by accepting
    Invite {
        /// Organization slug
        slug: String,
        /// E-mail address that receives the invitation
        #[arg(long)]
        email: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the open invitations
    Invitations {
        /// Organization slug
        slug: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke an invitation
    RevokeInvitation {
        /// Organization slug
        slug: String,
        /// Invitation ID
        #[arg(value_name = "ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete an organization; its slug can never be reused
    Delete {
        /// Organization slug
        slug: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct MemberArgs {
    /// Organization slug
    slug: String,
    /// User name, e-mail address or ID
    #[arg(long)]
    user: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub async fn run(args: OrgArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let context = installation.operator();
    match args.verb {
        Verb::Create {
            slug,
            former_slug,
            name,
            owner,
            json,
        } => {
            let slug = slug.or(former_slug).unwrap_or_default();
            let owner = match owner {
                Some(user) => Some(users::get(&context, &user).await?.id),
                None => None,
            };
            let created = organizations::create(&context, &slug, &name, owner).await?;
            let sentence = format!("The organization {slug} is created.");
            output::print_result(json, &document(&created), &sentence)
        }
        Verb::List { json } => list(&installation, json).await,
        Verb::Show { slug, json } => show(&installation, &slug, json).await,
        Verb::AddMember { member } => set(&installation, &member, false).await,
        Verb::SetOwner { member } => set(&installation, &member, true).await,
        Verb::RemoveMember { member } => {
            let user = users::get(&context, &member.user).await?;
            organizations::remove_member(&context, &member.slug, user.id).await?;
            let (who, slug) = (user.login_identifier(), &member.slug);
            let shown = json!({ "organization": slug, "user": who });
            let sentence = format!("{who} no longer belongs to {slug}.");
            output::print_result(member.json, &output::deleted(shown), &sentence)
        }
        Verb::SetDomain { slug, domain, json } => {
            set_domain(&installation, &slug, domain.as_deref(), json).await
        }
        Verb::Invite { slug, email, json } => {
            let created = invitations::invite(&context, &slug, &email).await?;
            let sentence = format!("{} is invited by e-mail.", created.email);
            output::print_result(json, &invitation(&created), &sentence)
        }
        Verb::Invitations { slug, json } => list_invitations(&context, &slug, json).await,
        Verb::RevokeInvitation { slug, id, json } => {
            let organization = organizations::get(&context, &slug).await?;
            let id = invitations::get(&context, &organization, &id).await?.id;
            let removed = invitations::revoke(&context, &slug, id).await?;
            let sentence = format!("{} is no longer invited.", removed.email);
            output::print_result(json, &output::deleted(invitation(&removed)), &sentence)
        }
        Verb::Delete { slug, json } => {
            let before = organizations::get(&context, &slug).await?;
            organizations::delete(&context, &slug).await?;
            let sentence = format!("The organization {slug} is no more.");
            output::print_result(json, &output::deleted(document(&before)), &sentence)
        }
    }
}

async fn set(
    installation: &Installation,
    member: &MemberArgs,
    is_owner: bool,
) -> Result<(), CliError> {
    let context = installation.operator();
    let user = users::get(&context, &member.user).await?;
    organizations::set_member(&context, &member.slug, user.id, is_owner).await?;
    let what = if is_owner { "owns" } else { "belongs to" };
    let shown = json!({
        "organization": member.slug, "user": user.login_identifier(), "owner": is_owner,
    });
    let sentence = format!("{} {what} {}.", user.login_identifier(), member.slug);
    output::print_result(member.json, &shown, &sentence)
}

async fn set_domain(
    installation: &Installation,
    slug: &str,
    domain: Option<&str>,
    as_json: bool,
) -> Result<(), CliError> {
    let parsed = domain.map(|text| installation.config.organization_domain(text));
    let parsed = parsed.transpose();
    let parsed = parsed.map_err(|problem| CliError::failure(format!("domain: {problem}")))?;
    let change = OrganizationChange {
        domain: Some(parsed),
        ..OrganizationChange::default()
    };
    let changed = organizations::update(&installation.operator(), slug, change).await?;
    let sentence = match &changed.domain {
        Some(domain) => format!("Requests to {domain} are for {slug}."),
        None => format!("{slug} has no domain."),
    };
    output::print_result(as_json, &document(&changed), &sentence)
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

async fn list_invitations(
    context: &AdminContext<'_>,
    slug: &str,
    as_json: bool,
) -> Result<(), CliError> {
    let organization = organizations::get(context, slug).await?;
    let mut all: Vec<Invitation> = Vec::new();
    loop {
        let after = all.last().map(|item| item.id);
        let page = invitations::list(context, &organization, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    if as_json {
        return output::json(&all.iter().map(invitation).collect::<Vec<_>>());
    }
    let row = |item: &Invitation| {
        let until = output::time(item.expires_at);
        vec![item.id.to_string(), item.email.clone(), until]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    output::table(&["INVITATION", "EMAIL", "UNTIL"], &rows)
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let context = installation.operator();
    let mut all: Vec<Organization> = Vec::new();
    loop {
        let after = all.last().map(|item| item.slug.as_str());
        let page = organizations::list(&context, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let everywhere = OwnerlessFilter::default();
    let ownerless = organizations::needing_owner(&context, &everywhere, MAX_OWNERLESS).await?;
    let needs_owner = |organization: &Organization| ownerless.contains(&organization.slug);
    if as_json {
        let with_mark = |organization: &Organization| {
            let mut shown = document(organization);
            shown["needs_owner"] = needs_owner(organization).into();
            shown
        };
        return output::json(&all.iter().map(with_mark).collect::<Vec<_>>());
    }
    let row = |organization: &Organization| {
        let state = match (organization.active, needs_owner(organization)) {
            (_, true) => "needs an owner (org set-owner)",
            (true, false) => "active",
            (false, false) => "inactive",
        };
        vec![
            organization.slug.clone(),
            organization.name.clone(),
            state.to_owned(),
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    output::table(&["ORGANIZATION", "NAME", "STATE"], &rows)
}

async fn show(installation: &Installation, slug: &str, as_json: bool) -> Result<(), CliError> {
    let context = installation.operator();
    let one = organizations::get(&context, slug).await?;
    let mut members: Vec<(Member, Option<User>)> = Vec::new();
    loop {
        let after = members.last().map(|(member, _)| member.user_id);
        let page = organizations::members(&context, &one, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        members.extend(page);
    }
    let named = |(member, user): (Member, Option<User>)| {
        Some((user?.login_identifier().to_owned(), member.is_owner))
    };
    let mut users: Vec<_> = members.into_iter().filter_map(named).collect();
    users.sort();
    if as_json {
        let mut shown = document(&one);
        let members = users
            .iter()
            .map(|(user, owner)| json!({ "user": user, "owner": owner }));
        shown["members"] = members.collect();
        return output::json(&shown);
    }
    let rows: Vec<_> = users
        .into_iter()
        .map(|(user, owner)| vec![user, if owner { "owner" } else { "member" }.to_owned()])
        .collect();
    output::print_status(&format!("{} ({})", one.name, one.slug));
    output::table(&["USER", "IS"], &rows)
}
