//! Requests and responses (sections 5 to 8 of the specification).

use doorward_protocol::strict_json;
use serde::Serialize;
use serde_json::{Value, json};

pub use crate::members::Malformed;
use crate::members::{Members, object, optional_object, required, text};

/// A subject or a resource. Of a searched one the ID is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    pub kind: String,
    pub id: String,
    pub properties: Members,
}

impl Entity {
    fn read(value: &Value, name: &str) -> Result<Self, Malformed> {
        let id = text(object(value, name)?, "id")?;
        Ok(Self {
            id,
            ..Self::read_searched(value, name)?
        })
    }

    /// Reads an entity without its ID, which a search ignores.
    fn read_searched(value: &Value, name: &str) -> Result<Self, Malformed> {
        let members = object(value, name)?;
        Ok(Self {
            kind: text(members, "type")?,
            id: String::new(),
            properties: optional_object(members, "properties")?,
        })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    pub name: String,
    pub properties: Members,
}

impl Action {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = object(value, "action")?;
        Ok(Self {
            name: text(members, "name")?,
            properties: optional_object(members, "properties")?,
        })
    }
}

/// A request for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    pub subject: Entity,
    pub action: Action,
    pub resource: Entity,
    pub context: Members,
}

impl Evaluation {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Returns the first member that is missing or of another type.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        Self::read(&parse_object(body)?)
    }

    pub(crate) fn read(members: &Members) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Entity::read(required(members, "subject")?, "subject")?,
            action: Action::read(required(members, "action")?)?,
            resource: Entity::read(required(members, "resource")?, "resource")?,
            context: optional_object(members, "context")?,
        })
    }
}

/// Parses a body as an object without repeated members (section 11.5).
pub(crate) fn parse_object(body: &[u8]) -> Result<Members, Malformed> {
    let members = strict_json::parse_object(body);
    let members = members.map_err(|_| {
        Malformed("The body is not a JSON object, or it repeats a member.".to_owned())
    })?;
    if members
        .iter()
        .any(|(name, value)| name.contains('\0') || strict_json::holds_nul(value))
    {
        return Err(Malformed("A text contains U+0000.".to_owned()));
    }
    Ok(members)
}

/// The entity that a search looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Subject,
    Resource,
    Action,
}

/// A search. The searched entity has no ID; a searched action has no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub subject: Entity,
    pub action: Action,
    pub resource: Entity,
    pub context: Members,
    /// Maximum number of results on a page.
    pub limit: Option<u64>,
    /// Token of the page; empty for the first one.
    pub token: String,
}

impl Search {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Returns the first member that is missing or of another type.
    pub fn parse(body: &[u8], target: Target) -> Result<Self, Malformed> {
        let members = parse_object(body)?;
        let entity = |name: &str, is_searched: bool| {
            let value = required(&members, name)?;
            if is_searched {
                Entity::read_searched(value, name)
            } else {
                Entity::read(value, name)
            }
        };
        let page = optional_object(&members, "page")?;
        let limit = match page.get("limit") {
            None | Some(Value::Null) => None,
            Some(limit) => Some(limit.as_u64().ok_or_else(|| {
                Malformed("page.limit must be a number that is not negative".to_owned())
            })?),
        };
        let token = match page.get("token") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(token)) => token.clone(),
            Some(_) => return Err(Malformed("page.token must be a text".to_owned())),
        };
        Ok(Self {
            subject: entity("subject", target == Target::Subject)?,
            action: match target {
                Target::Action => Action::default(),
                _ => Action::read(required(&members, "action")?)?,
            },
            resource: entity("resource", target == Target::Resource)?,
            context: optional_object(&members, "context")?,
            limit,
            token,
        })
    }
}

/// A decision with what the caller may show or look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    pub decision: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
}

impl Decision {
    pub const PERMIT: Self = Self {
        decision: true,
        context: None,
    };

    pub const fn deny(context: Value) -> Self {
        Self {
            decision: false,
            context: Some(context),
        }
    }

    /// Denies an evaluation of several that cannot be read (section 7.1.2).
    pub fn deny_malformed(malformed: &Malformed) -> Self {
        Self::deny(json!({ "error": { "status": 400, "message": malformed.to_string() } }))
    }
}

/// The page of a search (section 8.2). `next_token` of the last one is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchResponse {
    pub page: Page,
    pub results: Vec<Found>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    pub next_token: String,
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Found {
    Entity {
        #[serde(rename = "type")]
        kind: String,
        id: String,
    },
    Action {
        name: String,
    },
}

impl SearchResponse {
    /// Creates a page of subjects or resources of one type.
    pub fn of_entities(kind: &str, ids: Vec<String>, next_token: String) -> Self {
        let found = |id| Found::Entity {
            kind: kind.to_owned(),
            id,
        };
        Self::new(ids.into_iter().map(found).collect(), next_token)
    }

    /// Creates the response with all actions.
    pub fn of_actions(names: Vec<String>) -> Self {
        let found = |name| Found::Action { name };
        Self::new(names.into_iter().map(found).collect(), String::new())
    }

    const fn new(results: Vec<Found>, next_token: String) -> Self {
        Self {
            page: Page {
                next_token,
                count: results.len(),
            },
            results,
        }
    }
}

#[cfg(test)]
mod tests;
