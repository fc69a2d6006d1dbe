//! Users.

use doorward_domain::model::{LastLogin, Profile, User};
use doorward_rules::identifier::{self, IdentifierError};
use doorward_rules::profile::{self, ProfileEdit, ProfileValueError};

use super::catalog::Catalog;
use super::draft::{Draft, Planned};
use crate::item::{EmailState, Kind, Note};
use crate::options::ImportOptions;
use crate::prelude::*;
use crate::read::found::shortened;
use crate::record::{TotpRecord, UserRecord};
use doorward_rules::slug;

/// Code of the note on a user who gets a user name that the source does not have.
pub const NAME_DERIVED: &str = "username_derived";

/// The contents of the store that a batch of users may collide with.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Old id → user id, of users that an earlier run has imported.
    pub imported: HashMap<String, String>,
    /// Keys of user names in use.
    pub names: HashSet<String>,
    /// Skeletons of user names in use.
    pub skeletons: HashSet<String>,
    /// Keys of e-mail addresses in use.
    pub emails: HashSet<String>,
    pub ids: HashSet<UserId>,
    /// Issuer and subject of linked accounts.
    pub links: HashSet<(String, String)>,
    /// Users here by their verified address.
    pub verified: HashMap<String, UserId>,
}

/// The keys by which a record may collide with stored users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserKeys {
    /// Possible keys of the user name, in the order of preference.
    pub names: Vec<String>,
    /// Possible keys of the e-mail address.
    pub emails: Vec<String>,
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    /// Account without a password hash.
    pub user: User,
    /// True if the user must set a new password at the next sign-in.
    pub must_change_password: bool,
    pub totp: Option<TotpRecord>,
    /// Backup codes; none without an authenticator app.
    pub backup_codes: Vec<RecoveryCode>,
    /// Issuer, subject and label of linked accounts.
    pub links: Vec<(String, String, String)>,
    pub roles: BTreeSet<String>,
    pub groups: BTreeSet<String>,
}

/// The names and addresses that the run has given out.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    names: HashSet<String>,
    skeletons: HashSet<String>,
    pub(super) emails: HashMap<String, String>,
    links: HashSet<(String, String)>,
    old_ids: HashSet<String>,
    ids: HashSet<UserId>,
}

impl Taken {
    /// Adds a user name, which may be empty, and an e-mail address of a record.
    pub(super) fn add(&mut self, username: &str, email: &str, old_id: &str) {
        if !username.is_empty() {
            self.names.insert(username.to_owned());
            self.skeletons
                .insert(identifier::username_skeleton(username));
        }
        self.emails.insert(email.to_owned(), old_id.to_owned());
    }

    /// Adds the id of a record. Returns false if an earlier record has it.
    pub(super) fn add_old_id(&mut self, old_id: &str) -> bool {
        self.old_ids.insert(old_id.to_owned())
    }
}

/// Returns true if a user has this user name.
pub(super) fn is_used(name: &str, known: &Known, taken: &Taken) -> bool {
    known.names.contains(name) || taken.names.contains(name)
}

/// Returns true if a user has a user name that looks like this one.
pub(super) fn looks_used(name: &str, known: &Known, taken: &Taken) -> bool {
    let look = identifier::username_skeleton(name);
    known.skeletons.contains(&look) || taken.skeletons.contains(&look)
}

/// Returns the reason if a user has this e-mail address.
pub(super) fn used_address(key: &str, known: &Known, taken: &Taken) -> Option<Note> {
    if known.emails.contains(key) {
        let text = "a user here has this e-mail address";
        return Some(Note::new("email_taken", text));
    }
    let other = taken.emails.get(key)?;
    let text = format!("user {other} of the source has the same e-mail address");
    Some(Note::new("email_twice", text))
}

/// Returns the reason why an address cannot be the one of a user.
pub(super) fn unusable_address(address: &str, error: IdentifierError) -> Note {
    if error == IdentifierError::Missing {
        return Note::new("email_missing", "no e-mail address");
    }
    let value = shortened(address);
    let text = format!("email: {value:?} is not valid here");
    Note::new("email_invalid", text).about("email", Some(value))
}

