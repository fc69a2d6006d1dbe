//! The routes of services: introspection, sign-outs at providers, and signals to receivers; like those of the table.

use super::route_table::Kind::{self, Anonymous, Credentials};

pub const ROUTES: &[(&str, Kind)] = &[
    ("POST /oauth2/introspect", Credentials),
    ("GET /login/logout/{provider}", Anonymous(&[])),
    ("POST /login/logout/{provider}", Anonymous(&[])),
    ("POST /login/signals/{provider}", Anonymous(&[])),
    ("GET /.well-known/ssf-configuration", Anonymous(&[])),
    ("GET /ssf/streams", Credentials),
    ("POST /ssf/streams", Credentials),
    ("PATCH /ssf/streams", Credentials),
    ("PUT /ssf/streams", Credentials),
    ("DELETE /ssf/streams", Credentials),
    ("GET /ssf/status", Credentials),
    ("POST /ssf/status", Credentials),
    ("POST /ssf/subjects/add", Credentials),
    ("POST /ssf/subjects/remove", Credentials),
    ("POST /ssf/verify", Credentials),
    ("POST /ssf/poll/{id}", Credentials),
];
