//! The operations of the API. A test compares them with the table of routes.

use doorward_access::rbac::Requirement;
use serde_json::Value;

use super::parameters::{of_audit, of_list, of_members};
use crate::articles::model::Article;
use crate::projects::model::Project;
use crate::tasks::model::Task;

pub(super) struct Operation {
    /// Method in lower case.
    pub method: &'static str,
    pub path: &'static str,
    /// Stable name, after which generated clients name their functions.
    pub id: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    /// Required permission and scope; `None` for a public route.
    pub requirement: Option<Requirement>,
    /// Query parameters.
    pub query: fn() -> Vec<Value>,
    /// Schema of the request body.
    pub body: Option<&'static str>,
    /// Successful responses.
    pub success: &'static [Success],
    /// True if the object has a version (`ETag`, `If-Match`).
    pub has_versions: bool,
}

/// A successful response.
pub(super) enum Success {
    /// A JSON object with this status and schema.
    Object(u16, &'static str),
    /// Status 204.
    Empty,
}

use Success::{Empty, Object};

const TASKS_READ: Requirement = Requirement::permission("tasks:read");
const TASKS_WRITE: Requirement = Requirement::permission("tasks:write");
const TASKS_DELETE: Requirement = Requirement::permission("tasks:delete");
const CONTENT_READ: Requirement = Requirement::covered_by("content:read", "tasks:read");
const CONTENT_WRITE: Requirement = Requirement::covered_by("content:write", "tasks:write");
const CONTENT_DELETE: Requirement = Requirement::covered_by("content:write", "tasks:delete");
const EDIT_ALL: Requirement = Requirement::covered_by("content:edit_all", "tasks:write");
const DELETE_ALL: Requirement = Requirement::covered_by("content:delete_all", "tasks:delete");
const AUDIT: Requirement = Requirement::covered_by("tasks:audit", "tasks:read");
const DECISIONS: Requirement = Requirement::covered_by("decisions:read", "tasks:read");

/// Starts the description of an operation.
const fn operation(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        id,
        tag,
        summary,
        requirement: None,
        query: Vec::new,
        body: None,
        success: &[Empty],
        has_versions: false,
    }
}

impl Operation {
    const fn needs(self, requirement: Requirement) -> Self {
        Self {
            requirement: Some(requirement),
            ..self
        }
    }

    const fn query(self, query: fn() -> Vec<Value>) -> Self {
        Self { query, ..self }
    }

    const fn body(self, schema: &'static str) -> Self {
        Self {
            body: Some(schema),
            ..self
        }
    }

    const fn gives(self, success: &'static [Success]) -> Self {
        Self { success, ..self }
    }

    const fn versioned(self) -> Self {
        Self {
            has_versions: true,
            ..self
        }
    }
}

