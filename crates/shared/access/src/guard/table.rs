//! A table of routes in which every public route is explicit.

use std::fmt;

use super::accepted_credentials::AcceptedCredentials;
use crate::access::Access;
use crate::rbac::Requirement;

/// A row of the table, for documentation and for the test that calls every route without a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// Method. A GET route also answers HEAD.
    pub method: String,
    /// Path pattern of the framework.
    pub path: String,
    /// Required permission and scope; `None` if the route is public.
    pub requirement: Option<Requirement>,
}

/// The routes of a service, as the framework holds them (`R`): `guard::Routes` of actix-web,
/// `axum::Routes` of axum.
pub struct Table<R>(Vec<Row<R>>);

struct Row<R> {
    info: RouteInfo,
    admission: Option<AcceptedCredentials>,
    access: Option<Access>,
    route: R,
}

/// All rows of one path.
pub(crate) struct PathRoutes<R> {
    /// The path, and its other spelling.
    pub spellings: Vec<String>,
    pub admission: Option<AcceptedCredentials>,
    pub access: Option<Access>,
    pub routes: Vec<R>,
    /// Supported methods (RFC 9110 §10.2.1).
    pub allow: String,
}

impl<R> Table<R> {
    /// Creates an empty table.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn add(
        mut self,
        method: &str,
        path: &str,
        requirement: Option<Requirement>,
        route: R,
    ) -> Self {
        let info = RouteInfo {
            method: method.to_owned(),
            path: path.to_owned(),
            requirement,
        };
        self.0.push(Row {
            info,
            admission: None,
            access: None,
            route,
        });
        self
    }

    /// Appends the rows of another table.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Sets the accepted credentials of all routes added so far. All routes of one path share them.
    #[must_use]
    pub fn admitting(mut self, admission: AcceptedCredentials) -> Self {
        for row in &mut self.0 {
            row.admission = Some(admission);
        }
        self
    }

    /// Sets the authenticator of all routes added so far, if it differs from the `Access` of the
    /// service: they belong to another resource with separate metadata (RFC 9728 §3). All routes of
    /// one path share it.
    #[must_use]
    pub fn opened_by(mut self, access: &Access) -> Self {
        for row in &mut self.0 {
            row.access = Some(access.clone());
        }
        self
    }

    /// Moves routes below `from` to `to`; other paths do not change.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for row in &mut self.0 {
            if let Some(rest) = row.info.path.strip_prefix(from) {
                row.info.path = format!("{to}{rest}");
            }
        }
        self
    }

    /// Returns the rows of the table.
    pub fn list(&self) -> impl Iterator<Item = &RouteInfo> {
        self.0.iter().map(|row| &row.info)
    }

    /// Collects the rows of each path, in the order of the table.
    pub(crate) fn by_path(self) -> Vec<PathRoutes<R>> {
        let mut by_path: Vec<(String, Vec<Row<R>>)> = Vec::new();
        for row in self.0 {
            match by_path.iter_mut().find(|(path, _)| *path == row.info.path) {
                Some((_, rows)) => rows.push(row),
                None => by_path.push((row.info.path.clone(), vec![row])),
            }
        }
        let paths: Vec<String> = by_path.iter().map(|(path, _)| path.clone()).collect();
        let collect = |(path, rows): (String, Vec<Row<R>>)| PathRoutes {
            spellings: spellings(path, &paths),
            admission: rows.iter().find_map(|row| row.admission),
            access: rows.iter().find_map(|row| row.access.clone()),
            allow: allow(rows.iter().map(|row| &*row.info.method)),
            routes: rows.into_iter().map(|row| row.route).collect(),
        };
        by_path.into_iter().map(collect).collect()
    }
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}

/// Returns an API path with and without a trailing slash, unless another route has that path.
fn spellings(path: String, existing: &[String]) -> Vec<String> {
    let slashed = format!("{path}/");
    let is_api = path.starts_with("/api/") && !path.ends_with('/');
    if is_api && !existing.contains(&slashed) {
        vec![path, slashed]
    } else {
        vec![path]
    }
}

fn allow<'a>(methods: impl Iterator<Item = &'a str>) -> String {
    let mut names = Vec::new();
    for method in methods {
        names.push(method);
        if method == "GET" {
            names.push("HEAD");
        }
    }
    names.join(", ")
}
