//! Operations of organizations and their members.

use doorward_domain::model::{Member, Organization};
use doorward_services::view;
use doorward_store::repo::name_search::NameOrder;
use doorward_store::repo::organizations::OwnerlessFilter;

use super::{
    OrganizationChange, create, delete, get, members, needing_owner, remove_member, set_member,
    update,
};
use crate::found::FoundPage;
use crate::json_member::nullable;
use crate::name_search;
use crate::operation::{Again, Operation, PageRequest, Shown};
use crate::operator::version;
use crate::prelude::*;
use crate::users::{named_id, optional_id};

crate::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, DELETE: Delete, MEMBERS: Members,
    SET_MEMBER: SetMember, REMOVE_MEMBER: RemoveMember,
}

crate::targets! {
    {
        /// Slug of the organization.
        slug
    } => Show, Delete, Members
}

crate::targets! {
    {
        /// Slug of the organization.
        slug,
        /// User name, e-mail address or ID.
        user
    } => RemoveMember
}

view! {
    /// An organization.
    pub OrganizationView(organization: Organization, ownerless: Option<&[String]>) {
        /// Immutable slug; the claim `org` of tokens.
        slug: String = organization.slug.clone();
        /// Name shown to users.
        name: String = organization.name;
        /// False if the organization is disabled.
        active: bool = organization.active;
        /// Domain whose requests are for the organization.
        domain?: String = organization.domain;
        /// True if it asks for another owner, because all its owners are disabled or about to be deleted.
        /// Absent for callers without `organizations:read`.
        needs_owner?: bool = ownerless.map(|slugs| slugs.contains(&organization.slug));
        /// Time of creation (RFC 3339).
        created_at: Time = organization.created_at;
        /// Time of the last change of it or its members (RFC 3339).
        updated_at: Time = organization.updated_at;
    }
}

view! {
    /// A member of an organization.
    #[schema(as = OrganizationMember)]
    pub MemberView(member: Member, account: Option<User>) {
        /// ID of the user.
        user: String = member.user_id.to_string();
        /// User name or e-mail address; absent for callers without `users:read`.
        name?: String = account.map(|user| user.login_identifier().to_owned());
        /// True for an owner, who administers the organization.
        owner: bool = member.is_owner;
        /// Time of joining (RFC 3339).
        since: Time = member.created_at;
        /// End of the membership (RFC 3339); absent: it does not end.
        expires_at?: Time = member.expires_at;
    }
}

/// Returns those of the organizations that need another owner, if the caller may read organizations.
async fn ownerless(
    context: &AdminContext<'_>,
    organizations: &[Organization],
) -> Result<Option<Vec<String>>> {
    if context.need("organizations:read").is_err() {
        return Ok(None);
    }
    let slugs: Vec<_> = organizations.iter().map(|one| one.slug.clone()).collect();
    let filter = OwnerlessFilter {
        slugs: Some(&slugs),
        ..OwnerlessFilter::default()
    };
    let found = needing_owner(context, &filter, slugs.len() as u64).await;
    found.map(Some)
}

async fn shown(
    context: &AdminContext<'_>,
    organization: Organization,
) -> Result<Shown<OrganizationView>> {
    let version = version(&organization);
    let ownerless = ownerless(context, std::slice::from_ref(&organization)).await?;
    let view = OrganizationView::new(organization, ownerless.as_deref());
    Ok(Shown::of_version(version, view))
}

/// A list of organizations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Prefix of the slug or the name, or else a part of them; then in the order of what matches.
    #[serde(default)]
    q: String,
}

impl Operation for List {
    const TITLE: &'static str = "List the organizations by slug";
    const CALL: &'static str = "GET organizations paged";
    const COMMAND: &'static str = "org list --prefix=q";
    const TABLE: &'static str = "slug name active needs_owner";
    type Done = FoundPage<OrganizationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let PageRequest { after, limit } = &context.page;
        let (text, after) = (self.q.trim(), after.as_deref());
        let found =
            name_search::organizations(context, (text, NameOrder::Id), after, *limit).await?;
        let ownerless = ownerless(context, &found.items).await?;
        Ok(found.map(|one| OrganizationView::new(one, ownerless.as_deref())))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an organization";
    const CALL: &'static str = "GET organizations/{slug}";
    const COMMAND: &'static str = "org show SLUG";
    type Done = Shown<OrganizationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, get(context, &self.slug).await?).await
    }
}

