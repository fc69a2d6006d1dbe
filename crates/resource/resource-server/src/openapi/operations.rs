//! The operations of the API. A test compares them with the table of routes.

use doorward_access::guard::RouteGuard;
use doorward_access::rbac::Requirement;
use serde_json::Value;

use super::parameters::{of_audit, of_list, of_members};
use crate::articles::model::Article;
use crate::articles::permissions::{
    DeleteCategories, DeleteContent, EditCategories, ReadContent, WriteContent,
};
use crate::audit::http::ReadAudit;
use crate::authzen::EvaluateAccess;
use crate::decisions::http::ReadDecisions;
use crate::projects::model::Project;
use crate::tasks::model::Task;
use crate::tasks::permissions::{DeleteTasks, ReadTasks, WriteTasks};

pub(crate) struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    /// Stable name, after which generated clients name their functions.
    pub id: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    /// Required permission and scope; `None` for a public route.
    pub requirement: Option<Requirement>,
    pub query: fn() -> Vec<Value>,
    pub body: Option<&'static str>,
    /// Status and schema of each success; none for an empty response with 204.
    pub success: &'static [(u16, &'static str)],
    /// True if the object has a version (`ETag`, `If-Match`).
    pub has_versions: bool,
}

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
        success: &[],
        has_versions: false,
    }
}

