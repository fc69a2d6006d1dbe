//! Tests of modules of the OpenID Foundation's conformance suite that Doorward once failed, from the
//! registration to the last request, with the names of the modules. `docs/certification.md` lists the
//! test for each defect.

mod fapi2;
mod fapi_client;
mod signed;
mod userinfo;
