//! The tools: their names, requirements and actions.

use doorward_access::rbac::{Assurance, Requirement};
use doorward_http_common::problem::FieldError;
use serde_json::{Value, json};

use super::resource::{READ, WRITE};
use crate::caller::Caller;
use crate::problem::{Problem, Result};
use crate::resource::http::{add, find_page, read_body};
use crate::resource::list::List;
use crate::state::State;
use crate::tasks::model::{Status, Task};
use crate::words::Word as _;

/// Maximum age of the sign-in for a change in seconds.
const FRESH_ENOUGH: u64 = 12 * 60 * 60;
const LISTED: u64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    ListTasks,
    AddTask,
}

impl Tool {
    const ALL: [Self; 2] = [Self::ListTasks, Self::AddTask];

    const fn name(self) -> &'static str {
        match self {
            Self::ListTasks => "list_tasks",
            Self::AddTask => "add_task",
        }
    }

    /// Returns the permission that the tool requires in addition to that of the route.
    pub(super) const fn requirement(self) -> Requirement {
        Requirement::permission(match self {
            Self::ListTasks => READ,
            Self::AddTask => WRITE,
        })
    }

    /// Returns the required age of the sign-in (RFC 9470).
    pub(super) const fn assurance(self) -> Assurance {
        match self {
            Self::ListTasks => Assurance::ANY,
            Self::AddTask => Assurance::ANY.within(FRESH_ENOUGH),
        }
    }

    fn describe(self) -> Value {
        match self {
            Self::ListTasks => json!({
                "name": self.name(),
                "title": "List tasks",
                "description": "The newest tasks of the user, at most twenty.",
                "inputSchema": {
                    "type": "object",
                    "properties": {
                        "status": { "type": "string", "enum": Status::WORDS },
                    },
                    "additionalProperties": false,
                },
                "annotations": { "readOnlyHint": true },
            }),
            Self::AddTask => json!({
                "name": self.name(),
                "title": "Add a task",
                "description": "Adds a task for the user.",
                "inputSchema": {
                    "type": "object",
                    "properties": {
                        "title": { "type": "string" },
                        "description": { "type": "string" },
                        "due_date": { "type": "string", "description": "YYYY-MM-DD" },
                    },
                    "required": ["title"],
                    "additionalProperties": false,
                },
                "annotations": { "destructiveHint": false },
            }),
        }
    }

    pub(super) async fn run(
        self,
        state: &State,
        caller: &Caller<'_>,
        arguments: &Value,
    ) -> Result<Value> {
        match self {
            Self::ListTasks => {
                let query = query(caller, arguments)?;
                let (principal, backend) = (&caller.principal, state.db.get_database_backend());
                let list = List::<Task>::parse(&query, principal, &state.cursors, backend)?;
                let (tasks, _) = find_page(state, caller, list).await?;
                Ok(json!({ "tasks": tasks }))
            }
            Self::AddTask => {
                known(arguments, &["title", "description", "due_date"])?;
                let change =
                    read_body::<Task>(arguments.to_string().as_bytes(), state.clock.now(), true)?;
                let task: Task = add(state, caller, &change).await?;
                Ok(json!(task))
            }
        }
    }
}

/// Returns every tool in the format of `tools/list`.
pub(super) fn list() -> Vec<Value> {
    Tool::ALL.map(Tool::describe).into()
}

pub(super) fn find(params: &Value) -> Option<Tool> {
    let name = params.get("name").and_then(Value::as_str)?;
    Tool::ALL.into_iter().find(|tool| tool.name() == name)
}

/// Returns the query for the caller's own tasks, regardless of others that are visible.
fn query(caller: &Caller<'_>, arguments: &Value) -> Result<String> {
    known(arguments, &["status"])?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &LISTED.to_string());
    query.append_pair("owner", caller.subject());
    if let Some(status) = arguments.get("status") {
        query.append_pair("status", status.as_str().unwrap_or_default());
    }
    Ok(query.finish())
}

fn known(arguments: &Value, names: &[&str]) -> Result<()> {
    let Value::Object(members) = arguments else {
        return Err(Problem::malformed("The arguments are no object."));
    };
    let unknown = members
        .keys()
        .filter(|name| !names.contains(&name.as_str()));
    let detail = "The tool does not have this argument.";
    let errors = unknown.map(|name| FieldError::member(name, "unknown", detail));
    Problem::check(errors.collect())
}
