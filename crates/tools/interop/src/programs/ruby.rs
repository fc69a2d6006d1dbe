//! Programs in Ruby.

use super::program::{Authentication, Check, Ecosystem, Program, SignIn};

pub const PROGRAMS: &[Program] = &[Program {
    name: "omniauth",
    app: "rails-omniauth",
    package: "ruby-omniauth-openid-connect",
    ecosystem: Ecosystem::Ruby,
    directory: "ruby",
    start: &["omniauth.rb"],
    ready: "/",
    authentication: Authentication::Secret,
    options: &[],
    check: Check::SignIn(SignIn {
        login: "/",
        home: "/",
        logout: "/logout",
        after_logout: Some("/"),
        shows_groups: false,
    }),
}];
