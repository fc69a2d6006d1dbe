//! `/admin/organizations` and `/admin/organizations/{id}`: organizations with their members.

pub(crate) mod actions;
pub(crate) mod forms;
pub(crate) mod invitations;
pub(crate) mod invite_file;
pub(crate) mod members;
pub mod pages;

use doorward_admin::{name_search, organizations};
use doorward_domain::model::Member;
use doorward_store::repo::name_search::NameOrder;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_templates::console::UserLink;

use crate::audit::filter::of_organization;
use crate::audit::latest;
use crate::organizations::forms::{CHANGED, CREATED};
use crate::organizations::invitations::INVITED;
use crate::organizations::members::MemberAction;
use crate::organizations::pages::{WRITE, WRITE_ALL};
use crate::people;
use doorward_console_ui::prelude::*;

const COLUMNS: &[Column<Organization>] = &[
    Column::File("id", |_, organization| json!(organization.slug)),
    Column::Page("console-name", |_, organization| {
        let path = routes::organization(&organization.slug);
        Value::User(UserLink {
            link: Link::new(path, organization.name.as_str()),
            login: String::new(),
            picture: None,
        })
    }),
    Column::File("name", |_, organization| json!(organization.name)),
    Column::Page("console-id", |_, organization| {
        Value::Code(organization.slug.clone())
    }),
    Column::Page("console-state", |console, organization| {
        Value::States(vec![console.enabled(organization.active)])
    }),
    Column::File("state", |_, organization| {
        list::enabled(organization.active)
    }),
    Column::File("domain", |_, organization| json!(organization.domain)),
    Column::Page("console-created", |_, organization| {
        Value::Day(organization.created_at)
    }),
    Column::File("created_at", |file, organization| {
        file.time(organization.created_at)
    }),
    Column::File("updated_at", |file, organization| {
        file.time(organization.updated_at)
    }),
];

const BY_ID: &str = "id";
const NEWEST: &str = "newest";
const SORTED: [Sorting; 3] = [
    ("console-name", "", list::ASCENDING),
    ("console-id", BY_ID, list::ASCENDING),
    ("console-created", NEWEST, list::DESCENDING),
];

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q", list::SORT])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let (after, limit) = (cursor.after(), LIMIT as u64);
    let order = match cursor.filter(list::SORT) {
        BY_ID => NameOrder::Id,
        NEWEST => NameOrder::Newest,
        _ => NameOrder::Name,
    };
    let found = name_search::organizations(&context, (text, order), after, limit).await?;
    let (new, may_add) = ("console-new-organization", console.has(WRITE_ALL));
    let mut actions = list::new_link(console, ORGANIZATIONS, new, may_add);
    actions.extend(filter_bar::files(console, &cursor, ORGANIZATIONS));
    let messages = [
        "console-organizations",
        "console-organizations-count",
        "console-no-organizations",
    ];
    let search = Search {
        kept: list::kept(&cursor),
        ..list::search(console, ORGANIZATIONS, "console-find-app", text)
    };
    let table = list::named_table(console, (&found, text), messages, COLUMNS);
    console.show(&List {
        lead: console.t("console-organizations-text"),
        notice: console.notice(&[actions::messages(Switch::Delete).done])?,
        actions,
        search: Some(search),
        table: list::sortable(console, &cursor, ORGANIZATIONS, &SORTED, table),
        pager: cursor.pager(console, found.next.as_deref()),
        ..console.list(Section::Organizations, "console-organizations")
    })
}

/// The organizations in reach whose slug or name has a prefix.
pub(crate) struct Organizations(String);

impl FileList for Organizations {
    type Row = Organization;

    const SECTION: Section = Section::Organizations;
    const ACCESS: Access = Access::Scoped("organizations:read");
    const COLUMNS: &'static [Column<Organization>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<Organization> {
        let search = (self.0.as_str(), NameOrder::Id);
        name_search::organizations(context, search, after, list_file::ROWS).await
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let organization = pages::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let mut members =
        organizations::members(&console.context(), &organization, after, ROWS).await?;
    let pager = cursor.cut(console, &mut members, |(member, _)| {
        member.user_id.to_string()
    });
    let names = people::names_of(members.iter().filter_map(|(_, user)| user.as_ref()));
    let members: Vec<Member> = members.into_iter().map(|(member, _)| member).collect();
    let mut tables = Vec::new();
    if after.is_none() {
        tables.extend(invitations::first(console, &organization).await?);
    }
    tables.push(members::table(console, &organization, &members, &names));
    let (changed, slug) = (AuditKind::OrganizationChanged, &organization.slug);
    tables.extend(latest::table(console, changed, slug).await?);
    let done = Switch::ALL.map(|action| actions::messages(action).done);
    let member_done = MemberAction::ALL.map(|action| action.messages().done);
    let (mut actions, risky) = actions(console, &organization);
    actions.extend(of_organization(console, &organization.slug));
    console.show(&Detail {
        notice: console.notice(
            &[
                &done[..],
                &member_done,
                &NOTICES,
                &[CREATED, CHANGED, INVITED, invite_file::STARTED],
            ]
            .concat(),
        )?,
        facts: facts(console, &organization).await?,
        tables,
        pager,
        actions,
        risky,
        elsewhere: also_as::of_object(
            console,
            &organizations::operations::SHOW,
            ("slug", slug.as_str()),
        )
        .await?,
        ..pages::detail(console, &organization, "")
    })
}

async fn facts(console: &Console<'_>, organization: &Organization) -> Result<Vec<Fact>, Stop> {
    let fact = |key, value| console.fact(key, value);
    let mut facts = vec![
        fact("console-id", Value::Code(organization.slug.clone())),
        fact("console-created", Value::Moment(organization.created_at)),
        fact("console-updated", Value::Moment(organization.updated_at)),
    ];
    if let Some(domain) = &organization.domain {
        facts.push(fact("console-domain", Value::Code(domain.clone())));
    }
    let filter = OwnerlessFilter {
        slugs: Some(std::slice::from_ref(&organization.slug)),
        ..OwnerlessFilter::default()
    };
    let context = console.context();
    let ownerless = organizations::needing_owner(&context, &filter, 1).await?;
    if !ownerless.is_empty() {
        let state = console.state_value(Tone::Warn, "console-organization-ownerless");
        facts.push(fact("console-owner", state));
    }
    Ok(facts)
}

/// Returns the links to the changes that the administrator may make, and those of them that take
/// something away.
fn actions(console: &Console<'_>, organization: &Organization) -> (Vec<Link>, Vec<(Link, String)>) {
    let mut actions = invitations::actions(console, organization);
    if console.has(WRITE) {
        let path = format!("{}/edit", routes::organization(&organization.slug));
        actions.push(console.link(path, "console-organization-edit"));
    }
    if !console.has(WRITE_ALL) {
        return (actions, Vec::new());
    }
    let home = routes::organization(&organization.slug);
    let switches = Switch::links(console, &home, organization.active, self::actions::messages);
    actions.extend(switches.0);
    (actions, switches.1)
}
