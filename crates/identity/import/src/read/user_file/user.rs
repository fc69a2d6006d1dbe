//! A row as a record.

use doorward_protocol::displayed_text::is_hidden;

use super::super::django::TimeZone;
use super::super::found::{Findings, Found, Unreadable, shortened};
use super::super::words;
use super::columns::Columns;
use super::layout::Layout;
use super::product;
use crate::item::Note;
use crate::prelude::*;
use crate::read::date::DayOrder;
use crate::record::{LinkRecord, PasswordRecord, Record, TotpRecord, UserRecord};

const TIME: &str = "a time such as 2024-03-01T12:00:00Z";

/// A row with the names of its columns.
pub(super) struct Cells<'a> {
    pub columns: &'a Columns,
    pub layout: &'a Layout,
    pub created_at: DayOrder,
    pub last_login: DayOrder,
    pub row: &'a csv::StringRecord,
    pub line: u64,
}

/// Returns the text of a cell without white space and invisible characters around it.
pub(super) fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || is_hidden(c))
}

/// Reads the seconds or milliseconds since 1970 of databases and programs.
fn epoch(text: &str) -> Option<UnixSeconds> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    match whole.len() {
        10 => whole.parse().ok(),
        13 => whole.get(..10)?.parse().ok(),
        _ => None,
    }
}

impl<'a> Cells<'a> {
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let mut texts = self.columns.at(name).filter_map(|at| {
            let text = trimmed(self.row.get(at)?);
            (!text.is_empty()).then_some(text)
        });
        texts.next()
    }

    fn owned(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// Returns the id of the user: the cell `id`, or else the user name or the address.
    pub fn old_id(&self) -> String {
        let of_auth0 = || Some(format!("auth0|{}", self.text("auth0_id")?));
        let own = self.text("id").map(str::to_owned).or_else(of_auth0);
        let other = || {
            ["username", "email"]
                .into_iter()
                .find_map(|name| self.text(name))
        };
        own.or_else(|| other().map(str::to_owned))
            .unwrap_or_else(|| format!("line {}", self.line))
    }

    /// Returns the value that `read` finds in a cell.
    fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Found<T> {
        let wrong = |text| Unreadable::new(name, text, expected);
        let text = self.text(name);
        text.map(|text| read(text).ok_or_else(|| wrong(text)))
            .transpose()
    }

    /// Returns the parts of a list, separated by `;`.
    pub fn list(&self, name: &str) -> Found<Vec<&'a str>> {
        let is_other = |c: char| matches!(c, ',' | '|' | '[' | ']' | '{' | '}' | '"' | '\t');
        self.read(name, "names separated by `;`", |text| {
            let parts = text.split(';').map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            (!text.contains(is_other)).then(|| parts.collect())
        })
    }

    fn flag(&self, name: &str) -> Found<bool> {
        self.read(name, "true or false", words::flag)
    }

    fn time(&self, name: &str, order: DayOrder) -> Found<UnixSeconds> {
        let zone = TimeZone::default();
        self.read(name, TIME, |text| {
            let known = epoch(text).or_else(|| zone.read(text));
            known.or_else(|| zone.at(order.read(text)?))
        })
    }

    /// Returns the objects of a list in JSON.
    fn objects(&self, name: &str) -> Found<Vec<Map<String, Value>>> {
        self.read(name, "a list of objects in JSON", |text| {
            serde_json::from_str(text).ok()
        })
    }
}

/// Returns the path of a group with those above it, each with a leading `/`.
pub(super) fn ancestors(path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut whole = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        whole.push('/');
        whole.push_str(part);
        all.push(whole.clone());
    }
    all
}

/// The address of a row, and whether it is verified.
struct Address {
    email: String,
    is_verified: Option<bool>,
}

impl Address {
    fn read(cells: &Cells<'_>, findings: &mut Findings) -> Self {
        let mut address = Self {
            email: cells.owned("email"),
            is_verified: findings.require(cells.flag("email_verified")),
        };
        if let Some(verified) = cells.text("verified_emails") {
            let is_end =
                |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '[' | ']' | '"');
            let mut verified = verified.split(is_end);
            address.is_verified = Some(verified.any(|one| one == address.email));
        } else if cells.columns.has("verified_emails") {
            address.is_verified = Some(false);
        }
        // Auth0: an address that is not among the members.
        let identifiers = findings.require(cells.objects("identifiers"));
        let mut identifiers = identifiers.into_iter().flatten();
        let found = identifiers.find(|one| one.get("type").is_some_and(|kind| kind == "email"));
        if let (true, Some(found)) = (address.email.is_empty(), found) {
            let value = found.get("value").and_then(Value::as_str);
            value.unwrap_or_default().clone_into(&mut address.email);
            address.is_verified = found.get("verified").and_then(Value::as_bool);
        }
        address
    }
}

