//! Searches: entries in batches, within the limits of entries and of work, with pages (RFC 2696).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use doorward_domain::model::{GroupId, UserId};
use ldap3_proto::proto::{
    LdapCompareRequest, LdapDerefAliases, LdapFilter, LdapResultCode as Code, LdapSearchRequest,
    LdapSearchResultEntry, LdapSearchScope,
};
use uuid::Uuid;

use crate::directory::{Directory, GroupSource, NamedMember, UserSource};
use crate::entry::{GROUP_CLASSES, USER_CLASSES};
use crate::identity::Bound;
use crate::result::{Outcome, Result};
use crate::root;
use crate::server::Server;
use crate::target::{self, Target, Tree};
use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;
use doorward_ldap_protocol::filter::{Candidates, Filter, MAX_LOOKUPS, candidates};
use doorward_ldap_protocol::message::Pages;
use doorward_ldap_protocol::schema;
use doorward_ldap_protocol::wanted::{MAX_ATTRIBUTES, Needs, Wanted};

/// Number of users or groups that are read at once.
const BATCH: usize = 200;
const USER_INDEX: [&str; 8] = [
    "uid",
    "sAMAccountName",
    "userPrincipalName",
    "mail",
    "entryUUID",
    "uidNumber",
    "gidNumber",
    "memberOf",
];
const GROUP_INDEX: [&str; 6] = [
    "cn",
    "sAMAccountName",
    "entryUUID",
    "gidNumber",
    "member",
    "memberUid",
];

/// The place of a search after the entries that the client has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// The number of the next container.
    Containers(usize),
    Users(Option<UserId>),
    Groups(Option<GroupId>),
    End,
}

/// A search whose next page the client may request. A connection has one at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenPages {
    /// Number in the cookie.
    number: u64,
    request: u64,
    place: Place,
}

/// A running search.
#[derive(Debug)]
pub struct Search {
    filter: Filter,
    wanted: Wanted,
    needs: Needs,
    directory: Option<Directory>,
    containers: Vec<Entry>,
    users: Option<UserSource>,
    groups: Option<GroupSource>,
    named: Vec<NamedMember>,
    place: Place,
    /// Entries that the response may still have.
    left: usize,
    /// Users and groups that the search may still read.
    readable: usize,
    /// The page, with its number and the hash of the request.
    page: Option<(u64, u64)>,
    is_over_size: bool,
    is_over_work: bool,
}

fn hash(request: &LdapSearchRequest) -> u64 {
    let mut hasher = DefaultHasher::new();
    (
        &request.base,
        &request.scope,
        &request.filter,
        &request.attrs,
    )
        .hash(&mut hasher);
    hasher.finish()
}

fn missing(above: &Dn) -> Outcome {
    let mut outcome = Outcome::new(Code::NoSuchObject, "");
    outcome.matched = above.to_string();
    outcome
}

impl Search {
    /// Checks a search, and finds out where its entries are.
    ///
    /// # Errors
    /// Returns the result for the client.
    pub async fn begin(
        server: &Server,
        bound: Option<&Bound>,
        request: &LdapSearchRequest,
        pages: Option<Pages>,
        open: &mut Option<OpenPages>,
    ) -> Result<Self> {
        let complex = || Outcome::new(Code::AdminLimitExceeded, "the request is too complex");
        let filter = Filter::read(&request.filter).map_err(|_| complex())?;
        if request.attrs.len() > MAX_ATTRIBUTES {
            return Err(complex());
        }
        let malformed = || Outcome::new(Code::InvalidDNSyntax, "the base is malformed");
        let base = Dn::parse(&request.base).ok_or_else(malformed)?;
        let target = target::find(&server.names, &base, &request.scope).map_err(|above| {
            if bound.is_some() {
                missing(&above)
            } else {
                unbound()
            }
        })?;
        let wanted = Wanted::read(&request.attrs, request.typesonly);
        let limits = &server.context.core.config.ldap;
        let most = usize::try_from(request.sizelimit).unwrap_or_default();
        let most = if most == 0 {
            limits.entries
        } else {
            most.min(limits.entries)
        };
        let mut search = Self {
            needs: wanted.needs(&filter),
            filter,
            wanted,
            directory: bound.map(Directory::new),
            containers: Vec::new(),
            users: None,
            groups: None,
            named: Vec::new(),
            place: Place::Containers(0),
            left: most,
            readable: limits.scanned,
            page: None,
            is_over_size: false,
            is_over_work: false,
        };
        search.turn_to(request, pages, open)?;
        search.find_sources(server, target).await?;
        Ok(search)
    }