/// An organization to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOrganization)]
pub struct Create {
    /// Slug in tokens: 2 to 63 of `a-z`, `0-9` and inner `-`; never reused.
    slug: String,
    /// Name shown to users.
    name: String,
    /// First owner: user name, e-mail address or ID.
    owner: Option<String>,
}

impl Operation for Create {
    const TITLE: &'static str = "Create an organization";
    const CALL: &'static str = "POST organizations once";
    const COMMAND: &'static str = "org create SLUG --name --owner";
    const DONE: &'static str = "The organization {slug} is created.";
    type Done = Shown<OrganizationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let owner = optional_id(context, self.owner.as_deref()).await?;
        let created = create(context, &self.slug, &self.name, owner).await?;
        shown(context, created).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("organizations:write", &SHOW))
    }
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationPatch)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct Update {
    /// Slug of the organization.
    slug: String,
    /// Name shown to users.
    name: Option<String>,
    /// False disables the organization.
    active: Option<bool>,
    /// Domain whose requests are for the organization, such as `login.acme.example`; `null` removes it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    domain: Option<Option<String>>,
}

impl Operation for Update {
    const TITLE: &'static str = "Change an organization";
    const CALL: &'static str = "PATCH organizations/{slug} versioned";
    const COMMAND: &'static str = "org update SLUG --name --active --domain?";
    const DONE: &'static str = "The organization {slug} is changed.";
    type Done = Shown<OrganizationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let settings = &context.settings;
        let parse = |text: Option<String>| {
            let domain = text.map(|text| settings.organization_domain(&text));
            domain.transpose()
        };
        let wrong = |problem| AdminError::invalid("domain", problem);
        let sets_domain = matches!(self.domain, Some(Some(_)));
        let change = OrganizationChange {
            name: self.name,
            active: self.active,
            domain: self.domain.map(parse).transpose().map_err(wrong)?,
        };
        let changed = update(context, &self.slug, change).await?;
        let domain = changed.domain.as_deref().filter(|_| sets_domain);
        let note = domain.map(|domain| {
            let step = settings.certificate_step(domain);
            format!("Requests to {domain} are for {}. {step}", self.slug)
        });
        Ok(shown(context, changed).await?.with_note(note))
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete an organization; its slug can never be reused";
    const CALL: &'static str = "DELETE organizations/{slug} versioned";
    const COMMAND: &'static str = "org delete SLUG";
    const DONE: &'static str = "The organization {slug} is deleted.";
    type Done = Shown<OrganizationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, delete(context, &self.slug).await?).await
    }
}

impl Operation for Members {
    const TITLE: &'static str = "List the members of an organization";
    const CALL: &'static str = "GET organizations/{slug}/members paged";
    const COMMAND: &'static str = "org members SLUG";
    const TABLE: &'static str = "name owner user";
    const SORT: &'static str = "name";
    type Done = FoundPage<MemberView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after_id(UserId::parse)?, context.page.limit);
        let organization = get(context, &self.slug).await?;
        let found = members(context, &organization, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |(member, _)| member.user_id.to_string());
        Ok(page.map(|(member, user)| MemberView::new(member, user)))
    }
}

/// The membership to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberBody)]
pub struct SetMember {
    /// Slug of the organization.
    slug: String,
    /// User name, e-mail address or ID.
    user: String,
    /// True for an owner, who administers the organization.
    #[serde(default)]
    owner: bool,
}

impl Operation for SetMember {
    const TITLE: &'static str =
        "Add a user to an organization, or set whether a member is an owner";
    const CALL: &'static str = "PUT organizations/{slug}/members/{user}";
    const COMMAND: &'static str = "org add-member SLUG --user --owner";
    const DONE: &'static str = "{user} belongs to {slug}.";
    type Done = Shown<MemberView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named_id(context, &self.user).await?;
        let member = set_member(context, &self.slug, user, self.owner).await?;
        Ok(Shown::unversioned(MemberView::new(member, None)))
    }
}

impl Operation for RemoveMember {
    const TITLE: &'static str = "Remove a user from an organization, its groups and its roles";
    const CALL: &'static str = "DELETE organizations/{slug}/members/{user}";
    const COMMAND: &'static str = "org remove-member SLUG --user";
    const DONE: &'static str = "{user} no longer belongs to {slug}.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let user = named_id(context, &self.user).await?;
        remove_member(context, &self.slug, user).await
    }
}
