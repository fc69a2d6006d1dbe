//! The organizations and users of the tests of `api`, for the pages of each object.

#[path = "../api/admin/world.rs"]
#[expect(dead_code, reason = "the tests of `api` use more of it")]
pub mod world;