/// Returns the record of a row.
pub(super) fn record(cells: &Cells<'_>) -> Record {
    let mut findings = Findings::default();
    let old_id = cells.old_id();
    let Address { email, is_verified } = Address::read(cells, &mut findings);
    // The name of a user of Cognito may be the ID.
    let name = cells.text("username");
    let name = name.filter(|name| cells.layout.product.is_none() || UserId::parse(name).is_none());
    let username = name.map_or_else(|| email.clone(), str::to_owned);
    let roles = findings.require(cells.list("roles")).unwrap_or_default();
    let groups = findings.require(cells.list("groups")).unwrap_or_default();
    let groups = groups.into_iter().filter_map(|path| ancestors(path).pop());
    let https = |url: &str| url.starts_with("https://").then(|| url.to_owned());
    let record = UserRecord {
        sub: sub(cells.text("sub"), &mut findings),
        email_verified: is_verified,
        must_change_password: findings.require(cells.flag("must_change_password")) == Some(true),
        disabled: is_disabled(cells, &mut findings),
        // The account needs a time, and no other one is right.
        created_at: findings.require(cells.time("created_at", cells.created_at)),
        last_login: findings.note(cells.time("last_login", cells.last_login)),
        is_staff: findings.note(cells.flag("is_staff")) == Some(true),
        is_superuser: findings.note(cells.flag("is_superuser")) == Some(true),
        totp: totp(cells.text("totp_secret"), &mut findings.notes),
        picture: findings.note(cells.read("picture", "a URL that begins with https://", https)),
        password: password(cells),
        profile: profile(cells),
        backup_codes: Vec::new(),
        links: links(cells, &mut findings),
        roles: roles.into_iter().map(str::to_owned).collect(),
        groups: groups.collect(),
        notes: Vec::new(),
        old_id,
        username,
        email,
    };
    findings.user(record)
}

fn is_disabled(cells: &Cells<'_>, findings: &mut Findings) -> bool {
    let status = cells.read("status", "a status of Okta", product::is_enabled);
    let enabled = [cells.flag("enabled"), status];
    let is_off = enabled.map(|found| findings.require(found) == Some(false));
    findings.require(cells.flag("disabled")) == Some(true) || is_off.contains(&true)
}

/// Returns the profile fields. A name without parts is a given name.
fn profile(cells: &Cells<'_>) -> Vec<(Field, String)> {
    let fields = Field::ALL.iter().filter_map(|field| {
        let text = cells.text(field.name())?;
        Some((*field, text.to_owned()))
    });
    let mut fields: Vec<_> = fields.collect();
    let has_parts =
        |(field, _): &(Field, String)| matches!(field, Field::GivenName | Field::FamilyName);
    if let Some(name) = cells.text("name").filter(|_| !fields.iter().any(has_parts)) {
        fields.push((Field::GivenName, name.to_owned()));
    }
    fields
}

fn sub(text: Option<&str>, findings: &mut Findings) -> Option<UserId> {
    let text = text?;
    let sub = UserId::parse(text);
    if sub.is_none() {
        let value = shortened(text);
        let why = format!("sub: {value:?} is no UUID: the user gets a new one");
        let note = Note::new("sub_changed", why).about("sub", Some(value));
        findings.notes.push(note);
    }
    sub
}

fn password(cells: &Cells<'_>) -> Option<PasswordRecord> {
    let hash = Secret::new(cells.text("password_hash")?.to_owned());
    Some(match &cells.layout.firebase {
        Some(config) => PasswordRecord::Firebase {
            hash,
            salt: cells.owned("password_salt"),
            config: Arc::clone(config),
        },
        None => PasswordRecord::Text(hash),
    })
}

fn totp(text: Option<&str>, notes: &mut Vec<Note>) -> Option<TotpRecord> {
    let secret = TotpSecret::from_base32(text?);
    if secret.is_none() {
        let text = "totp_secret: the secret of the authenticator app is not 20 bytes in base32";
        notes.push(Note::new("totp_form", text).about("totp_secret", None));
    }
    secret.map(|secret| TotpRecord {
        secret,
        last_step: 0,
    })
}

/// Returns the linked accounts of an export: those of a list, or of a column for each provider.
fn links(cells: &Cells<'_>, findings: &mut Findings) -> Vec<LinkRecord> {
    let listed = findings.note(cells.objects("identities"));
    let of_list = listed.into_iter().flatten().filter_map(|identity| {
        let text = |names: [&str; 2]| {
            let value = names.into_iter().find_map(|name| identity.get(name))?;
            Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        };
        let provider = text(["provider", "providerId"])?;
        let subject = text(["user_id", "rawId"])?;
        // Sign-in methods of the product itself.
        let is_own = matches!(
            provider.as_str(),
            "auth0" | "email" | "sms" | "password" | "phone"
        );
        (!is_own).then(|| link(product::provider(&provider), subject))
    });
    let providers = ["google", "facebook", "twitter", "github"];
    let of_columns = providers.into_iter().filter_map(|provider| {
        let subject = cells.text(&format!("link:{provider}"))?;
        Some(link(provider, subject.to_owned()))
    });
    of_list.chain(of_columns).collect()
}

fn link(provider: &str, subject: String) -> LinkRecord {
    LinkRecord {
        provider: provider.to_owned(),
        subject,
        label: String::new(),
    }
}