impl Operation {
    const fn needs<G: RouteGuard>(self) -> Self {
        Self {
            requirement: Some(G::REQUIREMENT),
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

    const fn gives(self, success: &'static [(u16, &'static str)]) -> Self {
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
pub(crate) const OPERATIONS: &[Operation] = &[
    operation("get", "/livez", "livez", "server", "Check that the process responds")
        .gives(&[(200, "Status")]),
    operation("get", "/readyz", "readyz", "server", "Check that the database responds")
        .gives(&[(200, "Status"), (503, "Status")]),
    operation("get", "/.well-known/oauth-protected-resource", "metadata", "server", "Read the metadata (RFC 9728)")
        .gives(&[(200, "Metadata")]),
    operation("get", "/.well-known/oauth-protected-resource/{path}", "metadata_of_resource", "server", "Read the metadata of a resource (RFC 9728 §3.1)")
        .gives(&[(200, "Metadata")]),
    operation("get", "/api/openapi.json", "openapi", "server", "Read this document")
        .gives(&[(200, "Document")]),

    operation("get", "/api/tasks/", "list_tasks", "tasks", "List tasks")
        .needs::<ReadTasks>().query(of_list::<Task>).gives(&[(200, "TaskPage")]),
    operation("post", "/api/tasks/", "create_task", "tasks", "Create a task")
        .needs::<WriteTasks>().body("TaskInput").gives(&[(201, "Task")]).versioned(),
    operation("get", "/api/tasks/{id}", "read_task", "tasks", "Read a task")
        .needs::<ReadTasks>().gives(&[(200, "Task")]).versioned(),
    operation("put", "/api/tasks/{id}", "replace_task", "tasks", "Replace a task")
        .needs::<WriteTasks>().body("TaskInput").gives(&[(200, "Task")]).versioned(),
    operation("patch", "/api/tasks/{id}", "change_task", "tasks", "Change a task")
        .needs::<WriteTasks>().body("TaskChange").gives(&[(200, "Task")]).versioned(),
    operation("delete", "/api/tasks/{id}", "delete_task", "tasks", "Delete a task")
        .needs::<DeleteTasks>().versioned(),

    operation("get", "/api/projects/", "list_projects", "projects", "List projects")
        .needs::<ReadTasks>().query(of_list::<Project>).gives(&[(200, "ProjectPage")]),
    operation("post", "/api/projects/", "create_project", "projects", "Create a project")
        .needs::<WriteTasks>().body("ProjectInput").gives(&[(201, "Project")]).versioned(),
    operation("get", "/api/projects/{id}", "read_project", "projects", "Read a project")
        .needs::<ReadTasks>().gives(&[(200, "Project")]).versioned(),
    operation("put", "/api/projects/{id}", "replace_project", "projects", "Replace a project")
        .needs::<WriteTasks>().body("ProjectInput").gives(&[(200, "Project")]).versioned(),
    operation("patch", "/api/projects/{id}", "change_project", "projects", "Change a project")
        .needs::<WriteTasks>().body("ProjectChange").gives(&[(200, "Project")]).versioned(),
    operation("delete", "/api/projects/{id}", "delete_project", "projects", "Delete a project without tasks")
        .needs::<DeleteTasks>().versioned(),
    operation("get", "/api/projects/{id}/members/", "list_members", "projects", "List the members of a project")
        .needs::<ReadTasks>().query(of_members).gives(&[(200, "MemberPage")]),
    operation("put", "/api/projects/{id}/members/{subject}", "put_member", "projects", "Add or replace a member")
        .needs::<WriteTasks>().body("MemberInput").gives(&[(200, "Project")]).versioned(),
    operation("delete", "/api/projects/{id}/members/{subject}", "remove_member", "projects", "Remove a member, or leave a project")
        .needs::<WriteTasks>().versioned(),

    operation("get", "/api/articles/", "list_articles", "articles", "List articles without their bodies")
        .needs::<ReadContent>().query(of_list::<Article>).gives(&[(200, "ArticlePage")]),
    operation("post", "/api/articles/", "create_article", "articles", "Create an article")
        .needs::<WriteContent>().body("ArticleInput").gives(&[(201, "Article")]).versioned(),
    operation("get", "/api/articles/{id}", "read_article", "articles", "Read an article")
        .needs::<ReadContent>().gives(&[(200, "Article")]).versioned(),
    operation("patch", "/api/articles/{id}", "change_article", "articles", "Change, publish or withdraw an article")
        .needs::<WriteContent>().body("ArticleChange").gives(&[(200, "Article")]).versioned(),
    operation("delete", "/api/articles/{id}", "delete_article", "articles", "Delete an article")
        .needs::<DeleteContent>().versioned(),

    operation("get", "/api/categories/", "list_categories", "articles", "List the categories of articles")
        .needs::<ReadContent>().gives(&[(200, "CategoryPage")]),
    operation("get", "/api/categories/{code}", "read_category", "articles", "Read a category")
        .needs::<ReadContent>().gives(&[(200, "Category")]).versioned(),
    operation("put", "/api/categories/{code}", "put_category", "articles", "Create or replace a category")
        .needs::<EditCategories>().body("CategoryInput").gives(&[(200, "Category"), (201, "Category")]).versioned(),
    operation("delete", "/api/categories/{code}", "delete_category", "articles", "Delete a category without articles")
        .needs::<DeleteCategories>().versioned(),

    operation("get", "/api/audit/", "list_events", "audit", "List audit events of the organization")
        .needs::<ReadAudit>().query(of_audit).gives(&[(200, "EventPage")]),
    operation("get", "/api/admin/decisions/{id}", "read_decision", "audit", "Read the explanation of a denial")
        .needs::<ReadDecisions>().gives(&[(200, "Decision")]),

    operation("get", "/.well-known/authzen-configuration", "authzen_metadata", "authzen", "Read the metadata of the decision point")
        .gives(&[(200, "AccessMetadata")]),
    operation("post", "/access/v1/evaluation", "evaluate_access", "authzen", "Decide on one request")
        .needs::<EvaluateAccess>().body("AccessEvaluation").gives(&[(200, "AccessDecision")]),
    operation("post", "/access/v1/evaluations", "evaluate_accesses", "authzen", "Decide on several requests")
        .needs::<EvaluateAccess>().body("AccessEvaluations").gives(&[(200, "AccessDecisions")]),
    operation("post", "/access/v1/search/subject", "search_subjects", "authzen", "Find the subjects that may perform an action")
        .needs::<EvaluateAccess>().body("SubjectSearch").gives(&[(200, "EntityPage")]),
    operation("post", "/access/v1/search/resource", "search_resources", "authzen", "Find the resources on which a subject may perform an action")
        .needs::<EvaluateAccess>().body("ResourceSearch").gives(&[(200, "EntityPage")]),
    operation("post", "/access/v1/search/action", "search_actions", "authzen", "Find the actions that a subject may perform")
        .needs::<EvaluateAccess>().body("ActionSearch").gives(&[(200, "ActionPage")]),
];