#[rustfmt::skip]
pub(super) const OPERATIONS: &[Operation] = &[
    operation("get", "/livez", "livez", "server", "Check that the process responds")
        .gives(&[Object(200, "Status")]),
    operation("get", "/readyz", "readyz", "server", "Check that the database responds")
        .gives(&[Object(200, "Status"), Object(503, "Status")]),
    operation("get", "/.well-known/oauth-protected-resource", "metadata", "server", "Read the metadata (RFC 9728)")
        .gives(&[Object(200, "Metadata")]),
    operation("get", "/.well-known/oauth-protected-resource/{path}", "metadata_of_resource", "server", "Read the metadata of a resource (RFC 9728 §3.1)")
        .gives(&[Object(200, "Metadata")]),
    operation("get", "/api/openapi.json", "openapi", "server", "Read this document")
        .gives(&[Object(200, "Document")]),

    operation("get", "/api/tasks/", "list_tasks", "tasks", "List tasks")
        .needs(TASKS_READ).query(of_list::<Task>).gives(&[Object(200, "TaskPage")]),
    operation("post", "/api/tasks/", "create_task", "tasks", "Create a task")
        .needs(TASKS_WRITE).body("TaskInput").gives(&[Object(201, "Task")]).versioned(),
    operation("get", "/api/tasks/{id}", "read_task", "tasks", "Read a task")
        .needs(TASKS_READ).gives(&[Object(200, "Task")]).versioned(),
    operation("put", "/api/tasks/{id}", "replace_task", "tasks", "Replace a task")
        .needs(TASKS_WRITE).body("TaskInput").gives(&[Object(200, "Task")]).versioned(),
    operation("patch", "/api/tasks/{id}", "change_task", "tasks", "Change a task")
        .needs(TASKS_WRITE).body("TaskChange").gives(&[Object(200, "Task")]).versioned(),
    operation("delete", "/api/tasks/{id}", "delete_task", "tasks", "Delete a task")
        .needs(TASKS_DELETE).versioned(),

    operation("get", "/api/projects/", "list_projects", "projects", "List projects")
        .needs(TASKS_READ).query(of_list::<Project>).gives(&[Object(200, "ProjectPage")]),
    operation("post", "/api/projects/", "create_project", "projects", "Create a project")
        .needs(TASKS_WRITE).body("ProjectInput").gives(&[Object(201, "Project")]).versioned(),
    operation("get", "/api/projects/{id}", "read_project", "projects", "Read a project")
        .needs(TASKS_READ).gives(&[Object(200, "Project")]).versioned(),
    operation("put", "/api/projects/{id}", "replace_project", "projects", "Replace a project")
        .needs(TASKS_WRITE).body("ProjectInput").gives(&[Object(200, "Project")]).versioned(),
    operation("patch", "/api/projects/{id}", "change_project", "projects", "Change a project")
        .needs(TASKS_WRITE).body("ProjectChange").gives(&[Object(200, "Project")]).versioned(),
    operation("delete", "/api/projects/{id}", "delete_project", "projects", "Delete a project without tasks")
        .needs(TASKS_DELETE).versioned(),
    operation("get", "/api/projects/{id}/members/", "list_members", "projects", "List the members of a project")
        .needs(TASKS_READ).query(of_members).gives(&[Object(200, "MemberPage")]),
    operation("put", "/api/projects/{id}/members/{subject}", "put_member", "projects", "Add or replace a member")
        .needs(TASKS_WRITE).body("MemberInput").gives(&[Object(200, "Project")]).versioned(),
    operation("delete", "/api/projects/{id}/members/{subject}", "remove_member", "projects", "Remove a member, or leave a project")
        .needs(TASKS_WRITE).versioned(),

    operation("get", "/api/articles/", "list_articles", "articles", "List articles without their bodies")
        .needs(CONTENT_READ).query(of_list::<Article>).gives(&[Object(200, "ArticlePage")]),
    operation("post", "/api/articles/", "create_article", "articles", "Create an article")
        .needs(CONTENT_WRITE).body("ArticleInput").gives(&[Object(201, "Article")]).versioned(),
    operation("get", "/api/articles/{id}", "read_article", "articles", "Read an article")
        .needs(CONTENT_READ).gives(&[Object(200, "Article")]).versioned(),
    operation("patch", "/api/articles/{id}", "change_article", "articles", "Change, publish or withdraw an article")
        .needs(CONTENT_WRITE).body("ArticleChange").gives(&[Object(200, "Article")]).versioned(),
    operation("delete", "/api/articles/{id}", "delete_article", "articles", "Delete an article")
        .needs(CONTENT_DELETE).versioned(),

    operation("get", "/api/categories/", "list_categories", "articles", "List the categories of articles")
        .needs(CONTENT_READ).gives(&[Object(200, "CategoryPage")]),
    operation("get", "/api/categories/{code}", "read_category", "articles", "Read a category")
        .needs(CONTENT_READ).gives(&[Object(200, "Category")]).versioned(),
    operation("put", "/api/categories/{code}", "put_category", "articles", "Create or replace a category")
        .needs(EDIT_ALL).body("CategoryInput").gives(&[Object(200, "Category"), Object(201, "Category")]).versioned(),
    operation("delete", "/api/categories/{code}", "delete_category", "articles", "Delete a category without articles")
        .needs(DELETE_ALL).versioned(),

    operation("get", "/api/audit/", "list_events", "audit", "List audit events of the organization")
        .needs(AUDIT).query(of_audit).gives(&[Object(200, "EventPage")]),
    operation("get", "/api/admin/decisions/{id}", "read_decision", "audit", "Read the explanation of a denial")
        .needs(DECISIONS).gives(&[Object(200, "Decision")]),
];