    /// Continues at the page that the client requests.
    fn turn_to(
        &mut self,
        request: &LdapSearchRequest,
        pages: Option<Pages>,
        open: &mut Option<OpenPages>,
    ) -> Result<()> {
        let Some(pages) = pages else { return Ok(()) };
        let request = hash(request);
        let former = open.take();
        let number = former.map_or(0, |former| former.number);
        if !pages.cookie.is_empty() {
            let own = former.filter(|former| {
                former.request == request && pages.cookie == former.number.to_be_bytes()
            });
            let invalid = || {
                Outcome::new(
                    Code::UnwillingToPerform,
                    "the cookie of the page is invalid",
                )
            };
            self.place = own.ok_or_else(invalid)?.place;
        }
        if pages.size == 0 {
            // RFC 2696 §3: the client ends the search.
            self.place = Place::End;
        }
        self.left = self.left.min(pages.size);
        self.page = Some((number.wrapping_add(1), request));
        Ok(())
    }

    async fn find_sources(&mut self, server: &Server, target: Target) -> Result<()> {
        let directory = match target {
            Target::Root => {
                self.containers = vec![root::root(&server.names)];
                return Ok(());
            }
            _ => self.directory.clone().ok_or_else(unbound)?,
        };
        match target {
            Target::Root | Target::Nothing => {}
            Target::Schema => self.containers = vec![root::schema()],
            Target::User(identifier) => {
                let found = directory.user(server, &identifier).await?;
                let user = found.ok_or_else(|| missing(&server.names.users()))?;
                self.users = Some(UserSource::These([user.id].into()));
            }
            Target::Group(name) => {
                self.name_members(server, &directory).await?;
                let found = directory.group(server, &name).await?;
                let group = found.ok_or_else(|| missing(&server.names.groups()))?;
                self.groups = Some(GroupSource::These([group.id].into()));
            }
            Target::Tree(tree) => self.find_in_tree(server, &directory, tree).await?,
        }
        Ok(())
    }

    async fn name_members(&mut self, server: &Server, directory: &Directory) -> Result<()> {
        let (mut names, mut identifiers) = (Vec::new(), Vec::new());
        self.filter.values_of("member", &mut names);
        self.filter.values_of("memberUid", &mut identifiers);
        if names.len() + identifiers.len() > MAX_LOOKUPS {
            return Err(Outcome::new(
                Code::AdminLimitExceeded,
                "the filter names too many members",
            ));
        }
        self.named = directory
            .named_members(server, &names, &identifiers)
            .await?;
        Ok(())
    }

    async fn find_in_tree(
        &mut self,
        server: &Server,
        directory: &Directory,
        tree: Tree,
    ) -> Result<()> {
        self.containers = tree.containers;
        if tree.has_users {
            let classes = USER_CLASSES.map(str::to_lowercase);
            let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
            self.users = match candidates(&self.filter, &USER_INDEX, &classes) {
                Candidates::None => None,
                Candidates::All => Some(UserSource::All),
                Candidates::With(values) => Some(directory.users_with(server, &values).await?),
            };
        }
        if tree.has_groups {
            let classes = GROUP_CLASSES.map(str::to_lowercase);
            let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
            let found = candidates(&self.filter, &GROUP_INDEX, &classes);
            if found != Candidates::None {
                self.name_members(server, directory).await?;
            }
            self.groups = match found {
                Candidates::None => None,
                Candidates::All => Some(directory.all_groups(server).await?),
                Candidates::With(values) => {
                    Some(directory.groups_with(server, &values, &self.named).await?)
                }
            };
        }
        Ok(())
    }

    /// Returns the next entries; `None` at the end of the response.
    ///
    /// # Errors
    /// Returns the result for the client.
    pub async fn next(&mut self, server: &Server) -> Result<Option<Vec<Entry>>> {
        if self.is_over_size || self.is_over_work || self.page.is_some() && self.left == 0 {
            return Ok(None);
        }
        match self.place {
            Place::End => Ok(None),
            Place::Containers(from) => Ok(Some(self.next_containers(from))),
            Place::Users(after) => {
                let (Some(source), Some(directory)) = (&self.users, &self.directory) else {
                    self.place = Place::Groups(None);
                    return Ok(Some(Vec::new()));
                };
                let count = self.readable.min(BATCH);
                if count == 0 {
                    self.is_over_work = true;
                    return Ok(None);
                }
                let read = directory.user_entries(server, source, after, count, self.needs);
                let (entries, next) = read.await?;
                self.readable -= count;
                let (shown, last) = self.select(entries);
                self.place = match (last, next) {
                    (Some(last), _) => Place::Users(Some(UserId::from_uuid(last))),
                    (None, Some(next)) => Place::Users(Some(next)),
                    (None, None) => Place::Groups(None),
                };
                Ok(Some(shown))
            }
            Place::Groups(after) => {
                let (Some(source), Some(directory)) = (&self.groups, &self.directory) else {
                    self.place = Place::End;
                    return Ok(Some(Vec::new()));
                };
                let count = self.readable.min(BATCH);
                if count == 0 {
                    self.is_over_work = true;
                    return Ok(None);
                }
                let named = &self.named;
                let read = directory.group_entries(server, source, after, count, self.needs, named);
                let (entries, next) = read.await?;
                self.readable -= count;
                let (shown, last) = self.select(entries);
                self.place = match (last, next) {
                    (Some(last), _) => Place::Groups(Some(GroupId::from_uuid(last))),
                    (None, Some(next)) => Place::Groups(Some(next)),
                    (None, None) => Place::End,
                };
                Ok(Some(shown))
            }
        }
    }