pub fn keys(record: &UserRecord, catalog: &Catalog<'_>) -> UserKeys {
    let options = catalog.options();
    let names = candidates(record, &options.source);
    let mut emails: Vec<String> = identifier::email_key(address(record)).into_iter().collect();
    if let Some(domain) = &options.email_domain {
        let at = names.iter().map(|name| format!("{name}@{domain}"));
        emails.extend(at.filter_map(|one| identifier::email_key(&one).ok()));
    }
    let resolve = |link| catalog.issuers().resolve(link).ok();
    UserKeys {
        names,
        emails,
        links: record.links.iter().filter_map(resolve).collect(),
    }
}

/// Returns the address of a user: without one, the login name if it is an address.
pub(super) fn address(record: &UserRecord) -> &str {
    if record.email.trim().is_empty() && record.username.contains('@') {
        &record.username
    } else {
        &record.email
    }
}

/// Returns true if the source has a user name that is not the address.
pub(super) fn has_name(record: &UserRecord) -> bool {
    let name = &record.username;
    !name.is_empty() && !name.eq_ignore_ascii_case(address(record))
}

/// Returns the possible keys of the user name: the one of the source if it is valid here, or one
/// derived from it, then the same with a number, and last with a digest of the old id.
pub(super) fn candidates(record: &UserRecord, source: &str) -> Vec<String> {
    let first = identifier::username_key(&record.username)
        .ok()
        .unwrap_or_else(|| derived(record));
    let base: String = first.chars().take(54).collect();
    let digest = slug::digest(&format!("{source}\n{}", record.old_id));
    let ends = ["-2".to_owned(), "-3".to_owned(), format!("-{digest}")];
    let numbered = ends.map(|end| format!("{base}{end}"));
    let mut all = vec![first];
    for name in numbered {
        all.extend(identifier::username_key(&name).ok());
    }
    all
}

/// Derives a user name from an invalid one: the part before the `@`, without other characters.
fn derived(record: &UserRecord) -> String {
    let wanted = if record.username.trim().is_empty() {
        &record.email
    } else {
        &record.username
    };
    let local = wanted.split('@').next().unwrap_or_default();
    let plain: String = local
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
        .skip_while(|c| !c.is_alphanumeric())
        .take(identifier::USERNAME_MAX)
        .collect();
    identifier::username_key(&plain).unwrap_or_else(|_| {
        let by_id = || format!("user-{}", slug::digest(&record.old_id));
        if plain.is_empty() {
            return by_id();
        }
        let ascii = slug::slug(&plain, "._-");
        identifier::username_key(&ascii).unwrap_or_else(|_| by_id())
    })
}

