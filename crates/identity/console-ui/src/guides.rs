//! The guides of the program, and the one about each place of the navigation.

/// Path of the guides.
pub const GUIDES: &str = "/admin/guides";

/// Paths of places, each with the path of the guide about it. A page is below the last one that fits.
const PLACES: [(&str, &str); 18] = [
    ("/admin", "/admin/guides/console"),
    ("/admin/people", "/admin/guides/console/change-many-users"),
    ("/admin/groups", "/admin/guides/organizations"),
    ("/admin/organizations", "/admin/guides/organizations"),
    ("/admin/roles", "/admin/guides/authorization"),
    ("/admin/grants", "/admin/guides/authorization"),
    (
        "/admin/apps",
        "/admin/guides/console/register-an-app-and-test-it",
    ),
    ("/admin/providers", "/admin/guides/sign-in-providers"),
    ("/admin/api-access", "/admin/guides/api-keys"),
    ("/admin/definitions", "/admin/guides/claims"),
    (
        "/admin/sign-ins",
        "/admin/guides/console/find-out-why-a-sign-in-failed",
    ),
    (
        "/admin/sessions",
        "/admin/guides/console/end-chosen-sessions-or-role-assignments",
    ),
    (
        "/admin/audit",
        "/admin/guides/console/find-out-who-did-what",
    ),
    ("/admin/streams", "/admin/guides/audit-streams"),
    ("/admin/keys", "/admin/guides/signing-keys"),
    (
        "/admin/setup",
        "/admin/guides/console/start-a-new-deployment",
    ),
    ("/admin/unused", "/admin/guides/console/end-unused-objects"),
    ("/admin/reviews", "/admin/guides/access-reviews"),
];

/// Returns the path of the guide about a page.
pub fn about(path: &str) -> &'static str {
    let is_below = |(place, _): &&(&str, &str)| {
        let below = path.strip_prefix(place);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    };
    let found = PLACES.iter().rev().find(is_below);
    found.map_or(GUIDES, |(_, guide)| guide)
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn each_page_has_guide_of_its_place() {
        for (path, expected) in [
            ("/admin", "/admin/guides/console"),
            ("/admin/system/jobs", "/admin/guides/console"),
            ("/admin/keys", "/admin/guides/signing-keys"),
            ("/admin/reviews/1/close", "/admin/guides/access-reviews"),
            (
                "/admin/apps/web/edit/tokens",
                "/admin/guides/console/register-an-app-and-test-it",
            ),
        ] {
            assert_eq!(about(path), expected, "{path}");
        }
    }
}