    fn next_containers(&mut self, from: usize) -> Vec<Entry> {
        let mut shown = Vec::new();
        for (number, entry) in self.containers.iter().enumerate().skip(from) {
            if !self.filter.matches(entry) {
                continue;
            }
            if self.left == 0 {
                self.is_over_size = self.page.is_none();
                self.place = Place::Containers(number);
                return shown;
            }
            self.left -= 1;
            shown.push(entry.clone());
        }
        self.place = Place::Users(None);
        shown
    }

    /// Returns the entries that the response has, and the last of them if there is no place for the next one.
    fn select(&mut self, entries: Vec<(Uuid, Entry)>) -> (Vec<Entry>, Option<Uuid>) {
        let mut shown = Vec::new();
        let count = entries.len();
        for (number, (id, entry)) in entries.into_iter().enumerate() {
            if !self.filter.matches(&entry) {
                continue;
            }
            if self.left == 0 {
                // The client gets an error instead of the rest.
                self.is_over_size = true;
                break;
            }
            self.left -= 1;
            shown.push(entry);
            if self.left == 0 && self.page.is_some() && number + 1 < count {
                return (shown, Some(id));
            }
        }
        (shown, None)
    }

    pub fn shown(&self, entry: &Entry) -> LdapSearchResultEntry {
        self.wanted.show(entry)
    }

    /// Returns the cookie of the next page, if the client requested a page, and keeps the place.
    ///
    /// # Errors
    /// Returns the result for the client if the response lacks entries.
    pub fn finish(self, open: &mut Option<OpenPages>) -> Result<Option<Vec<u8>>> {
        if let Some((number, request)) = self.page {
            if self.place == Place::End {
                return Ok(Some(Vec::new()));
            }
            *open = Some(OpenPages {
                number,
                request,
                place: self.place,
            });
            return Ok(Some(number.to_be_bytes().to_vec()));
        }
        if self.is_over_size {
            return Err(Outcome::new(
                Code::SizeLimitExceeded,
                "there are more entries; use pages",
            ));
        }
        if self.is_over_work {
            let text = "the search reads too many entries; use pages or a narrower filter";
            return Err(Outcome::new(Code::AdminLimitExceeded, text));
        }
        Ok(None)
    }
}

fn unbound() -> Outcome {
    Outcome::new(Code::InsufficentAccessRights, "bind first")
}

/// Compares an attribute of an entry with a value (RFC 4511 §4.10).
///
/// # Errors
/// Returns the result for the client if the entry or the attribute does not exist.
pub async fn compare(
    server: &Server,
    bound: Option<&Bound>,
    request: &LdapCompareRequest,
) -> Result<Outcome> {
    let Some(attribute) = schema::find(&request.atype) else {
        return Err(Outcome::new(Code::UndefinedAttributeType, ""));
    };
    let found = LdapSearchRequest {
        base: request.dn.clone(),
        scope: LdapSearchScope::Base,
        aliases: LdapDerefAliases::Never,
        sizelimit: 1,
        timelimit: 0,
        typesonly: false,
        filter: LdapFilter::Present("objectClass".to_owned()),
        attrs: vec![attribute.name.to_owned()],
    };
    let mut search = Search::begin(server, bound, &found, None, &mut None).await?;
    while let Some(entries) = search.next(server).await? {
        let Some(entry) = entries.first() else {
            continue;
        };
        if entry.values(attribute.name).next().is_none() {
            return Err(Outcome::new(Code::NoSuchAttribute, ""));
        }
        let asserted = String::from_utf8(request.val.clone()).ok();
        let asserted = asserted.and_then(|value| attribute.syntax.key(&value));
        let mut keys = entry
            .values(attribute.name)
            .map(|value| attribute.syntax.key(value));
        let is_same = asserted.is_some() && keys.any(|key| key == asserted);
        let code = if is_same {
            Code::CompareTrue
        } else {
            Code::CompareFalse
        };
        return Ok(Outcome::new(code, ""));
    }
    Err(Outcome::new(Code::NoSuchObject, ""))
}