impl Catalog<'_> {
    /// Plans a user. `known` holds what the store has at [`keys`].
    pub fn user(
        &self,
        record: &UserRecord,
        known: &Known,
        taken: &mut Taken,
        fresh: UserId,
        now: UnixSeconds,
    ) -> Planned<NewUser> {
        if let Some(planned) = self.known_before(record, known, taken) {
            return planned;
        }
        let mut draft = draft(record);
        let notes = &mut draft.notes;
        let keys = keys(record, self);
        let is_free = |key: &&String| !is_used(key, known, taken) && !looks_used(key, known, taken);
        let Some(username) = keys.names.iter().find(is_free).cloned() else {
            return draft.skip("username", "no user name is free");
        };
        let options = self.options();
        let email = match self.email(record, &username, (known, &*taken), notes) {
            Ok(email) => email,
            Err(note) => return draft.skip(note.code, note.text),
        };
        let username = self.carried(record, username, notes);
        taken.add(&username, &email.key, &record.old_id);
        let roles = self.user_roles(record, notes);
        let groups = self.groups_of(&record.groups, notes);
        let created_at = past("created_at", record.created_at, now, notes);
        let last_login = past("last_login", record.last_login, now, notes);
        let user = User {
            id: record.sub.unwrap_or(fresh),
            username: username.clone(),
            username_key: username,
            email: email.text,
            email_key: email.key,
            email_verified: email.state == EmailState::Verified,
            password_hash: None,
            password_changed_at: None,
            profile: profile_of(record, now, notes),
            is_staff: record.is_staff && options.keeps_staff,
            disabled_at: record.disabled.then_some(now),
            deletion_due_at: None,
            password_change_required: false,
            password_withdrawn_at: None,
            last_login: LastLogin(last_login),
            created_at: created_at.unwrap_or(now),
            updated_at: now,
        };
        if record.is_staff && !options.keeps_staff {
            let text = "the staff mark is dropped; --keep-staff keeps it";
            notes.push(Note::new("staff", text));
        }
        let links = self.links(record, (known, taken), notes);
        let id = user.id.to_string();
        let new = NewUser {
            user,
            must_change_password: record.must_change_password,
            totp: record.totp.clone(),
            backup_codes: match record.totp {
                Some(_) => record.backup_codes.clone(),
                None => Vec::new(),
            },
            links,
            roles,
            groups,
        };
        let mut planned = draft.create(&id, new);
        planned.item.email = Some(email.state);
        planned
    }

    /// Returns the user name of the account, with a note if it differs from the source; empty if
    /// the account gets none.
    fn carried(&self, record: &UserRecord, free: String, notes: &mut Vec<Note>) -> String {
        let has_name = has_name(record);
        match self.options().usernames {
            UsernameMode::None => {
                if has_name {
                    let text = "the user name is dropped: accounts.username is none";
                    notes.push(Note::new("username", text));
                }
                return String::new();
            }
            UsernameMode::Optional if !has_name => return String::new(),
            UsernameMode::Optional | UsernameMode::Required => {}
        }
        if free != record.username {
            let first = candidates(record, &self.options().source)
                .into_iter()
                .next();
            let is_first = first.as_ref() == Some(&free);
            let reason = match (has_name, is_first) {
                (false, _) => "has no user name in the source: gets",
                (true, true) => "the user name becomes",
                (true, false) => "the user name, or one that looks like it, is in use: it becomes",
            };
            let code = if has_name { "username" } else { NAME_DERIVED };
            notes.push(Note::new(code, format!("{reason} {free}")));
        }
        free
    }

    /// Returns the result for a user that an earlier run has imported, or whose id is in use.
    fn known_before(
        &self,
        record: &UserRecord,
        known: &Known,
        taken: &mut Taken,
    ) -> Option<Planned<NewUser>> {
        let old = record.old_id.as_str();
        if !taken.add_old_id(old) {
            return Some(draft(record).skip("twice", "the id occurs twice in the source"));
        }
        if let Some(id) = known.imported.get(old) {
            let own = keys(record, self).emails.into_iter().next();
            taken.emails.extend(own.map(|key| (key, old.to_owned())));
            return Some(draft(record).unchanged(id));
        }
        let sub = record.sub?;
        let is_used = known.ids.contains(&sub) || !taken.ids.insert(sub);
        is_used.then(|| draft(record).skip("sub", "another user has this user id"))
    }

    pub(super) fn user_roles(
        &self,
        record: &UserRecord,
        notes: &mut Vec<Note>,
    ) -> BTreeSet<String> {
        let mut roles = self.roles_of(&record.roles, notes);
        if record.is_superuser {
            if let Some(role) = &self.options().superuser_role {
                let text = format!("holds all rights in the source: gets the role {role}");
                notes.push(Note::new("superuser", text));
                roles.insert(role.clone());
            } else {
                let text = "holds all rights in the source and none here; see --superuser-role";
                notes.push(Note::new("superuser", text));
            }
        }
        roles
    }

    fn links(
        &self,
        record: &UserRecord,
        (known, taken): (&Known, &mut Taken),
        notes: &mut Vec<Note>,
    ) -> Vec<(String, String, String)> {
        let mut links = Vec::new();
        for link in &record.links {
            match self.issuers().resolve(link) {
                Err(note) => notes.push(note),
                Ok(key) if known.links.contains(&key) || !taken.links.insert(key.clone()) => {
                    let text = format!("link with {}: another user has it", link.provider);
                    notes.push(Note::new("link_taken", text));
                }
                Ok((issuer, subject)) => {
                    let label = if link.label.is_empty() {
                        subject.clone()
                    } else {
                        let shown = displayed_name::without_hidden(&link.label);
                        shown.chars().take(200).collect()
                    };
                    links.push((issuer, subject, label));
                }
            }
        }
        links
    }

    /// Returns the address of the account, or the reason why there is none.
    fn email(
        &self,
        record: &UserRecord,
        username: &str,
        (known, taken): (&Known, &Taken),
        notes: &mut Vec<Note>,
    ) -> Result<Email, Note> {
        let address = address(record);
        let problem = match identifier::email_key(address) {
            Ok(key) => {
                let Some(problem) = used_address(&key, known, taken) else {
                    if address != record.email {
                        let text = "without an e-mail address: the login name is one";
                        notes.push(Note::new("email_from_name", text));
                    }
                    notes.extend(self.unreachable_address(address, &key));
                    return Ok(Email {
                        text: address.trim().to_owned(),
                        key,
                        state: self.email_state(record),
                    });
                };
                problem
            }
            Err(error) => unusable_address(address, error),
        };
        placeholder(self.options(), username, (known, taken), notes, problem)
    }

    /// Returns a note if no mail reaches the address.
    pub(super) fn unreachable_address(&self, address: &str, key: &str) -> Option<Note> {
        if !self.stock().is_mail_ascii || key.is_ascii() {
            return None;
        }
        let text = "no mail reaches the address: it has characters beyond ASCII before the @, and \
                    mail.smtputf8 is false";
        Some(Note::new("email_unreachable", text).about("email", Some(shortened(address))))
    }
}

