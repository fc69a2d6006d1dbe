//! Operations of sites.

use std::collections::BTreeMap;
use std::net::IpAddr;

use doorward_admin::found::FoundPage;
use doorward_admin::json_member::{OneOf, nullable, optional_word};
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_domain::model::{Site, SiteFactor};
use doorward_services::view;

use crate::notation;
use crate::proxy_text::ProxyConfig;
use crate::rule::{Credential, DenyReason};
use crate::use_cases::{
    AssumedRequest, Checked, HeaderChange, SiteChange, check, create, delete, get, group_names,
    list, update,
};

doorward_admin::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, DELETE: Delete, CHECK: Check,
    PROXY_CONFIG: ProxyConfig,
}

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
        /// ID.
        id: String = site.id.to_string();
        /// Name.
        name: String = site.name;
        /// Hosts: `wiki.example.com`, or `*.example.com` for one label in place of `*`.
        hosts: Vec<String> = site.hosts;
        /// Organization whose roles, groups and permissions count beside those without an organization.
        organization?: String = site.settings.organization;
        /// Header with the user name or e-mail address; empty: left out.
        user_header: String = site.headers.user;
        /// Header with the groups; empty: left out.
        groups_header: String = site.headers.groups;
        /// Header with the e-mail address; empty: left out.
        email_header: String = site.headers.email;
        /// Header with the full name; empty: left out.
        name_header: String = site.headers.name;
        /// Header with a signed JWT for the host; empty: left out.
        token_header: String = site.headers.token;
        /// True if header values are UTF-8, without percent-encoding.
        raw_headers: bool = site.settings.raw_headers;
        /// Time of creation (RFC 3339).
        created_at: Time = site.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = site.updated_at;
    }
}

view! {
    /// The decision about an assumed request.
    #[schema(as = SiteDecision)]
    pub DecisionView(checked: Checked, groups: &BTreeMap<GroupId, String>) {
        /// Rule that decides; absent if none matches.
        rule?: String = checked.rule.as_ref().map(|rule| notation::write(rule, groups));
        /// Number of the rule.
        rule_id?: u32 = checked.rule.map(|rule| rule.id);
        /// Name of the site.
        site: String = checked.site.name;
        /// `allow`, `sign_in`, `step_up` or `deny`.
        outcome: &'static str = checked.outcome;
        /// Reason of a denial.
        reason?: &'static str = checked.reason.map(DenyReason::as_str);
        /// Factor that the user must prove: `second_factor` or `passkey`.
        factor?: &'static str = checked.step_up.and_then(|own| own.factor).map(SiteFactor::as_str);
        /// Maximum age of the authentication that the user must renew, in seconds.
        max_age?: i64 = checked.step_up.and_then(|own| own.max_age);
    }
}

type Factors = OneOf<SiteFactor>;
type Credentials = OneOf<Credential>;

async fn shown(context: &AdminContext<'_>, site: Site) -> Result<Shown<SiteView>> {
    let version = version(&site);
    let names = group_names(context, std::slice::from_ref(&site)).await?;
    Ok(Shown::of_version(version, SiteView::new(site, &names)))
}

