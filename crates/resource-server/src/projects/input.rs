//! The JSON bodies of projects and members, read strictly: one object, known members once each,
//! right types. All field errors are reported together.

use doorward_protocol::strict_json;
use serde_json::{Map, Value};

use super::model::{Change, Confidentiality, MAX_NAME, MAX_TEXT, Member, Permission, Role};
use crate::problem::{FieldError, Problem};

const PROJECT: [&str; 6] = [
    "name",
    "description",
    "department",
    "confidentiality",
    "budget",
    "internal_notes",
];
const READ_ONLY: [&str; 6] = [
    "id",
    "owner_subject",
    "org",
    "members",
    "created_at",
    "updated_at",
];
const MEMBER: [&str; 4] = ["role", "permissions", "email", "phone"];
/// Longest name of a person or department, e-mail address or phone number in bytes.
const MAX_SHORT: usize = 255;

/// Reads a new project: `name` is required.
pub(super) fn parse_new(body: &[u8]) -> Result<Change, Problem> {
    let mut fields = Fields::parse(body, &PROJECT)?;
    if !fields.members.contains_key("name") {
        fields.refuse("name", "required", "A project needs a name.");
    }
    fields.into_change()
}

/// Reads a partial update (RFC 7396): `null` clears department and budget.
pub(super) fn parse_change(body: &[u8]) -> Result<Change, Problem> {
    Fields::parse(body, &PROJECT)?.into_change()
}

/// Reads what somebody is in a project.
pub(super) fn parse_member(subject: &str, body: &[u8]) -> Result<Member, Problem> {
    let mut fields = Fields::parse(body, &MEMBER)?;
    if subject.is_empty() || subject.len() > MAX_SHORT || subject.chars().any(char::is_control) {
        fields.refuse("subject", "invalid", format!("1 to {MAX_SHORT} bytes."));
    }
    let role = fields.word("role", Role::parse, &Role::ALL.map(Role::as_str));
    let member = Member {
        subject: subject.to_owned(),
        role: role.unwrap_or_default(),
        permissions: fields.permissions(),
        email: fields.short("email").flatten(),
        phone: fields.short("phone").flatten(),
    };
    fields.finish(member)
}

struct Fields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    fn parse(body: &[u8], known: &[&str]) -> Result<Self, Problem> {
        let members = strict_json::parse_object(body).map_err(|_| {
            Problem::malformed("The body must be one JSON object in UTF-8, no member twice.")
        })?;
        let mut errors = Vec::new();
        for name in members.keys() {
            if READ_ONLY.contains(&name.as_str()) {
                errors.push(FieldError::member(name, "read_only", "Leave it out."));
            } else if !known.contains(&name.as_str()) {
                let detail = format!("Known fields: {}.", known.join(", "));
                errors.push(FieldError::member(name, "unknown", detail));
            }
        }
        Ok(Self { members, errors })
    }

    fn finish<T>(self, value: T) -> Result<T, Problem> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }

    fn into_change(mut self) -> Result<Change, Problem> {
        let change = Change {
            name: self.name(),
            description: self.text("description"),
            department: self.short("department"),
            confidentiality: self.word(
                "confidentiality",
                Confidentiality::parse,
                &Confidentiality::ALL.map(Confidentiality::as_str),
            ),
            budget: self.budget(),
            internal_notes: self.text("internal_notes"),
        };
        self.finish(change)
    }

    fn refuse(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError::member(field, code, detail));
    }

    fn string(&mut self, field: &str) -> Option<String> {
        if let Value::String(text) = self.members.remove(field)? {
            Some(text)
        } else {
            self.refuse(field, "wrong_type", "Write a string.");
            None
        }
    }

    fn name(&mut self) -> Option<String> {
        let name = self.string("name")?;
        if name.trim().is_empty() {
            self.refuse("name", "blank", "A project needs a name.");
        } else if name.chars().count() > MAX_NAME {
            self.refuse(
                "name",
                "too_long",
                format!("At most {MAX_NAME} characters."),
            );
        }
        if name.chars().any(char::is_control) {
            self.refuse("name", "invalid_character", "No control characters.");
        }
        Some(name)
    }

    fn text(&mut self, field: &str) -> Option<String> {
        let text = self.string(field)?;
        if text.chars().count() > MAX_TEXT {
            self.refuse(field, "too_long", format!("At most {MAX_TEXT} characters."));
        }
        let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(forbidden) {
            let detail = "No control characters but line breaks and tabs.";
            self.refuse(field, "invalid_character", detail);
        }
        Some(text)
    }

    #[expect(
        clippy::option_option,
        reason = "absent, null and a text are three things"
    )]
    fn short(&mut self, field: &str) -> Option<Option<String>> {
        if self.members.get(field)? == &Value::Null {
            return Some(None);
        }
        let text = self.string(field)?;
        if text.is_empty() || text.len() > MAX_SHORT || text.chars().any(char::is_control) {
            let detail = format!("1 to {MAX_SHORT} bytes without control characters, or null.");
            self.refuse(field, "invalid", detail);
        }
        Some(Some(text))
    }

    #[expect(
        clippy::option_option,
        reason = "absent, null and a number are three things"
    )]
    fn budget(&mut self) -> Option<Option<i64>> {
        match self.members.remove("budget")? {
            Value::Null => Some(None),
            value => {
                let budget = value.as_i64().filter(|budget| *budget >= 0);
                if budget.is_none() {
                    let detail = "A whole number in the smallest unit of the currency, or null.";
                    self.refuse("budget", "invalid", detail);
                }
                Some(budget)
            }
        }
    }

    fn word<T>(&mut self, field: &str, parse: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let text = self.string(field)?;
        let found = parse(&text);
        if found.is_none() {
            self.refuse(field, "invalid", format!("One of: {}.", words.join(", ")));
        }
        found
    }

    fn permissions(&mut self) -> Vec<Permission> {
        let Some(value) = self.members.remove("permissions") else {
            return Vec::new();
        };
        let words = value.as_array().map(|words| {
            let words = words
                .iter()
                .map(|word| word.as_str().and_then(Permission::parse));
            words.collect::<Option<std::collections::BTreeSet<_>>>()
        });
        if let Some(Some(found)) = words {
            found.into_iter().collect()
        } else {
            let words = Permission::ALL.map(Permission::as_str).join(", ");
            self.refuse("permissions", "invalid", format!("A list of: {words}."));
            Vec::new()
        }
    }
}