/// Returns a time that has passed. Another one is noted, and counts as absent.
fn past(
    column: &str,
    time: Option<UnixSeconds>,
    now: UnixSeconds,
    notes: &mut Vec<Note>,
) -> Option<UnixSeconds> {
    let is_past = |at: &UnixSeconds| (1..=now).contains(at);
    if let Some(at) = time.filter(|at| !is_past(at)) {
        let text = format!(
            "{column}: {at} seconds after 1970 is before that year or in the future, and is left out"
        );
        notes.push(Note::new("time", text).about(column, Some(at.to_string())));
    }
    time.filter(is_past)
}

pub(super) fn draft(record: &UserRecord) -> Draft<'_> {
    let notes = record.notes.clone();
    Draft::new(Kind::User, &record.old_id, &record.username, notes)
}

struct Email {
    text: String,
    key: String,
    state: EmailState,
}

/// Returns a placeholder address if the operator has named a domain, otherwise the problem.
fn placeholder(
    options: &ImportOptions,
    username: &str,
    (known, taken): (&Known, &Taken),
    notes: &mut Vec<Note>,
    problem: Note,
) -> Result<Email, Note> {
    let Some(domain) = &options.email_domain else {
        return Err(problem);
    };
    let text = format!("{username}@{domain}");
    let usable = |key: &String| !known.emails.contains(key) && !taken.emails.contains_key(key);
    let Some(key) = identifier::email_key(&text).ok().filter(usable) else {
        return Err(problem);
    };
    let note = format!("{}: the address becomes {text}", problem.text);
    notes.push(Note::new(problem.code, note));
    Ok(Email {
        text,
        key,
        state: EmailState::Unverified,
    })
}

pub(super) fn profile_of(record: &UserRecord, now: UnixSeconds, notes: &mut Vec<Note>) -> Profile {
    let mut whole = Profile {
        picture: record.picture.clone(),
        ..Profile::default()
    };
    for (field, text) in &record.profile {
        let max = (*field).max();
        let mut edit = ProfileEdit::default().with(*field, text.as_str());
        if text.trim().chars().count() > max {
            let cut: String = text.trim().chars().take(max).collect();
            let name = field.name();
            notes.push(Note::new(
                "too_long",
                format!("{name} is cut to {max} characters"),
            ));
            edit = ProfileEdit::default().with(*field, cut);
        }
        match profile::apply(&whole, &edit, now) {
            Ok(next) => whole = next,
            Err(problems) => notes.extend(problems.iter().map(|one| {
                let why = match one.problem {
                    ProfileValueError::TooLong { .. } => "too long",
                    ProfileValueError::Characters => "control, invisible or mixed characters",
                    ProfileValueError::Form => "malformed",
                    ProfileValueError::Future => "in the future",
                    ProfileValueError::Unknown => "unknown value",
                };
                let (name, value) = (field.name(), shortened(text));
                let text = format!("{name}: {value:?} is dropped: {why}");
                Note::new("profile", text).about(name, Some(value))
            })),
        }
    }
    whole
}
