//! The table of programs.

mod apache;
mod applications;
mod go;
mod java;
mod ldap;
mod mcp;
mod node;
mod program;
mod python;
mod ruby;
mod saml;
mod scim;
mod sites;

pub use program::{
    Api, Application, Authentication, Check, Defaults, Ecosystem, Ldap, McpClient, McpServer,
    Program, Refresh, Registration, SignIn, SiteApplication, TokenType,
};

/// Programs that no registry provides for the suite, with the reason.
pub const NOT_RUN: [(&str, &str); 1] = [(
    "kubelogin",
    "the Go module proxy does not provide github.com/int128/kubelogin; kubernetes does what it does",
)];

pub fn all() -> impl Iterator<Item = &'static Program> {
    [
        python::PROGRAMS,
        node::PROGRAMS,
        apache::PROGRAMS,
        ruby::PROGRAMS,
        go::PROGRAMS,
        java::PROGRAMS,
        applications::PROGRAMS,
        mcp::PROGRAMS,
        saml::PROGRAMS,
        scim::PROGRAMS,
        ldap::PROGRAMS,
        sites::PROGRAMS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;
    use crate::version;

    #[test]
    fn program_names_are_unique() {
        let names: BTreeSet<_> = all().map(|program| program.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn every_program_is_pinned() {
        for program in all() {
            let version = version::pinned(program);
            let pinned =
                version.is_none_or(|it| it.starts_with(|c: char| c.is_ascii_digit() || c == 'v'));
            assert!(pinned, "{}", program.name);
        }
    }
}
