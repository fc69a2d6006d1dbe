//! Operations of sites.

use std::collections::BTreeMap;

use doorward_admin::found::FoundPage;
use doorward_admin::kinds::{Kind, Write};
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_domain::model::{Site, SiteHeaders};
use doorward_services::view;

use crate::notation;
use crate::proxy_config::ProxyConfig;
use crate::use_cases::{
    AssumedRequest, DecisionView, Update, check, create, delete, get, group_names, list, update,
};

doorward_admin::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, DELETE: Delete, CHECK: AssumedRequest,
    PROXY_CONFIG: ProxyConfig,
}

/// Sites as objects of files. Headers that a file leaves out are not sent.
pub static KIND: Kind = Kind {
    audit: AuditKind::SiteChanged,
    list: Some(&LIST),
    write: Write::Members {
        create: &CREATE,
        update: &UPDATE,
        delete: &DELETE,
    },
    complete: Some(|_context, mut document| {
        if let Some(Value::Object(headers)) = document.get_mut("headers") {
            for (fact, _) in SiteHeaders::default().by_fact() {
                headers.entry(fact).or_insert_with(|| "".into());
            }
        }
        Box::pin(async move { Ok(document) })
    }),
    ..Kind::new("sites", "site", &["name"])
};

doorward_admin::targets! { {} => List }

doorward_admin::targets! {
    {
        /// Name of the site.
        name
    } => Show, Delete
}

view! {
    /// An application behind a proxy that asks this server about each request.
    #[schema(as = Site)]
    pub SiteView(site: Site, groups: &BTreeMap<GroupId, String>) {
        /// Rules in their order. The first one that matches a request decides; without one it is denied.
        rules: Vec<String> = site.rules.iter().map(|rule| notation::write(rule, groups)).collect();
        /// Names of the headers by the fact that they have: `user`, `groups`, `email`, `name`, and `token` for a signed
        /// JWT; empty: left out.
        headers: BTreeMap<String, String> = site.headers.by_fact().map(|(fact, name)| (fact.to_owned(), name.to_owned())).into();
        /// ID.
        id: String = site.id.to_string();
        /// Name.
        name: String = site.name;
        /// Hosts: `wiki.example.com`, or `*.example.com` for one label in place of `*`.
        hosts: Vec<String> = site.hosts;
        /// Organization whose roles, groups and permissions count beside those without an organization.
        organization?: String = site.settings.organization;
        /// True if header values are UTF-8, without percent-encoding.
        raw_headers: bool = site.settings.raw_headers;
        /// Time of creation (RFC 3339).
        created_at: Time = site.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = site.updated_at;
    }
}

async fn shown(context: &AdminContext<'_>, site: Site) -> Result<Shown<SiteView>> {
    let version = version(&site);
    let names = group_names(context, std::slice::from_ref(&site)).await?;
    Ok(Shown::of_version(version, SiteView::new(site, &names)))
}

/// A site to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSite)]
pub struct Create {
    /// Name: 2 to 63 of `a-z`, `0-9` and inner `-`.
    name: String,
    /// Hosts: `wiki.example.com`, or `*.example.com` for one label in place of `*`.
    hosts: Vec<String>,
    /// Rules in their order, such as `/admin/* role=editor second-factor`; the first one that matches a request
    /// decides, and without one it is denied.
    rules: Option<Vec<String>>,
    /// Organization, by slug, whose roles, groups and permissions count beside those without an organization.
    organization: Option<String>,
    /// Names of the headers by the fact that they have: `user`, `groups`, `email`, `name` and `token`; an empty name
    /// leaves a header out.
    headers: Option<BTreeMap<String, String>>,
    /// Sends header values as UTF-8, without percent-encoding.
    raw_headers: Option<bool>,
}

impl Operation for List {
    const TITLE: &'static str = "List the sites";
    const CALL: &'static str = "GET sites paged";
    const COMMAND: &'static str = "site list";
    const TABLE: &'static str = "name hosts rules";
    type Done = FoundPage<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = list(context, after, limit + 1).await?;
        let names = group_names(context, &found).await?;
        let page = FoundPage::cut_rows(found, limit, |site| site.name.clone());
        Ok(page.map(|site| SiteView::new(site, &names)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a site with its rules";
    const CALL: &'static str = "GET sites/{name}";
    const COMMAND: &'static str = "site show SITE=name";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, get(context, &self.name).await?).await
    }
}

impl Operation for Create {
    const TITLE: &'static str = "Put an application behind sign-in";
    const TEXT: &'static str = "A rule has methods, a path, a demand and networks: `GET,HEAD /docs/* user from=10.0.0.0/8`. \
        A path that ends with `/*` is for all below it too. The demand is `anyone`, `deny`, `preflight`, `user`, or any of \
        `role=`, `group=` and `permission=`, with `second-factor`, `passkey` and `max-age=15m`. `accept=access-token` and \
        `accept=api-key` accept these instead of a session.";
    const CALL: &'static str = "POST sites once";
    const COMMAND: &'static str = "site create SITE=name --host=hosts --rule=rules --organization --header=headers --raw-headers";
    const DONE: &'static str = "The site {name} is created.";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let change = Update {
            name: self.name,
            hosts: Some(self.hosts),
            rules: self.rules,
            organization: self.organization.map(Some),
            headers: self.headers,
            raw_headers: self.raw_headers,
        };
        shown(context, create(context, change).await?).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:read", &SHOW))
    }
}

impl Operation for Update {
    const TITLE: &'static str = "Change a site";
    const TEXT: &'static str = "Hosts and rules replace all former ones.";
    const CALL: &'static str = "PATCH sites/{name} versioned";
    const COMMAND: &'static str = "site update SITE=name --host=hosts --rule=rules --organization? --header=headers --raw-headers";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, update(context, self).await?).await
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a site";
    const TEXT: &'static str = "All requests to its hosts are denied.";
    const CALL: &'static str = "DELETE sites/{name} versioned reason";
    const COMMAND: &'static str = "site delete SITE=name";
    const DONE: &'static str = "The site {name} is deleted.";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, delete(context, &self.name).await?).await
    }
}

impl Operation for AssumedRequest {
    const TITLE: &'static str = "Show what happens to a request, and by which rule";
    const TEXT: &'static str = "The decision is that about a real request.";
    const CALL: &'static str = "GET site-check";
    const COMMAND: &'static str =
        "site check URL --user --method --address --factor --age --credential --preflight";
    type Done = Shown<DecisionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        check(context, &self).await.map(Shown::unversioned)
    }
}
