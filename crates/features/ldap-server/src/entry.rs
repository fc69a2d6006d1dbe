//! Entries: users, groups and their containers as LDAP shows them.

use doorward_domain::model::{Group, User};
use doorward_domain::time::UnixSeconds;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;
use doorward_ldap_protocol::schema;

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day][hour][minute][second]Z");

pub const USER_CLASSES: [&str; 6] = [
    "top",
    "person",
    "organizationalPerson",
    "inetOrgPerson",
    "posixAccount",
    "user",
];
pub const GROUP_CLASSES: [&str; 4] = ["top", "groupOfNames", "posixGroup", "group"];

/// The value of `userAccountControl` for an account that may sign in.
const NORMAL_ACCOUNT: &str = "512";

/// The names of the entries of this server.
#[derive(Clone, Debug)]
pub struct Names {
    pub base: Dn,
    /// Host of the issuer, the second part of `userPrincipalName`.
    pub host: String,
    /// The number that is added to the stored ones.
    pub first_number: i64,
}

/// The facts about a user beside the row.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct UserFacts {
    pub number: Option<i64>,
    pub groups: Vec<Group>,
}

/// The facts about a group beside the row.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct GroupFacts {
    pub number: Option<i64>,
    pub members: Vec<User>,
}

/// Returns true for a user whom applications see: active, and with a name that no other user can have.
pub fn is_visible(user: &User) -> bool {
    let is_named = user.named().is_some() || user.email_verified;
    user.is_active() && !user.is_deletion_pending() && is_named
}

/// Returns the common name of a group: its path with dots, and `@` with the organization.
pub fn group_name(group: &Group) -> String {
    let path = group.path.trim_start_matches('/').replace('/', ".");
    match &group.org {
        Some(org) => format!("{path}@{org}"),
        None => path,
    }
}

/// Returns the path and the organization of a group with this common name.
pub fn group_place(name: &str) -> (String, Option<&str>) {
    let (path, org) = match name.split_once('@') {
        Some((path, org)) => (path, Some(org)),
        None => (name, None),
    };
    (format!("/{}", path.replace('.', "/")), org)
}

fn time(at: UnixSeconds) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(at).ok()?;
    moment.format(TIME).ok()
}

impl Names {
    pub fn users(&self) -> Dn {
        self.base.child("ou", "users")
    }

    pub fn groups(&self) -> Dn {
        self.base.child("ou", "groups")
    }

    pub fn user(&self, user: &User) -> Dn {
        self.users().child("uid", user.login_identifier())
    }

    pub fn group(&self, group: &Group) -> Dn {
        self.groups().child("cn", &group_name(group))
    }