/// Defines the body of a creation or a change, whose other members are the same.
macro_rules! site_body {
    ($(#[doc = $doc:literal])* $schema:ident $body:ident { $($members:tt)* } $hosts:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = $schema)]
        pub struct $body {
            /// Name: 2 to 63 of `a-z`, `0-9` and inner `-`.
            name: String,
            $($members)*
            /// Rules in their order, such as `/admin/* role=editor second-factor`; the first one that
            /// matches a request decides, and without one it is denied.
            rules: Option<Vec<String>>,
            /// Organization, by slug, whose roles, groups and permissions count beside those without an
            /// organization.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            organization: Option<Option<String>>,
            /// Header with the user name or e-mail address; `null`: left out.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            user_header: Option<Option<String>>,
            /// Header with the groups; `null`: left out.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            groups_header: Option<Option<String>>,
            /// Header with the e-mail address; `null`: left out.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            email_header: Option<Option<String>>,
            /// Header with the full name; `null`: left out.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            name_header: Option<Option<String>>,
            /// Header with a signed JWT for the host; `null`: left out.
            #[serde(default, deserialize_with = "nullable")]
            #[schema(value_type = Option<String>)]
            token_header: Option<Option<String>>,
            /// Sends header values as UTF-8, without percent-encoding.
            raw_headers: Option<bool>,
        }

        impl $body {
            fn into_change(self) -> (String, SiteChange) {
                let hosts: fn(Self) -> Option<Vec<String>> = $hosts;
                let change = SiteChange {
                    rules: self.rules.clone(),
                    organization: self.organization.clone(),
                    headers: HeaderChange {
                        user: self.user_header.clone(),
                        groups: self.groups_header.clone(),
                        email: self.email_header.clone(),
                        name: self.name_header.clone(),
                        token: self.token_header.clone(),
                    },
                    raw_headers: self.raw_headers,
                    hosts: None,
                };
                let name = self.name.clone();
                (name, SiteChange { hosts: hosts(self), ..change })
            }
        }
    };
}

site_body! {
    /// A site to create.
    NewSite Create {
        /// Hosts: `wiki.example.com`, or `*.example.com` for one label in place of `*`.
        hosts: Vec<String>,
    }
    |body| Some(body.hosts)
}

site_body! {
    /// Changes. Omitted members stay unchanged.
    SitePatch Update {
        /// All hosts.
        hosts: Option<Vec<String>>,
    }
    |body| body.hosts
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
        A path that ends with `/*` is for all below it too. The demand is `anyone`, `nobody`, `preflight`, `user`, or any of \
        `role=`, `group=` and `permission=`, with `second-factor`, `passkey` and `max-age=15m`. `accept=access-token` and \
        `accept=api-key` accept these instead of a session.";
    const CALL: &'static str = "POST sites once";
    const COMMAND: &'static str = "site create SITE=name --host=hosts --rule=rules --organization? --user-header? \
        --groups-header? --email-header? --name-header? --token-header? --raw-headers";
    const DONE: &'static str = "The site {name} is created.";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (name, change) = self.into_change();
        shown(context, create(context, &name, change).await?).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:read", &SHOW))
    }
}

impl Operation for Update {
    const TITLE: &'static str = "Change a site";
    const TEXT: &'static str = "Hosts and rules replace all former ones.";
    const CALL: &'static str = "PATCH sites/{name} versioned";
    const COMMAND: &'static str = "site update SITE=name --host=hosts --rule=rules --organization? --user-header? \
        --groups-header? --email-header? --name-header? --token-header? --raw-headers";
    type Done = Shown<SiteView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (name, change) = self.into_change();
        shown(context, update(context, &name, change).await?).await
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

/// A request that is assumed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// URL of the request.
    url: String,
    /// User who is signed in: user name, e-mail address or ID; default: a visitor who is not signed in.
    user: Option<String>,
    /// Method; default: GET.
    method: Option<String>,
    /// Address of the client; default: one outside all networks.
    address: Option<String>,
    /// Factor of the sign-in; default: a password alone.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Factors>)]
    factor: Option<SiteFactor>,
    /// Seconds since the sign-in; default: 0.
    age: Option<u32>,
    /// Proof of the user; default: session.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Credentials>)]
    credential: Option<Credential>,
    /// True for a preflight request of a browser.
    #[serde(default)]
    preflight: bool,
}

impl Operation for Check {
    const TITLE: &'static str = "Show what happens to a request, and by which rule";
    const TEXT: &'static str = "The decision is that about a real request.";
    const CALL: &'static str = "GET site-check";
    const COMMAND: &'static str =
        "site check URL --user --method --address --factor --age --credential --preflight";
    type Done = Shown<DecisionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let parse = |text: String| text.parse::<IpAddr>();
        let address = self.address.map(parse).transpose();
        let address = address.map_err(|_| AdminError::invalid("address", "not an IP address"))?;
        let request = AssumedRequest {
            url: self.url,
            user: self.user,
            method: self.method.unwrap_or_else(|| "GET".to_owned()),
            address,
            is_preflight: self.preflight,
            credential: self.credential.unwrap_or(Credential::Session),
            factor: self.factor,
            age: self.age.unwrap_or_default().into(),
        };
        let checked = check(context, &request).await?;
        let names = group_names(context, std::slice::from_ref(&checked.site)).await?;
        Ok(Shown::unversioned(DecisionView::new(checked, &names)))
    }
}