    /// Returns the login identifier in the distinguished name of a user.
    pub fn user_in<'a>(&self, dn: &'a Dn) -> Option<&'a str> {
        let first = dn.first().filter(|first| first.attribute == "uid")?;
        dn.parent()?
            .matches(&self.users())
            .then_some(first.value.as_str())
    }

    /// Returns the common name in the distinguished name of a group.
    pub fn group_in<'a>(&self, dn: &'a Dn) -> Option<&'a str> {
        let first = dn.first().filter(|first| first.attribute == "cn")?;
        dn.parent()?
            .matches(&self.groups())
            .then_some(first.value.as_str())
    }

    /// Returns the login identifier in a text that is a name of a user, a `userPrincipalName`, or a login identifier.
    pub fn identifier(&self, text: &str) -> Option<String> {
        if let Some(dn) = Dn::parse(text).filter(|_| text.contains('=')) {
            return self.user_in(&dn).map(str::to_owned);
        }
        Some(self.without_host(text).to_owned())
    }

    /// Returns a `userPrincipalName` without its second part.
    pub fn without_host<'a>(&self, text: &'a str) -> &'a str {
        let own = text
            .rsplit_once('@')
            .filter(|(_, host)| host.eq_ignore_ascii_case(&self.host));
        own.map_or(text, |(name, _)| name)
    }

    /// Returns the entries above those of users and groups.
    pub fn containers(&self) -> [Entry; 3] {
        let unit = |dn: Dn, name: &str| {
            Entry::new(dn)
                .with("objectClass", ["top", "organizationalUnit"])
                .with("ou", [name])
                .with("structuralObjectClass", ["organizationalUnit"])
        };
        [
            self.base_entry(),
            unit(self.users(), "users"),
            unit(self.groups(), "groups"),
        ]
        .map(|entry| {
            let dn = entry.dn.to_string();
            entry.with("entryDN", [dn])
        })
    }

    fn base_entry(&self) -> Entry {
        let entry = Entry::new(self.base.clone()).with("objectClass", ["top", "domain"]);
        let first = self.base.first();
        let named = first.and_then(|first| Some((schema::find(&first.attribute)?, &first.value)));
        let entry = match named {
            Some((attribute, value)) => entry.with(attribute.name, [value.as_str()]),
            None => entry,
        };
        entry.with("structuralObjectClass", ["domain"])
    }

    pub fn user_entry(&self, user: &User, facts: &UserFacts) -> Entry {
        let dn = self.user(user);
        let uid = user.login_identifier().to_owned();
        let profile = &user.profile;
        let name = user.display_name();
        let family = profile.family_name.clone().filter(|name| !name.is_empty());
        let number = facts
            .number
            .map(|number| (self.first_number + number).to_string());
        let principal = if uid.contains('@') {
            uid.clone()
        } else {
            format!("{uid}@{}", self.host)
        };
        let verified = Some(&user.email).filter(|_| user.email_verified);
        let groups = facts
            .groups
            .iter()
            .map(|group| self.group(group).to_string());
        Entry::new(dn.clone())
            .with("objectClass", USER_CLASSES)
            .with("uid", [uid.as_str()])
            .with("cn", [name.as_str()])
            .with("sn", [family.unwrap_or_else(|| name.clone())])
            .with(
                "givenName",
                profile.given_name.clone().filter(|name| !name.is_empty()),
            )
            .with("displayName", [name.as_str()])
            .with("mail", verified)
            .with("preferredLanguage", profile.locale.clone())
            .with("sAMAccountName", [uid.as_str()])
            .with("userPrincipalName", [principal])
            .with("userAccountControl", [NORMAL_ACCOUNT])
            .with("memberOf", groups)
            .with("uidNumber", number.clone())
            .with("gidNumber", number)
            .with("homeDirectory", [format!("/home/{uid}")])
            .with("loginShell", ["/bin/bash"])
            .with("entryUUID", [user.id.to_string()])
            .with("entryDN", [dn.to_string()])
            .with("createTimestamp", time(user.created_at))
            .with("modifyTimestamp", time(user.updated_at))
            .with("structuralObjectClass", ["inetOrgPerson"])
            .with("subschemaSubentry", [SUBSCHEMA])
    }

    pub fn group_entry(&self, group: &Group, facts: &GroupFacts) -> Entry {
        let dn = self.group(group);
        let name = group_name(group);
        let members = || facts.members.iter().filter(|user| is_visible(user));
        let number = facts
            .number
            .map(|number| (self.first_number + number).to_string());
        let description = Some(&group.description).filter(|text| !text.is_empty());
        Entry::new(dn.clone())
            .with("objectClass", GROUP_CLASSES)
            .with("cn", [name.as_str()])
            .with("description", description)
            .with("sAMAccountName", [name.as_str()])
            .with("gidNumber", number)
            .with("member", members().map(|user| self.user(user).to_string()))
            .with("memberUid", members().map(User::login_identifier))
            .with("entryUUID", [group.id.to_string()])
            .with("entryDN", [dn.to_string()])
            .with("createTimestamp", time(group.created_at))
            .with("modifyTimestamp", time(group.updated_at))
            .with("structuralObjectClass", ["groupOfNames"])
            .with("subschemaSubentry", [SUBSCHEMA])
    }
}

/// The name of the entry with the schema.
pub const SUBSCHEMA: &str = "cn=subschema";

#[cfg(test)]
mod tests;
